"""Daily: advance directives are to be read again from time to time (facts/mes.md 2.1, RAPPEL_MODIF_DA)."""

from datetime import date
from typing import Final

from django.db import transaction

from carnet.documents import api as documents
from carnet.enrolment.api import State, find_state
from carnet.papers.directives import TYPE_CODE
from carnet.platform import outbox
from carnet.platform.daily import daily

REVIEW_YEARS: Final = 2
"""Not published: docs/adr/0012-directives.md."""
REVIEW: Final = "papers.directives_review"


@daily("papers.remind_of_directives", role="loader")
def remind_of_directives(day: date) -> None:
    """Have those told whose directives are two, four, six... years old on that day."""
    for person_id in documents.list_anniversaries(TYPE_CODE, day=day, every_years=REVIEW_YEARS):
        if find_state(person_id) != State.ACTIVATED:
            continue
        with transaction.atomic():
            outbox.emit(REVIEW, key=f"{REVIEW}:{person_id}:{day}", person_id=person_id, facts={})
