"""Who surrounds a person, and what she wants, as resources: professionals, contacts, organ donation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from carnet.exports.bundle.directory import Directory
from carnet.exports.bundle.lines import LineOfProfile, concept
from carnet.profile.api import Rubric
from carnet.standards.fhir.codec import refer
from carnet.standards.fhir.resources import (
    AnyResource,
    CareTeam,
    CareTeamParticipant,
    Flag,
    Practitioner,
    RelatedPerson,
)
from carnet.standards.fhir.types import Address, ContactPoint, HumanName, Reference

ATTENDING = "MEDECIN_TRAITANT"


@dataclass(frozen=True)
class Member:
    """A professional that the person named, and as what."""

    id: str
    role: str
    words: str


def professional(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    address = str(values.get("address") or "")
    yield Practitioner(
        id=line.id,
        extension=(*line.said(), *line.links()),
        name=(HumanName(text=str(values.get("name", ""))),),
        telecom=_phone(values.get("phone")),
        address=(Address(text=address),) if address else (),
    )


def contact(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    labels = dict(line.description.lines)
    kinds = [line.description.when, *labels.values()]
    yield RelatedPerson(
        id=line.id,
        extension=(*line.said(), *line.links()),
        patient=line.subject,
        relationship=tuple(concept(words) for words in kinds[:2] if words),
        name=(
            HumanName(
                text=line.title,
                family=str(values.get("last_name") or ""),
                given=tuple(filter(None, (str(values.get("first_name") or ""),))),
            ),
        ),
        telecom=_phone(values.get("mobile")),
        address=_address(values.get("postal_code"), values.get("city")),
    )


def wish(line: LineOfProfile) -> Iterator[AnyResource]:
    """The position on organ donation; advance directives are documents."""
    yield Flag(
        id=line.id,
        extension=(*line.said(), *line.links()),
        status="active",
        category=(concept("Volontés"),),
        code=concept(line.title),
        subject=line.subject,
    )


def members_of(line: LineOfProfile, made: Iterable[AnyResource]) -> Iterator[Member]:
    """Yield the professionals among what was made of a line."""
    if line.entry.rubric is Rubric.PROFESSIONALS:
        for one in made:
            yield Member(one.id, str(line.values.get("role") or ""), line.title)


def care_team(members: Sequence[Member], directory: Directory) -> CareTeam:
    """Return the professionals whom the person named."""
    return CareTeam(
        id=str(directory.id_of("care-team")),
        status="active",
        name="Professionnels et établissements",
        subject=directory.subject,
        participant=tuple(
            CareTeamParticipant(role=(concept(one.words),), member=refer(one.id, "Practitioner"))
            for one in members
        ),
    )


def attending(lines: Iterable[tuple[str, str]]) -> tuple[Reference, ...]:
    """Return the médecin traitant among (id, role) pairs."""
    return tuple(refer(found, "Practitioner") for found, role in lines if role == ATTENDING)


def _phone(number: object) -> tuple[ContactPoint, ...]:
    return (ContactPoint(system="phone", value=str(number)),) if number else ()


def _address(postal_code: object, city: object) -> tuple[Address, ...]:
    if not postal_code and not city:
        return ()
    return (Address(city=str(city or ""), postal_code=str(postal_code or "")),)
