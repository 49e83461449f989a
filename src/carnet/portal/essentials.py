"""What must be found in seconds: allergies, present treatments, blood group, whom to call."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse

from carnet.access.api import Access
from carnet.platform import clock
from carnet.portal.profile_words import SLUGS, sentence_of
from carnet.profile import api as profile
from carnet.profile.api import Entry, Rubric, RubricView, State

RUBRICS: Final = (Rubric.ALLERGIES, Rubric.TREATMENTS, Rubric.BLOOD_GROUP, Rubric.CONTACTS)
_MOST: Final = 6


def read_essentials(a: Access) -> list[RubricView]:
    """Return the rubrics of the block: one statement, and one for the key."""
    return profile.list_rubrics(a, rubrics=RUBRICS)


def tell_essentials(views: Sequence[RubricView]) -> list[tuple[str, str, str, str]]:
    """Return them as label, words, address and what the link does. Nothing said is never told as nothing."""
    return [_tell(view) for view in sorted(views, key=lambda view: RUBRICS.index(view.rubric))]


def find_warning(views: Sequence[RubricView]) -> str:
    """Return what must be said once when a rubric is not filled in, "" when all are."""
    missing = any(view.state is State.NOT_FILLED for view in views)
    return "« Non renseigné » ne veut pas dire qu’il n’y a rien." if missing else ""


def _tell(view: RubricView) -> tuple[str, str, str, str]:
    href = reverse("portal:profile_rubric", args=[SLUGS[view.rubric]])
    label = "Traitements en cours" if view.rubric is Rubric.TREATMENTS else view.rubric.label
    if view.state is State.NOT_FILLED:
        return label, "Non renseigné", href, "Compléter"
    if view.state is not State.FILLED:
        return label, sentence_of(view), href, "Voir"
    present = [entry for entry in view.entries if not _is_over(entry)]
    told = [_title(entry) for entry in present[:_MOST]]
    more = len(present) - len(told)
    words = ", ".join(told) + (f" et {more} de plus" if more else "")
    return label, words or "Aucun en ce moment", href, "Voir"


def _title(entry: Entry) -> str:
    told = profile.describe(entry)
    return f"{told.title} ({told.when.lower()})" if entry.rubric is Rubric.CONTACTS else told.title


def _is_over(entry: Entry) -> bool:
    """Say whether the last day of a line, as precisely as it is known, is before today."""
    end = str(entry.values.get("end", "")) if entry.rubric is Rubric.TREATMENTS else ""
    return bool(end) and end < clock.today().isoformat()[: len(end)]
