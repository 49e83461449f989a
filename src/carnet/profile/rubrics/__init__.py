"""The rubrics of the medical profile, in the order in which they are shown."""

from typing import Final

from carnet.profile.rubrics import care, circle, traits
from carnet.profile.rubrics.model import RUBRIC_OF_LINK, Definition, Group, LinkKind, Rubric

__all__ = ["DEFINITIONS", "RUBRIC_OF_LINK", "Definition", "Group", "LinkKind", "Rubric", "definition_of"]

DEFINITIONS: Final = (
    care.TREATMENTS,
    care.DISEASES,
    care.HOSPITALIZATIONS,
    care.VACCINATIONS,
    traits.ALLERGIES,
    traits.BLOOD_GROUP,
    traits.DISABILITIES,
    traits.FAMILY_HISTORIES,
    traits.LIFESTYLES,
    circle.PROFESSIONALS,
    circle.CONTACTS,
    circle.WISHES,
)
_BY_RUBRIC: Final = {one.rubric: one for one in DEFINITIONS}


def definition_of(rubric: Rubric) -> Definition:
    """Return what a rubric is made of."""
    return _BY_RUBRIC[rubric]
