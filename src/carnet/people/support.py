"""How the 3422 finds the person who calls: by two identifiers at least, each search written down.

The person found reads in her own history that an agent looked at her administrative facts. A search that
fits several persons shows none of them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people.limits import Ladder
from carnet.people.queries import PersonCard, find_by_matricule, list_born_on
from carnet.platform.limits import Limit
from carnet.standards import ins

SEARCHES: Final = Ladder(
    (Limit("support-search", 20, timedelta(minutes=10)), Limit("support-search-day", 200, timedelta(days=1)))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """What a caller says of herself; empty what she did not say. `birth_place`: INSEE code."""

    matricule: str = ""
    birth_name: str = ""
    first_given_name: str = ""
    birth_date: date | None = None
    birth_place: str = ""

    @property
    def enough(self) -> bool:
        """Whether they are two at least: the number and one other, or name, given name and birth date."""
        if self.matricule:
            return bool(self.birth_date or self.birth_name)
        return bool(self.birth_name and self.first_given_name and self.birth_date)

    def fit(self, person: PersonCard) -> bool:
        """Whether everything that was said is true of a person (the number apart)."""
        key = ins.comparison_key
        return (
            (not self.birth_name or key(self.birth_name) in {key(person.birth_name), key(person.used_name)})
            and (not self.first_given_name or key(self.first_given_name) == key(person.first_given_name))
            and self.birth_date in {None, person.birth_date}
            and self.birth_place.strip().upper() in {"", person.birth_place}
        )


class NotFoundError(Exception):
    """No person is shown. `rule`: too_few, nobody, several; `message_fr` says what to ask for."""

    _SAID: Final = {
        "too_few": "Il faut deux identifiants : le numéro de sécurité sociale avec la date de naissance ou le"
        " nom ; ou bien le nom, le prénom et la date de naissance.",
        "nobody": "Personne ne correspond à toutes ces informations. Vérifiez-les avec l’appelant.",
        "several": "Plusieurs personnes correspondent. Demandez le numéro de sécurité sociale, ou le code de"
        " la commune de naissance.",
    }

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = self._SAID[rule]


def find_for_support(identifiers: Identifiers, *, by: Actor) -> PersonCard:
    """Return the one person whom the identifiers describe; FOUND_BY_SUPPORT is in her journal.

    Raises NotFoundError; limits.TooManyError after 20 searches of one agent in ten minutes. Where the
    number is somebody's and the rest is not true of her, the refused search stands in her journal.
    """
    if not identifiers.enough:
        raise NotFoundError("too_few")
    SEARCHES.take(str(by.id))
    candidates = _candidates(identifiers)
    found = _fitting(identifiers, candidates)
    if len(found) == 1:
        record_look(found[0].id, by=by, reason="two_identifiers")
        return found[0]
    if identifiers.matricule and candidates:
        write(EventType.FOUND_BY_SUPPORT, person_id=candidates[0].id, by=by, purpose=Purpose.ASSIST,
              allowed=False, reason="identifiers_differ")  # fmt: skip
    raise NotFoundError("several" if found else "nobody")


def find_for_emergency(identifiers: Identifiers) -> PersonCard | None:
    """Return the one person whom the identifiers describe, None when nobody or several do.

    The caller counts the searches; what is entered then is journalled by the entry. Raises NotFoundError
    (too_few) when they are not two at least.
    """
    if not identifiers.enough:
        raise NotFoundError("too_few")
    found = _fitting(identifiers, _candidates(identifiers))
    return found[0] if len(found) == 1 else None


def record_look(person_id: UUID, *, by: Actor, reason: str) -> None:
    """Write that an agent was shown a person's administrative facts. `reason`: the code of the rule."""
    write(EventType.FOUND_BY_SUPPORT, person_id=person_id, by=by, purpose=Purpose.ASSIST, reason=reason)


def is_card_legible(person_id: UUID) -> bool | None:
    """Say whether the insurer holds the person's card for legible; None when it knows of no card."""
    with connection.cursor() as cursor:
        cursor.execute("select legible from people_card where person_id = %s", [person_id])
        row = cursor.fetchone()
    return bool(row[0]) if row else None


def _fitting(identifiers: Identifiers, candidates: list[PersonCard]) -> list[PersonCard]:
    return [person for person in candidates if identifiers.fit(person)]


def _candidates(identifiers: Identifiers) -> list[PersonCard]:
    if identifiers.matricule:
        person = find_by_matricule(identifiers.matricule)
        return [person] if person else []
    assert identifiers.birth_date is not None
    return list_born_on(identifiers.birth_date, identifiers.birth_place)
