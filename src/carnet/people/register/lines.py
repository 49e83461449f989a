"""One line of a register file: its columns, their rules, and what is refused with its reason.

A reason never quotes the value: the file of rejected lines names nobody.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from carnet.platform import crypto
from carnet.standards.card import CardError, parse_serial
from carnet.standards.ins import InsError, Matricule, parse_matricule

Operation = Literal["upsert", "birth", "move", "death"]
OPERATIONS: tuple[Operation, ...] = ("upsert", "birth", "move", "death")

REQUIRED = ("matricule", "oid", "birth_name", "given_names", "birth_date", "sex", "birth_place")
ADDRESS = ("address_1", "address_2", "address_3", "address_4", "postal_code", "city", "commune")
CONTACT = ("email", "phone")
CARD = ("card_serial", "card_photo", "card_legible")
OPTIONAL = ("operation", "used_name", "first_given_name", "family", "protection", "died_on",
            "parent_matricule", *ADDRESS, *CONTACT, *CARD)  # fmt: skip
COLUMNS = (*REQUIRED, *OPTIONAL)

OLDEST = date(1880, 1, 1)
LONGEST = 200
_PROTECTIONS = ("", "tutelle", "curatelle")

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.-])*")
_PLACE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[0-9][0-9 .]{5,18}[0-9]")
_POSTAL_CODE = re.compile(r"[0-9]{5}|")


class LineRejectedError(ValueError):
    """A line is not taken. `column`: which; `reason`: in French, without the value."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """Where the insurer writes to."""

    lines: str
    postal_code: str
    city: str
    commune: str

    @property
    def departement(self) -> str:
        """The département: from the commune, else from the postal code (Corsica apart, unsaid there)."""
        code = self.commune or self.postal_code
        return code[:3] if code[:2] in {"97", "98"} else code[:2]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was understood. `number` counts from 1, the headings; keys are look-up hashes."""

    number: int
    operation: Operation
    matricule: str
    key: bytes
    oid: str
    birth_name: str = ""
    used_name: str = ""
    given_names: str = ""
    first_given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    birth_place: str = ""
    family_id: UUID | None = None
    protection: str = ""
    died_on: date | None = None
    address: Address | None = None
    email: str = ""
    phone: str = ""
    card_key: bytes | None = None
    card_photo: bool = True
    card_legible: bool = True
    parent_key: bytes | None = None


def read_line(number: int, cells: Mapping[str, str], *, today: date, oids: frozenset[str]) -> Line:
    """Return what a line says, `cells` by column. Raises LineRejectedError with the first rule broken.

    `oids`: the authorities accepted here.
    """
    operation = _operation(cells.get("operation", ""))
    matricule = _matricule(cells["matricule"], cells["oid"], oids)
    if operation in {"upsert", "birth"}:
        return _person(number, operation, matricule, cells, today)
    key = crypto.index_hash("ins", matricule.value)
    if operation == "death":
        died_on = _date("died_on", cells.get("died_on", ""), OLDEST, today)
        return Line(number, operation, matricule.value, key, matricule.oid, died_on=died_on)
    address = _address(cells)
    if address is None:
        raise LineRejectedError("address_1", "un déménagement indique la nouvelle adresse")
    return Line(number, operation, matricule.value, key, matricule.oid, address=address)


def _person(
    number: int, operation: Operation, matricule: Matricule, cells: Mapping[str, str], today: date
) -> Line:
    get = cells.get
    birth_date = _date("birth_date", cells["birth_date"], OLDEST, today)
    given_names = _name("given_names", cells["given_names"])
    first = get("first_given_name", "").strip()
    died_on = get("died_on", "").strip()
    family = get("family", "").strip()
    return Line(
        number=number,
        operation=operation,
        matricule=matricule.value,
        key=crypto.index_hash("ins", matricule.value),
        oid=matricule.oid,
        birth_name=_name("birth_name", cells["birth_name"]),
        used_name=_name("used_name", get("used_name", ""), optional=True),
        given_names=given_names,
        first_given_name=_first(first, given_names),
        birth_date=birth_date,
        sex=_among("sex", cells["sex"].strip().upper(), ("M", "F")),
        birth_place=_matching(
            "birth_place", cells["birth_place"].upper(), _PLACE, "code INSEE à 5 caractères"
        ),
        family_id=UUID(bytes=crypto.index_hash("family", family)) if family else None,
        protection=_among("protection", get("protection", "").strip().lower(), _PROTECTIONS),
        died_on=_date("died_on", died_on, birth_date, today) if died_on else None,
        address=_address(cells),
        email=_matching("email", get("email", ""), _EMAIL, "adresse électronique", optional=True),
        phone=_matching("phone", get("phone", ""), _PHONE, "numéro de téléphone", optional=True),
        card_key=_card(get("card_serial", ""), matricule),
        card_photo=_yes("card_photo", get("card_photo", "")),
        card_legible=_yes("card_legible", get("card_legible", "")),
        parent_key=_parent(get("parent_matricule", ""), operation, matricule),
    )


