"""What an episode may be, and what a line of the insurer asks. Pure."""

from enum import StrEnum


class Category(StrEnum):
    """What was reimbursed (facts/mes.md 2.1): the insurer's own codes."""

    DISEASE = "DISEASE"
    BIOLOGY = "BIOLOGY"
    MEDICINE = "MEDICINE"
    MEDICAL_DENTAL_CARE = "MEDICAL_DENTAL_CARE"
    HOSPITALIZATION = "HOSPITALIZATION"
    RADIOLOGY = "RADIOLOGY"
    MEDICAL_DEVICE = "MEDICAL_DEVICE"
    VACCINE = "VACCINE"
    CVA_VACCINE = "CVA_VACCINE"

    @property
    def label(self) -> str:
        """The words for a person."""
        return LABELS[self]


LABELS: dict[Category, str] = {
    Category.MEDICAL_DENTAL_CARE: "Soins médicaux et dentaires",
    Category.MEDICINE: "Médicaments",
    Category.BIOLOGY: "Analyses de biologie",
    Category.RADIOLOGY: "Radiologie et imagerie",
    Category.HOSPITALIZATION: "Hospitalisations",
    Category.DISEASE: "Maladies prises en charge (ALD)",
    Category.MEDICAL_DEVICE: "Dispositifs médicaux",
    Category.VACCINE: "Vaccins délivrés",
    Category.CVA_VACCINE: "Vaccins faits en centre",
}
"""In the order in which they are shown: the most frequent first."""


class Action(StrEnum):
    """What a line of the insurer asks. `add` never overwrites; `replace` does, or adds."""

    ADD = "add"
    REPLACE = "replace"
    DELETE = "delete"


def then(first: Action, second: Action) -> tuple[Action, bool]:
    """Return what two lines about one reference come to, and whether the content is the second's.

    Of two additions the first counts; an addition after a withdrawal puts something else in the place.
    """
    match first, second:
        case _, Action.DELETE:
            return Action.DELETE, True
        case _, Action.REPLACE:
            return Action.REPLACE, True
        case Action.DELETE, Action.ADD:
            return Action.REPLACE, True
    return first, False
