"""ITI-67, Find Document References: a structure searches among what it deposited itself.

By patient (INS) or by identifier; by POST rather than by GET, so that no INS stands in an address. Source:
facts/interop.md 2.5; 2.7 (TD3.1b: what a client without the right to read learns of an identifier).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.documents.api import Held, HeldFilters, HeldPosition, HeldUnknown
from carnet.fhir_api import paging, refusals, rendering
from carnet.fhir_api import parameters as read
from carnet.fhir_api.exchange import Exchange, base_url, reply
from carnet.fhir_api.outcomes import refuse
from carnet.fhir_api.paging import Page
from carnet.fhir_api.parameters import FORMAT, Kind, Parameter, Token
from carnet.platform import clock
from carnet.standards.fhir.codec import LOINC
from carnet.standards.ins import InsError, parse_matricule
from carnet.standards.pdsm import find_unique_id
from carnet.standards.pdsm.codes import SYSTEMS
from carnet.standards.pdsm.identifiers import find_uuid

MOST: Final = 200
DEFAULT: Final = 50
_MOST_IDENTIFIERS: Final = 20
_NOTHING: Final = frozenset({"-"})  # a code that no document has
_STATUS: Final = ("http://hl7.org/fhir/document-reference-status",)
_TYPES: Final = (LOINC, SYSTEMS["1.2.250.1.213.1.1.4.12"], SYSTEMS["ASTM"])
_CLASSES: Final = (SYSTEMS["1.2.250.1.213.1.1.4.1"],)
_FORMATS: Final = (SYSTEMS["1.3.6.1.4.1.19376.1.2.3"], SYSTEMS["1.2.250.1.213.1.1.4.2.282"])
_FACILITIES: Final = (SYSTEMS["1.2.250.1.71.4.2.4"], SYSTEMS["1.2.250.1.213.1.1.4.6"])
_SETTINGS: Final = (SYSTEMS["1.2.250.1.213.1.1.4.9"], SYSTEMS["1.2.250.1.213.1.1.4.6"])
_LABELS: Final = (SYSTEMS["2.16.840.1.113883.5.25"], SYSTEMS["1.2.250.1.213.1.1.4.13"])

_INS = "urn:oid:1.2.250.1.213.1.4.10|279035121518989"
PARAMETERS: Final = (
    Parameter("patient.identifier", Kind.TOKEN, "L’INS du patient : urn:oid:<autorité>|<matricule>.", _INS),
    Parameter("patient:identifier", Kind.REFERENCE, "Le même, avec ce modificateur et lui seul.", _INS),
    Parameter(
        "identifier", Kind.TOKEN, "L’uniqueId du document ; avec le patient, aussi son entryUUID.",
        "urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.1.2.3",
    ),
    Parameter("status", Kind.TOKEN, "current, superseded, entered-in-error ; tous par défaut.", "current"),
    Parameter("type", Kind.TOKEN, "Le type du document (JDV_J07).", "http://loinc.org|11502-2"),
    Parameter("category", Kind.TOKEN, "La classe du document (TRE_A03).", "10"),
    Parameter("format", Kind.TOKEN, "Le format du contenu (JDV_J10).", "urn:ihe:iti:xds-sd:pdf:2008"),
    Parameter("facility", Kind.TOKEN, "Le secteur de la structure (JDV_J02).", "SA01"),
    Parameter("setting", Kind.TOKEN, "Le cadre d’exercice (JDV_J04).", "AMBULATOIRE"),
    Parameter("event", Kind.TOKEN, "Un acte documenté (CCAM, CIM-10…).", "HJQD001"),
    Parameter("security-label", Kind.TOKEN, "Confidentialité (N, R, V) ou visibilité (MASQUE_PS…).", "N"),
    Parameter("creation", Kind.DATE, "La date du document.", "ge2026-01-01"),
    Parameter("date", Kind.DATE, "La date de la fiche (DocumentReference.date).", "ge2026-01-01"),
    Parameter("period", Kind.DATE, "La période des soins.", "2026"),
    Parameter("author.family", Kind.STRING, "Le début du nom d’un auteur.", "dup"),
    Parameter("author.given", Kind.STRING, "Le début du prénom d’un auteur.", "mar"),
    Parameter("isArchived", Kind.TOKEN, "true ou false ; les deux par défaut.", "false"),
    Parameter("_count", Kind.NUMBER, f"Documents par page : {DEFAULT} par défaut, {MOST} au plus.", "20"),
    Parameter(read.PAGE, Kind.SPECIAL, "La suite d’une recherche, telle que link next la donne."),
    FORMAT,
)  # fmt: skip


def find_documents(exchange: Exchange) -> HttpResponse:
    """Answer a search: a Bundle of type searchset, even when nothing is found."""
    page = _page(exchange)
    values = page.values
    count = read.number("_count", read.one(values, "_count"), least=1, most=MOST, default=DEFAULT)
    filters, matricule, wanted = _filters(values), _matricule(values), _identifiers(values)
    if exchange.by.strict and not wanted:
        raise refusals.strict_reads_nothing()
    if wanted:
        found = _by_identifier(exchange, wanted, filters, matricule, after=page.after)
    else:
        found = documents.search_held(
            by=exchange.by.actor,
            matricule=_required(matricule),
            filters=filters,
            limit=count,
            after=page.after,
        )
    links = [("self", _link(exchange, page))]
    if len(found) >= count:
        links.append(("next", _link(exchange, replace(page, after=HeldPosition.of(found[count - 1])))))
    return _answer(exchange, found[:count], links)


def _page(exchange: Exchange) -> Page:
    """Return the search that is asked for, or whose next page is."""
    values = {name: given for name, given in exchange.values.items() if name != FORMAT.name}
    token = read.one(values, read.PAGE)
    if not token:
        return Page(values, None)
    if len(values) > 1:
        raise read.bad(read.PAGE, "« _page » se donne seul : la recherche est dedans.")
    return paging.read(token, client=exchange.by.client_id)


def _link(exchange: Exchange, page: Page) -> str:
    """Return the address of a page. No INS stands in it."""
    token = paging.write(page, client=exchange.by.client_id)
    return f"{base_url()}/DocumentReference?{read.PAGE}={token}"


def _answer(exchange: Exchange, found: Sequence[Held], links: Sequence[tuple[str, str]]) -> HttpResponse:
    told = rendering.technical_id if exchange.by.strict else rendering.document
    resources = ((str(held.id), told(held)) for held in found)
    return reply(rendering.searchset(resources, base=base_url(), links=links))


# -- who and what is looked for


def _required(matricule: str) -> str:
    if not matricule:
        raise refuse(
            400, "required", "Une recherche demande le patient (patient.identifier) ou l’identifiant d’un"
            " document (identifier).",
            rule="iti67.patient", clause="PDSm 3.1.1, ITI-67 : paramètres obligatoires",
        )  # fmt: skip
    return matricule


def _matricule(values: Mapping[str, list[str]]) -> str:
    """Return the matricule of the patient, "" when none is said. Only its form and key are checked."""
    given = [*values.get("patient.identifier", []), *values.get("patient:identifier", [])]
    if not given:
        return ""
    if len(given) > 1 or len(read.split(given[0])) > 1:
        raise read.bad("patient.identifier", "Un patient à la fois.")
    token = read.token(given[0])
    trusted = [f"urn:oid:{oid}" for oid in settings.CARNET_TRUSTED_OIDS]
    if not token.of(trusted):
        raise read.bad("patient.identifier", f"L’autorité d’un INS est l’une de : {', '.join(trusted)}.")
    try:
        return parse_matricule(token.code).value
    except InsError as error:
        raise read.bad("patient.identifier", f"Matricule INS : {error.message_fr}") from error


def _identifiers(values: Mapping[str, list[str]]) -> list[Token]:
    if len(values.get("identifier", [])) > 1:
        raise read.bad(
            "identifier", "« identifier » ne se donne qu’une fois ; plusieurs valeurs : des virgules."
        )
    wanted = [one for text in values.get("identifier", []) for one in read.tokens(text)]
    if len(wanted) > _MOST_IDENTIFIERS:
        raise read.bad("identifier", f"« identifier » : {_MOST_IDENTIFIERS} valeurs au plus.")
    return wanted


def _by_identifier(
    exchange: Exchange,
    wanted: Iterable[Token],
    filters: HeldFilters,
    matricule: str,
    *,
    after: HeldPosition | None,
) -> list[Held]:
    """Return the documents of those identifiers, each once: uniqueId, entryUUID, or the technical id."""
    found: dict[UUID, Held] = {}
    for token in wanted:
        for held in _named(exchange, token, filters, matricule):
            found[held.id] = held
    left = [one for one in found.values() if after is None or _place(one) < (after.created_on, after.id)]
    return sorted(left, key=_place, reverse=True)


def _place(held: Held) -> tuple[datetime, UUID]:
    return held.created_on, held.id


def _named(exchange: Exchange, token: Token, filters: HeldFilters, matricule: str) -> Iterable[Held]:
    unique_id = find_unique_id(token.system or "", token.code)
    uuid = find_uuid(token.code)
    by = exchange.by.actor
    if not matricule:
        now = clock.now()
        return [held for held in _alone(unique_id, uuid, exchange) if _meets(filters, held, now)]
    asked = [replace(filters, unique_ids=frozenset({unique_id}))] if unique_id else []
    asked += [replace(filters, entry_ids=frozenset({uuid}))] if uuid else []
    return [
        held
        for one in asked
        for held in documents.search_held(by=by, matricule=matricule, filters=one, limit=MOST)
    ]


def _alone(unique_id: str | None, uuid: UUID | None, exchange: Exchange) -> list[Held]:
    """Return the document of a uniqueId, or of a technical id, whoever it is about."""
    by = exchange.by.actor
    asks: list[Callable[[], Held]] = []
    if unique_id:
        asks.append(lambda: documents.find_held(unique_id, by=by))
    if uuid:
        asks.append(lambda: documents.get_held(uuid, by=by))
    for ask in asks:
        try:
            return [ask()]
        except HeldUnknown:
            continue
    return []


# -- filters


@dataclass(frozen=True, slots=True)
class _Coded:
    """A coded filter: the member of HeldFilters, the systems of its codes (none: any)."""

    member: str
    systems: tuple[str, ...] = ()


_CODED: Final = {
    "status": _Coded("statuses", _STATUS),
    "type": _Coded("types", _TYPES),
    "category": _Coded("classes", _CLASSES),
    "format": _Coded("formats", _FORMATS),
    "facility": _Coded("facilities", _FACILITIES),
    "setting": _Coded("settings", _SETTINGS),
    "event": _Coded("events"),
}
_DATED: Final = {"creation": "creations", "date": "dates", "period": "periods"}


def _filters(values: Mapping[str, list[str]]) -> HeldFilters:
    """Return what the search is narrowed to; a parameter given twice narrows twice (FHIR R4, search)."""
    given: dict[str, object] = {}
    for name, coded in _CODED.items():
        if values.get(name):
            sets = [_codes(text, coded.systems) for text in values[name]]
            given[coded.member] = frozenset.intersection(*sets) or _NOTHING
    for name, member in _DATED.items():
        given[member] = tuple(read.span(name, text) for text in values.get(name, []))
    given["labels"] = tuple(_codes(text, _LABELS) or _NOTHING for text in values.get("security-label", []))
    given["authors"] = tuple(
        word
        for name in ("author.family", "author.given")
        for text in values.get(name, [])
        for word in text.split()
    )  # fmt: skip
    if archived := read.one(values, "isArchived"):
        given["archived"] = read.boolean("isArchived", archived)
    return HeldFilters(**given)  # type: ignore[arg-type]


def _codes(text: str, systems: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one.code for one in read.tokens(text) if not systems or one.of(systems))


def _meets(filters: HeldFilters, held: Held, now: datetime) -> bool:
    """Tell whether a document that was found by its identifier is also what else was asked for."""
    coded = (
        (filters.statuses, held.status), (filters.types, held.type_code), (filters.classes, held.class_code),
        (filters.formats, held.format_code),
    )  # fmt: skip
    return (
        all(not codes or code in codes for codes, code in coded)
        and filters.archived in (None, held.archived)
        and all(span.admits(held.created_on, held.created_on, now) for span in filters.creations)
        and filters.admits(held, now)
    )
