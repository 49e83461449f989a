"""What enrolment does when an event of the outbox comes, and what an erasure must remove of it."""

from carnet.enrolment.actions.notification import CODE_ASKED, answer_code_asked
from carnet.platform import erasure, outbox

erasure.register("platform", tables=[("platform_outbox", "person_id")])
erasure.register(
    "enrolment",
    tables=[("enrolment_draft", "person_id"), ("enrolment_provisionalcode", "person_id")],
)


@outbox.handles(CODE_ASKED, transactional=True)
def on_code_asked(event: outbox.Event) -> None:
    """Send the provisional code that somebody asked for."""
    answer_code_asked(event)
