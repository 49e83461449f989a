"""Whom she expects today: a port, until there is an agenda. `config` says who answers."""

from collections.abc import Sequence
from datetime import date, time
from typing import Protocol
from uuid import UUID


class Agenda(Protocol):
    """Returns the persons expected by a professional at one of her places on a day, with the hour."""

    def __call__(self, professional_id: UUID, place_id: UUID, day: date) -> Sequence[tuple[UUID, time]]: ...


class _Port:
    answer: Agenda | None = None


def use(agenda: Agenda | None) -> None:
    """Let this one answer; None for nobody."""
    _Port.answer = agenda


def list_expected(professional_id: UUID, place_id: UUID, day: date) -> list[tuple[UUID, time]]:
    """Return who is expected, by hour; nobody when no agenda is connected."""
    if _Port.answer is None:
        return []
    return sorted(_Port.answer(professional_id, place_id, day), key=lambda one: (one[1], one[0]))


def is_connected() -> bool:
    """Say whether an agenda answers."""
    return _Port.answer is not None