def _operation(text: str) -> Operation:
    found = text.strip().lower() or "upsert"
    for operation in OPERATIONS:
        if found == operation:
            return operation
    raise LineRejectedError("operation", f"opération inconnue ; attendu : {', '.join(OPERATIONS)}")


def _matricule(text: str, oid: str, oids: frozenset[str]) -> Matricule:
    oid = oid.strip()
    if oid not in oids:
        raise LineRejectedError("oid", "autorité d’identité non acceptée ici")
    return _parse("matricule", text, oid)


def _parse(column: str, text: str, oid: str) -> Matricule:
    try:
        return parse_matricule(text, oid=oid)
    except InsError as error:
        # Of these rules, the message of the length alone says something of the value: how long it is.
        raise LineRejectedError(column, error.message_fr) from error


def _parent(text: str, operation: Operation, child: Matricule) -> bytes | None:
    if not text.strip():
        if operation == "birth":
            raise LineRejectedError("parent_matricule", "une naissance indique le parent de rattachement")
        return None
    parent = _parse("parent_matricule", text, child.oid)
    if parent.value == child.value:
        raise LineRejectedError("parent_matricule", "une personne n’est pas rattachée à elle-même")
    return crypto.index_hash("ins", parent.value)


def _name(column: str, text: str, *, optional: bool = False) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        if optional:
            return ""
        raise LineRejectedError(column, "nom absent")
    if len(name) > LONGEST:
        raise LineRejectedError(column, f"plus de {LONGEST} caractères")
    if not _NAME.fullmatch(name):
        raise LineRejectedError(
            column,
            "un nom n’a que des lettres, espaces, traits d’union, points et apostrophes (fichier en UTF-8 ?)",
        )
    return name


def _first(first: str, given_names: str) -> str:
    """The first given name stands at the head of the list; unsaid, it is the list's first word."""
    if not first:
        return given_names.split(maxsplit=1)[0]
    name = _name("first_given_name", first)
    if not f"{given_names} ".startswith(f"{name} "):
        raise LineRejectedError("first_given_name", "le premier prénom commence la liste des prénoms")
    return name


def _date(column: str, text: str, first: date, last: date) -> date:
    text = text.strip()
    if not _DATE.fullmatch(text):
        raise LineRejectedError(column, "date attendue sous la forme AAAA-MM-JJ")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise LineRejectedError(column, "ce jour n’existe pas (29 février, 31 du mois ?)") from None
    if found > last:
        raise LineRejectedError(column, "date dans le futur")
    if found < first:
        raise LineRejectedError(
            column, "date antérieure à la naissance" if first > OLDEST else "date avant 1880"
        )
    return found


def _address(cells: Mapping[str, str]) -> Address | None:
    lines = [" ".join(cells.get(name, "").split()) for name in ADDRESS[:4]]
    city = " ".join(cells.get("city", "").split())
    postal_code = cells.get("postal_code", "").strip()
    if not any(lines) and not city and not postal_code:
        return None
    if not city:
        raise LineRejectedError("city", "une adresse indique la commune")
    if max(map(len, (*lines, city))) > LONGEST:
        raise LineRejectedError("address_1", f"plus de {LONGEST} caractères sur une ligne")
    _matching("postal_code", postal_code, _POSTAL_CODE, "code postal à 5 chiffres")
    commune = _matching(
        "commune", cells.get("commune", "").upper(), _PLACE, "code INSEE à 5 caractères", optional=True
    )
    return Address("\n".join(filter(None, lines)), postal_code, city, commune)


def _card(text: str, matricule: Matricule) -> bytes | None:
    if not text.strip():
        return None
    try:
        return crypto.index_hash("card", parse_serial(text, matricule))
    except CardError as error:
        raise LineRejectedError("card_serial", error.message_fr) from error


def _yes(column: str, text: str) -> bool:
    return _among(column, text.strip().lower() or "oui", ("oui", "non")) == "oui"


def _among(column: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise LineRejectedError(column, f"valeur attendue : {', '.join(filter(None, allowed))}")
    return value


def _matching(column: str, text: str, pattern: re.Pattern[str], what: str, *, optional: bool = False) -> str:
    value = text.strip()
    if optional and not value:
        return ""
    if len(value) > LONGEST or not pattern.fullmatch(value):
        raise LineRejectedError(column, f"{what} mal formé")
    return value
