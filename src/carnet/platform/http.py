"""Closed by default: every view needs a visitor unless it says otherwise.

`@public` marks the exceptions, which a test lists. `@requires` narrows: kind, roles, a second factor,
a fresh proof of identity. The visitor itself (`request.visitor`) is set by people's middleware.
`@accepts_body` lets a view take a bigger body than a form of words needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Gate:
    """Who may come to a view. `fresh`: identity proven again within the last ten minutes.

    `kinds`: person, agent or professional; a professional's view is of that kind alone.
    """

    public: bool = False
    kinds: frozenset[str] = frozenset({"person"})
    roles: frozenset[str] = frozenset()
    fresh: bool = False


DEFAULT = Gate()


def public(view: V) -> V:
    """Mark a view that anybody may call."""
    view.gate = Gate(public=True)  # type: ignore[attr-defined]
    return view


def requires(
    *, kinds: tuple[str, ...] = ("person",), roles: tuple[str, ...] = (), fresh: bool = False
) -> Callable[[V], V]:
    """Mark who may call a view: kinds of account, one of the roles (agents), a fresh proof."""

    def mark(view: V) -> V:
        view.gate = Gate(kinds=frozenset(kinds), roles=frozenset(roles), fresh=fresh)  # type: ignore[attr-defined]
        return view

    return mark


def accepts_body(most_bytes: int) -> Callable[[V], V]:
    """Mark a view that takes a body of at most so many bytes: files. The others take what settings allow."""

    def mark(view: V) -> V:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def gate_of(view: Callable[..., Any]) -> Gate:
    """Return the gate of a view; the default lets in a logged-in person."""
    gate = getattr(view, "gate", DEFAULT)
    assert isinstance(gate, Gate)
    return gate


def announced_bytes(request: HttpRequest) -> int:
    """Return the length that a body is announced with; 0 for none, or for what is no length."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(announced) if announced.isascii() and announced.isdigit() else 0
