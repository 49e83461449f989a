"""What is followed: treatments, diseases, stays in hospital, vaccinations (facts/mes.md 2.1)."""

from typing import Any

from carnet.profile import dates
from carnet.profile.fields import COMMENT_LENGTH, Field, Kind, choices, comment
from carnet.profile.rubrics.model import Definition, Errors, Group, LinkKind, Rubric, Values
from carnet.standards.gs1 import Gs1Error, parse_box, parse_cip13

_CIP_LABEL = "Code de la boîte (CIP)"
_SCAN_LABEL = "DataMatrix de la boîte"
_LOT_LENGTH = 100
_POSOLOGY_LENGTH = 1000
_DURATION_MOST = 999  # "up to 3 digits"
_UNITS = {"DAY": "jour", "WEEK": "semaine", "MONTH": "mois", "YEAR": "an"}


def in_order(values: Values) -> Errors:
    """Refuse an end before its start."""
    start, end = values.get("start"), values.get("end")
    if start and end and not dates.follows(end, start):
        return {"end": "La fin ne peut pas précéder le début."}
    return {}


def read_box(values: dict[str, Any]) -> Errors:
    """Fill the code of a box from its DataMatrix; refuse what contradicts what was typed."""
    return _read_box(values, with_lot=False)


def read_box_and_lot(values: dict[str, Any]) -> Errors:
    """Do the same, the lot as well: it matters for a vaccine."""
    return _read_box(values, with_lot=True)


def _read_box(values: dict[str, Any], *, with_lot: bool) -> Errors:
    scanned = str(values.pop("scan", "") or "")
    errors: Errors = {}
    if scanned:
        try:
            box = parse_box(scanned)
        except Gs1Error as error:
            return {"scan": f"{_SCAN_LABEL} : {error}"}
        errors = _fill(values, "cip13", box.cip13)
        errors |= _fill(values, "lot", box.lot) if with_lot else {}
    return errors or _check_cip(values)


def _fill(values: dict[str, Any], name: str, found: str) -> Errors:
    typed = str(values.get(name) or "").replace(" ", "")
    if typed and found and typed != found:
        return {name: "Ce qui est écrit ici diffère du DataMatrix : gardez l’un ou l’autre."}
    values[name] = typed or found
    return {}


def _check_cip(values: dict[str, Any]) -> Errors:
    typed = str(values.get("cip13") or "").strip()
    if not typed:
        return {}
    try:
        values["cip13"] = parse_cip13(typed)
    except Gs1Error as error:
        return {"cip13": f"{_CIP_LABEL} : {error}"}
    return {}


def _name(values: Values) -> str:
    return str(values.get("name", ""))


def span(values: Values) -> str:
    """Say a period from its partial dates."""
    start, end = values.get("start"), values.get("end")
    if start and end:
        return f"{dates.show_from(start)} {dates.show_to(end)}"
    if start:
        return dates.show_since(start)
    return f"jusqu’{dates.show_to(end)}" if end else ""


def on(values: Values) -> str:
    """Say one partial date."""
    return dates.show(values["date"]) if values.get("date") else ""


def _box(filled_fr: str) -> tuple[Field, ...]:
    """Return the two ways to say which box it is."""
    return (
        Field(
            "cip13",
            _CIP_LABEL,
            Kind.CODE,
            hint="Les 13 chiffres sous le code-barres, qui commencent par 3400.",
            most=13,
            more=True,
        ),
        Field(
            "scan",
            _SCAN_LABEL,
            Kind.SCAN,
            hint=f"Avec un lecteur : placez-vous ici et scannez le petit carré. {filled_fr}",
            most=200,
            more=True,
        ),
    )


TREATMENTS = Definition(
    rubric=Rubric.TREATMENTS,
    group=Group.CARE,
    one_fr="un traitement",
    add_fr="Ajouter un traitement",
    empty_fr="Aucun traitement",
    fields=(
        Field("name", "Médicament ou traitement", required=True, suggestions="treatments"),
        Field(
            "posology",
            "Posologie",
            Kind.LONG,
            hint="Combien, quand, comment. Par exemple : 1 comprimé le matin.",
            most=_POSOLOGY_LENGTH,
        ),
        Field("start", "Début", Kind.DATE),
        Field("end", "Fin", Kind.DATE, hint="Laissez vide si vous le prenez toujours."),
        Field("reason", "Pour quelle raison ?", suggestions="diseases", more=True),
        comment(),
        *_box("Le code se remplit."),
    ),
    title=_name,
    when=span,
    complete=read_box,
    check=in_order,
    unconcerned=True,
    links=(LinkKind.DISEASE, LinkKind.DOCUMENT, LinkKind.HOSPITALIZATION),
)


