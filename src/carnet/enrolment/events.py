"""What enrolment does when an event of the outbox comes."""

from carnet.enrolment.actions.notification import CODE_ASKED, answer_code_asked
from carnet.platform import outbox


@outbox.handles(CODE_ASKED, transactional=True)
def on_code_asked(event: outbox.Event) -> None:
    """Send the provisional code that somebody asked for."""
    answer_code_asked(event)
