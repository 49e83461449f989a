"""Reading what the page shows: few statements, each under the scope of who reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access, Basis, NotGivenError, NotSharedError
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.documents.api import Desk
from carnet.measures import api as measures
from carnet.people import api as people
from carnet.platform import clock
from carnet.profile import api as profile
from carnet.profile.api import AuthorKind, Entry, Rubric, RubricView
from carnet.summaries import blocks
from carnet.summaries.interests import Interests, interests_of
from carnet.summaries.model import Page, Said
from carnet.summaries.wording import Names, age_of

MOST_NEWS: Final = 7
RUBRICS: Final = (
    Rubric.ALLERGIES, Rubric.TREATMENTS, Rubric.DISEASES, Rubric.CONTACTS, Rubric.VACCINATIONS,
    Rubric.HOSPITALIZATIONS, Rubric.PROFESSIONALS, Rubric.BLOOD_GROUP,
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What was read of a record, before it is told."""

    rubrics: dict[Rubric, RubricView]
    values: Sequence[measures.Value]
    values_said: Said
    desk: Desk


def read_page(
    a: Access,
    *,
    profession: str,
    professional_id: UUID | None,
    since: datetime | None,
    treating_id: UUID | None,
) -> Page:
    """Return the page of a record as the reader at the door sees it.

    `profession` (TRE_G15) chooses which documents and measures come first; `professional_id`: who has read
    what; `since`: her last visit, None for the first; `treating_id`: the médecin traitant that the insurer
    knows (`find_treating`), else the profile says who he is. About seven statements.
    """
    read = _read(a, interests_of(profession), professional_id, since)
    signed = _sign(read.rubrics.values(), read.values, treating_id)
    persons = people.find_persons([a.person_id, *signed.persons])
    person = persons[a.person_id]
    names = _name(a.person_id, signed, {one.id: one.display_name for one in persons.values()})
    return Page(
        person=person,
        age=age_of(person.birth_date, clock.today()),
        doctor=names.of_professional(treating_id) or blocks.find_doctor(read.rubrics[Rubric.PROFESSIONALS]),
        blood_group=blocks.find_blood_group(read.rubrics[Rubric.BLOOD_GROUP]),
        since=since,
        blocks=(
            *(
                blocks.of_rubric(code, read.rubrics[rubric], names)
                for code, rubric in blocks.RUBRIC_OF.items()
            ),
            blocks.of_measures(read.values, read.values_said, names),
            blocks.of_latest(read.desk),
            blocks.of_news(read.desk, all_of_them=since is not None),
        ),
    )


def find_treating(person_id: UUID) -> UUID | None:
    """Return the médecin traitant: the insurer knows better than the profile (facts/mes.md 4.4)."""
    relations = access.list_relations(person_id)
    return next((one.professional_id for one in relations if one.basis is Basis.TREATING), None)


def _read(a: Access, interests: Interests, professional_id: UUID | None, since: datetime | None) -> Read:
    values, said = _lasts(a, interests)
    return Read(
        rubrics={view.rubric: view for view in profile.list_rubrics(a, rubrics=RUBRICS)},
        values=values,
        values_said=said,
        desk=documents.get_desk(
            a, professional_id=professional_id, since=since, kinds=interests.latest, order=interests.news,
            limit=MOST_NEWS,
        ),
    )  # fmt: skip


def _lasts(a: Access, interests: Interests) -> tuple[list[measures.Value], Said]:
    try:
        values = measures.list_lasts(a, interests.measures)
    except NotGivenError:
        return [], Said.NOT_GIVEN
    except NotSharedError:
        return [], Said.NOT_SHARED
    return values, Said.FILLED if values else Said.NOT_FILLED


@dataclass(frozen=True)
class _Signed:
    """Who wrote what was read: persons, professionals, structures by their number."""

    persons: frozenset[UUID]
    carers: frozenset[UUID]
    structures: frozenset[str]


def name_authors(
    person_id: UUID, views: Iterable[RubricView] = (), values: Sequence[measures.Value] = ()
) -> Names:
    """Name who wrote lines and values: asked for only where somebody else than the person did."""
    signed = _sign(views, values)
    relatives = signed.persons - {person_id}
    return _name(person_id, signed, people.find_names(sorted(relatives)) if relatives else {})


def _name(person_id: UUID, signed: _Signed, persons: dict[UUID, str]) -> Names:
    return Names(person_id, persons, *directory.name_authors(signed.carers, signed.structures))


def _sign(
    views: Iterable[RubricView], values: Sequence[measures.Value], treating: UUID | None = None
) -> _Signed:
    """Return who wrote (the profile and the measures name the kinds alike)."""
    written: list[Entry | measures.Value] = [entry for view in views for entry in view.entries]
    written += values
    by = [(str(one.author_kind), one.author_id) for one in written if one.author_id]
    return _Signed(
        frozenset(who for kind, who in by if kind == AuthorKind.PERSON),
        frozenset(who for kind, who in by if kind == AuthorKind.PROFESSIONAL)
        | ({treating} if treating else set()),
        frozenset(one.structure for one in written if one.structure),
    )