def _episode(values: Values) -> Errors:
    """START has begun, END is over and FULL is known from start to end: each with its dates."""
    errors = in_order(values)
    if values.get("episode") == "START" and values.get("end"):
        errors["end"] = (
            "Fin : une maladie en cours n’a pas de fin. Choisissez « terminée » ou effacez la date."
        )
    if values.get("episode") == "FULL":
        for name, words in (("start", "Début"), ("end", "Fin")):
            if not values.get(name):
                errors[name] = f"{words} : indiquez l’année au moins, ou choisissez une autre réponse."
    return errors


DISEASES = Definition(
    rubric=Rubric.DISEASES,
    group=Group.CARE,
    one_fr="une maladie ou un sujet de santé",
    add_fr="Ajouter une maladie ou un sujet de santé",
    empty_fr="Aucune maladie",
    fields=(
        Field("name", "Maladie ou sujet de santé", required=True, suggestions="diseases"),
        Field(
            "episode",
            "Où en est-ce ?",
            Kind.CHOICE,
            choices=choices(
                ("START", "En cours"),
                ("END", "Terminée"),
                ("FULL", "Terminée, je connais le début et la fin"),
            ),
        ),
        Field("start", "Début", Kind.DATE),
        Field("end", "Fin", Kind.DATE),
        comment(),
    ),
    title=_name,
    when=span,
    check=_episode,
    unconcerned=True,
    links=(
        LinkKind.TREATMENT,
        LinkKind.DOCUMENT,
        LinkKind.HOSPITALIZATION,
        LinkKind.FOLDER,
        LinkKind.MEASURE,
    ),
)


def _duration(values: Values) -> Errors:
    if values.get("duration") and not values.get("unit"):
        return {"unit": "Durée en : choisissez jours, semaines, mois ou ans."}
    if values.get("unit") and not values.get("duration"):
        return {"duration": "Durée : écrivez un nombre, ou retirez l’unité."}
    return {}


def say_duration(values: Values) -> str:
    """Say a duration: "3 jours", "1 an"."""
    number, unit = values.get("duration"), values.get("unit")
    if not number or not unit:
        return ""
    word = _UNITS[unit]
    return f"{number} {word}{'s' if int(number) > 1 and not word.endswith('s') else ''}"


def _stay(values: Values) -> str:
    return ", ".join(part for part in (on(values), say_duration(values)) if part)


HOSPITALIZATIONS = Definition(
    rubric=Rubric.HOSPITALIZATIONS,
    group=Group.CARE,
    one_fr="une hospitalisation ou une opération",
    add_fr="Ajouter une hospitalisation ou une opération",
    empty_fr="Aucune hospitalisation ni opération",
    fields=(
        Field("reason", "Motif", required=True, hint="Par exemple : appendicite, accouchement."),
        Field("establishment", "Établissement"),
        Field("date", "Date d’entrée", Kind.DATE),
        Field("duration", "Durée", Kind.NUMBER, hint="Trois chiffres au plus.", most=_DURATION_MOST),
        Field(
            "unit",
            "Durée en",
            Kind.CHOICE,
            choices=choices(("DAY", "jours"), ("WEEK", "semaines"), ("MONTH", "mois"), ("YEAR", "ans")),
        ),
        comment(),
    ),
    title=lambda values: str(values.get("reason", "")),
    when=_stay,
    check=_duration,
    unconcerned=True,
    links=(LinkKind.DOCUMENT, LinkKind.DISEASE, LinkKind.FOLDER),
)

VACCINATIONS = Definition(
    rubric=Rubric.VACCINATIONS,
    group=Group.CARE,
    one_fr="une vaccination",
    add_fr="Ajouter une vaccination",
    empty_fr="Aucune vaccination",
    fields=(
        Field(
            "name", "Vaccin", required=True, hint="Le nom du vaccin ou de la maladie.", suggestions="vaccines"
        ),
        Field("date", "Date de l’injection", Kind.DATE, required=True),
        Field(
            "injection",
            "Quelle injection ?",
            Kind.CHOICE,
            choices=choices(
                ("INITIMMUNIZ", "Première vaccination (une des premières doses)"),
                ("BOOSTER", "Rappel"),
                ("IMMUNIZ", "Vaccination sans rappel"),
                ("UNKNOWN", "Je ne sais pas"),
            ),
        ),
        Field(
            "duty",
            "Obligatoire ou recommandée ?",
            Kind.CHOICE,
            choices=choices(("OBLIGATORY", "Obligatoire"), ("RECOMMENDED", "Recommandée")),
            more=True,
        ),
        Field("lot", "Numéro de lot", Kind.CODE, most=_LOT_LENGTH, more=True),
        Field("performer", "Vaccinateur", more=True),
        comment(hint=f"{COMMENT_LENGTH} caractères au plus."),
        *_box("Le code et le lot se remplissent."),
    ),
    title=_name,
    when=on,
    complete=read_box_and_lot,
    links=(LinkKind.DOCUMENT,),
)
