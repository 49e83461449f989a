"""Who stands around a person, and what she wants (facts/mes.md 2.1)."""

from carnet.profile.fields import Choice, Field, Kind, choices, comment
from carnet.profile.rubrics.model import Definition, Group, LinkKind, Rubric, Values
from carnet.terminology import api as terminology

_ROLES = {
    "MEDECIN_TRAITANT": "Médecin traitant",
    "SAGE_FEMME_REFERENTE": "Sage-femme référente",
    "PHARMACIEN_CORRESPONDANT": "Pharmacien correspondant",
}
_CONTACTS = {
    "EMERGENCY_CONTACT": "Personne à prévenir en cas d’urgence",
    "TRUSTED_CONTACT": "Personne de confiance",
    "CAREGIVER_CONTACT": "Aidant",
    "HELP_CONTACT": "Personne qui m’aide au quotidien",
}
_RELATIONS = choices(
    ("SPOUSE", "conjoint(e) ou partenaire"),
    ("MOTHER", "mère"),
    ("FATHER", "père"),
    ("CHILD", "enfant"),
    ("TUTEUR", "tuteur ou curateur"),
    ("OTHER", "autre"),
)
_ADDRESS_LENGTH = 100
ORGAN_DONATION_YEARS = 13
"""From that age a refusal may be written into the national register (CSP R1232-6)."""


def _professional(values: Values) -> str:
    role = _ROLES.get(str(values.get("role")), "")
    name = str(values.get("name", ""))
    return f"{name} ({role.lower()})" if role else name


PROFESSIONALS = Definition(
    rubric=Rubric.PROFESSIONALS,
    group=Group.ACTORS,
    one_fr="un professionnel ou un établissement",
    add_fr="Ajouter un professionnel ou un établissement",
    empty_fr="",
    fields=(
        Field("name", "Nom", required=True, hint="Du professionnel ou de l’établissement."),
        Field(
            "speciality",
            "Profession ou spécialité",
            Kind.CHOICE,
            choices=tuple(Choice(one.code, one.label) for one in terminology.list_specialities()),
        ),
        Field(
            "role",
            "Est-ce votre…",
            Kind.CHOICE,
            choices=tuple(Choice(code, label.lower()) for code, label in _ROLES.items()),
        ),
        Field("phone", "Téléphone", Kind.CODE, most=20, hint="Par exemple : 05 61 00 00 00."),
        Field("address", "Adresse", Kind.LONG, most=_ADDRESS_LENGTH, more=True),
        comment(),
    ),
    title=_professional,
    when=lambda _values: "",
    slot=lambda values: values.get("role") or None,
    slot_taken_fr="Ce rôle est déjà donné à un autre professionnel : un seul peut l’avoir.",
    links=(LinkKind.DOCUMENT, LinkKind.FOLDER),
)


def _contact(values: Values) -> str:
    return f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()


CONTACTS = Definition(
    rubric=Rubric.CONTACTS,
    group=Group.CIRCLE,
    one_fr="un contact",
    add_fr="Ajouter un contact",
    empty_fr="",
    fields=(
        Field(
            "kind",
            "Qui est-ce pour vous ?",
            Kind.CHOICE,
            required=True,
            hint="La personne de confiance vous accompagne et parle pour vous si vous ne le pouvez plus. "
            "Vous n’en désignez qu’une.",
            choices=tuple(Choice(code, label) for code, label in _CONTACTS.items()),
        ),
        Field("first_name", "Prénom", required=True),
        Field("last_name", "Nom", required=True),
        Field("relation", "Lien avec vous", Kind.CHOICE, required=True, choices=_RELATIONS),
        Field(
            "mobile",
            "Téléphone portable",
            Kind.CODE,
            required=True,
            most=20,
            hint="Par exemple : 06 12 34 56 78.",
        ),
        Field("postal_code", "Code postal", Kind.CODE, required=True, most=5),
        Field("city", "Commune", required=True),
        comment(),
    ),
    title=_contact,
    when=lambda values: _CONTACTS.get(str(values.get("kind")), ""),
    slot=lambda values: "TRUSTED_CONTACT" if values.get("kind") == "TRUSTED_CONTACT" else None,
    slot_taken_fr="Vous avez déjà une personne de confiance, et ne pouvez en avoir qu’une : "
    "modifiez-la ou supprimez-la.",
    links=(LinkKind.DOCUMENT,),
)

WISHES = Definition(
    rubric=Rubric.WISHES,
    group=Group.CIRCLE,
    one_fr="votre position sur le don d’organes",
    add_fr="Noter ma position sur le don d’organes",
    empty_fr="",
    fields=(
        Field(
            "informed",
            "Avez-vous été informé(e) du don d’organes ?",
            Kind.CHOICE,
            required=True,
            choices=choices(("YES", "oui"), ("NO", "non")),
        ),
        Field(
            "position",
            "Votre position",
            Kind.CHOICE,
            hint="Un refus ne s’enregistre pas ici : il s’inscrit au registre national des refus, "
            "sur registrenationaldesrefus.fr, ou s’écrit et se confie à un proche.",
            choices=choices(
                ("FAVOURABLE", "Je suis favorable au don"),
                ("TOLD", "J’ai dit ma position à mes proches"),
                ("UNDECIDED", "Je n’ai pas encore décidé"),
            ),
        ),
        comment(),
    ),
    title=lambda _values: "Don d’organes",
    when=lambda _values: "",
    slot=lambda _values: "ORGAN_DONATION",
    slot_taken_fr="Votre position est déjà notée : modifiez-la ou supprimez-la.",
    years=ORGAN_DONATION_YEARS,
    links=(LinkKind.DOCUMENT,),
)
