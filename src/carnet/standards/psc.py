"""Who Pro Santé Connect says has come: its claims, read. Pure.

Sources: facts/interop.md 0.1 (IdNPS, Struct_IdNat), 6 (claims of userinfo). Who has no RPPS number has no
SubjectRefPro: the structure stands beside. A claim of a form that is not the published one is refused, never
guessed; an activity without any number of a structure is kept, so that she can be told why it does not serve.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

RPPS_PREFIX: Final = "8"
_RPPS: Final = re.compile(r"[0-9]{11}")
_NATIONAL_ID: Final = re.compile(r"[0-9A-Za-z/.-]{2,60}")
_MOST: Final = 200
_LONGEST: Final = 300


class PscError(ValueError):
    """A claim that is not what it should be. `field`: its name; `rule`: what it must be."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule

    @property
    def message_fr(self) -> str:
        """What is wrong, for whoever answers for the connection."""
        return f"La réponse de Pro Santé Connect est incomplète : « {self.field} » {self.rule}."


@dataclass(frozen=True, slots=True)
class Activity:
    """One practice situation: what she is there, and the numbers of the structure, each "" if not given.

    `structure_id`: Struct_IdNat, for staff whose structure alone is told.
    """

    profession: str
    category: str = ""
    speciality: str = ""
    mode: str = ""
    sector: str = ""
    finess: str = ""
    siret: str = ""
    technical_id: str = ""
    structure_id: str = ""
    name: str = ""

    @property
    def structures(self) -> tuple[str, ...]:
        """The numbers under which its structure may stand in the directory, the surest first (ADR 0020)."""
        numbers = (
            self.finess,
            f"3{self.siret}" if self.siret else "",
            self.technical_id,
            _as_number(self.structure_id),
        )
        return tuple(dict.fromkeys(number for number in numbers if number))


@dataclass(frozen=True, slots=True)
class Identity:
    """A professional as Pro Santé Connect names her. `national_id`: IdNPS, its kind first (8: RPPS)."""

    national_id: str
    family_name: str
    given_name: str
    activities: tuple[Activity, ...]
    regulates: bool = False
    other_ids: tuple[str, ...] = ()

    @property
    def rpps(self) -> str:
        """The RPPS number, its prefix taken off, or ""."""
        number = self.national_id.removeprefix(RPPS_PREFIX)
        return number if len(number) < len(self.national_id) and _RPPS.fullmatch(number) else ""


def read_userinfo(claims: Mapping[str, Any]) -> Identity:
    """Return who has come; raises PscError naming the claim."""
    names = [_text(claims, name) for name in ("SubjectNameID", "preferred_username")]
    national_id = _national_id(names[0] or names[1])
    if names[0] and names[1] and _national_id(names[1]) != national_id:
        raise PscError("preferred_username", "doit être le même que « SubjectNameID »")
    return Identity(
        national_id=national_id,
        family_name=_family_name(claims),
        given_name=_text(claims, "given_name"),
        activities=tuple(_activities(claims)),
        regulates=_text(claims, "Acces_Regulation_Medicale").upper() == "VRAI",
        other_ids=tuple(_other_ids(claims)),
    )


def structure_number(structure_id: str) -> str:
    """Return under which number the directory keeps a Struct_IdNat: FINESS bare, the others as they are."""
    return _as_number(structure_id)


def _national_id(text: str) -> str:
    if not text:
        raise PscError("SubjectNameID", "est obligatoire")
    if not _NATIONAL_ID.fullmatch(text):
        raise PscError("SubjectNameID", "doit être un identifiant national de professionnel")
    return RPPS_PREFIX + text if _RPPS.fullmatch(text) else text


def _family_name(claims: Mapping[str, Any]) -> str:
    """Return the name she practises under, else that of the register."""
    named = [_text(exercise, "nomDexercice") for exercise in _exercises(claims)]
    return next((name for name in named if name), "") or _text(claims, "family_name")


def _activities(claims: Mapping[str, Any]) -> Iterator[Activity]:
    exercises = list(_exercises(claims))
    for exercise in exercises:
        for activity in _list(exercise, "activities"):
            yield _activity(exercise, activity)
    if not exercises and (staff := _staff(claims)):
        yield staff


def _activity(exercise: Mapping[str, Any], activity: Mapping[str, Any]) -> Activity:
    return Activity(
        profession=_text(exercise, "codeProfession"),
        category=_text(exercise, "codeCategorieProfessionnelle"),
        speciality=_text(exercise, "codeSavoirFaire"),
        mode=_text(activity, "codeModeExercice"),
        sector=_text(activity, "codeSecteurDactivite"),
        finess=_text(activity, "numeroFinessSite"),
        siret=_text(activity, "numeroSiretSite"),
        technical_id=_text(activity, "identifiantTechniqueDeLaStructure"),
        name=_text(activity, "raisonSocialeSite"),
    )


def _staff(claims: Mapping[str, Any]) -> Activity | None:
    """Return the activity of somebody without SubjectRefPro: a role, in one structure."""
    structure = _text(claims, "SubjectOrganizationID")
    if not structure:
        return None
    return Activity(
        profession=_role(claims),
        sector=_code(_text(claims, "Secteur_Activite")),
        structure_id=structure,
        name=_text(claims, "SubjectOrganization"),
    )


def _role(claims: Mapping[str, Any]) -> str:
    """Return the code of SubjectRole, published as a text or as a list (10^1.2.250.1.213.1.1.5.5)."""
    role = claims.get("SubjectRole")
    if isinstance(role, list):
        role = role[0] if role else ""
    return _code(_text({"SubjectRole": role}, "SubjectRole"))


def _other_ids(claims: Mapping[str, Any]) -> Iterator[str]:
    for one in _list(claims, "otherIds"):
        if text := _text(one, "identifiant"):
            yield text


def _exercises(claims: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    reference = claims.get("SubjectRefPro")
    if reference is None:
        return
    if not isinstance(reference, Mapping):
        raise PscError("SubjectRefPro", "doit être un objet")
    yield from _list(reference, "exercices")


def _list(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise PscError(name, "doit être une liste d’objets")
    if len(value) > _MOST:
        raise PscError(name, f"doit compter {_MOST} éléments au plus")
    return value


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise PscError(name, f"doit être un texte de {_LONGEST} caractères au plus")
    return value.strip()


def _code(text: str) -> str:
    return text.partition("^")[0]


def _as_number(structure_id: str) -> str:
    finess = structure_id[1:]
    return finess if structure_id.startswith("1") and len(finess) == 9 else structure_id  # noqa: PLR2004
