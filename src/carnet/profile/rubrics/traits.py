"""What a person is made of: blood group, allergies, disabilities, family, habits (facts/mes.md 2.1)."""

from carnet.profile.fields import COMMENT_LENGTH, NAME_LENGTH, Choice, Field, Kind, choices, comment
from carnet.profile.rubrics.care import on
from carnet.profile.rubrics.lifestyles import SECTIONS, fields_of_section
from carnet.profile.rubrics.model import Definition, Errors, Group, LinkKind, Rubric, Values

_BLOOD = {
    "APOS": "A+",
    "ANEG": "A−",
    "BPOS": "B+",
    "BNEG": "B−",
    "ABPOS": "AB+",
    "ABNEG": "AB−",
    "OPOS": "O+",
    "ONEG": "O−",
}
_DISABILITIES = {
    "ENGINE": "Handicap moteur",
    "SENSORY": "Handicap sensoriel",
    "PSYCHIC": "Handicap psychique",
    "NEURO_DEVELOPMENTAL_DISORDER": "Trouble du neurodéveloppement",
    "POLY_DISABILITY": "Polyhandicap",
    "DISABLING_DISEASES": "Maladie invalidante",
    "OTHERS": "Autre handicap",
}
_RELATIONS = choices(
    ("MOTHER", "mère"),
    ("FATHER", "père"),
    ("GRANDMOTHER", "grand-mère"),
    ("GRANDFATHER", "grand-père"),
    ("GREAT_GRANDMOTHER", "arrière-grand-mère"),
    ("GREAT_GRANDFATHER", "arrière-grand-père"),
    ("SISTER", "sœur"),
    ("BROTHER", "frère"),
    ("AUNT", "tante"),
    ("UNCLE", "oncle"),
    ("OTHER", "autre parent"),
)


def _nothing(_values: Values) -> str:
    return ""


BLOOD_GROUP = Definition(
    rubric=Rubric.BLOOD_GROUP,
    group=Group.TRAITS,
    one_fr="votre groupe sanguin",
    add_fr="Indiquer le groupe sanguin",
    empty_fr="",
    fields=(
        Field(
            "group",
            "Groupe sanguin",
            Kind.CHOICE,
            required=True,
            hint="Pour une transfusion, il est toujours vérifié sur une carte ou par une analyse.",
            choices=tuple(Choice(code, label) for code, label in _BLOOD.items()),
        ),
    ),
    title=lambda values: _BLOOD.get(str(values.get("group")), ""),
    when=_nothing,
    slot=lambda _values: "ONE",
    slot_taken_fr="Un groupe sanguin est déjà indiqué : modifiez-le ou supprimez-le.",
)

ALLERGIES = Definition(
    rubric=Rubric.ALLERGIES,
    group=Group.TRAITS,
    one_fr="une allergie",
    add_fr="Ajouter une allergie",
    empty_fr="Aucune allergie",
    fields=(
        Field("name", "Allergie à", required=True, suggestions="allergens"),
        Field(
            "comment",
            "Réaction",
            Kind.LONG,
            hint="Ce qui s’est passé : plaques, gonflement, malaise… et vos remarques.",
            most=COMMENT_LENGTH,
        ),
        Field("date", "Découverte en", Kind.DATE),
    ),
    title=lambda values: str(values.get("name", "")),
    when=on,
    unconcerned=True,
    links=(LinkKind.DOCUMENT, LinkKind.TREATMENT),
)

DISABILITIES = Definition(
    rubric=Rubric.DISABILITIES,
    group=Group.TRAITS,
    one_fr="un handicap",
    add_fr="Ajouter un handicap",
    empty_fr="Aucun handicap",
    fields=(
        Field(
            "type",
            "Type de handicap",
            Kind.CHOICE,
            required=True,
            choices=tuple(Choice(code, label) for code, label in _DISABILITIES.items()),
        ),
        Field(
            "rate",
            "Taux d’incapacité reconnu",
            Kind.CHOICE,
            choices=choices(
                ("UNDER_50", "moins de 50 %"),
                ("50_TO_79", "de 50 à 79 %"),
                ("80_AND_OVER", "80 % ou plus"),
                ("UNKNOWN", "je ne sais pas"),
            ),
        ),
        Field(
            "human_help",
            "Aide humaine au quotidien",
            Kind.CHOICE,
            choices=choices(("YES", "oui"), ("NO", "non"), ("NONE", "je préfère ne pas le dire")),
        ),
        Field(
            "technical_aid",
            "Aide technique",
            hint="Fauteuil, appareil auditif, chien guide…",
            most=NAME_LENGTH,
        ),
        comment(),
    ),
    title=lambda values: _DISABILITIES.get(str(values.get("type")), ""),
    when=_nothing,
    unconcerned=True,
    links=(LinkKind.DOCUMENT, LinkKind.DISEASE),
)

FAMILY_HISTORIES = Definition(
    rubric=Rubric.FAMILY_HISTORIES,
    group=Group.TRAITS,
    one_fr="un antécédent familial",
    add_fr="Ajouter un antécédent familial",
    empty_fr="Aucun antécédent familial",
    fields=(
        Field("name", "Maladie", required=True, suggestions="diseases"),
        Field("relations", "Qui, dans la famille ?", Kind.MANY, required=True, choices=_RELATIONS),
        comment(),
    ),
    title=lambda values: str(values.get("name", "")),
    when=_nothing,
    unconcerned=True,
    links=(LinkKind.DOCUMENT,),
)


def _answered(values: Values) -> Errors:
    """A subject without an answer says nothing."""
    return {} if set(values) - {"section"} else {"": "Répondez à une question au moins."}


_SECTION = Field(
    "section",
    "Sujet",
    Kind.CHOICE,
    required=True,
    choices=tuple(Choice(code, label) for code, label in SECTIONS.items()),
)

LIFESTYLES = Definition(
    rubric=Rubric.LIFESTYLES,
    group=Group.TRAITS,
    one_fr="une habitude de vie",
    add_fr="Répondre sur un sujet",
    empty_fr="",
    fields=(_SECTION,),
    fields_of=lambda values: (_SECTION, *fields_of_section(str(values.get("section", "")))),
    title=lambda values: SECTIONS.get(str(values.get("section")), ""),
    when=_nothing,
    slot=lambda values: values.get("section") or None,
    check=_answered,
    slot_taken_fr="Vous avez déjà répondu sur ce sujet : modifiez vos réponses.",
)
