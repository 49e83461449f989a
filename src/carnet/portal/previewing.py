"""Before a right is changed: who would see what, and why. One page for every kind of change.

A view that changes a right first calls `is_confirmed`; until the person has seen the page, it answers with
`preview`, whose button sends the same fields again. It reads and leaves a line; nothing changes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carnet.access import api as access
from carnet.access.api import Access, Change, Effect, Scope, Visibility, Watcher, WatcherKind, reason_words
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from carnet.people.api import find_names
from carnet.platform import clock
from carnet.portal.space import actor_of, visitor_of
from carnet.terminology.api import profession_words
from carnet.ui.effects import EffectLine

_SEEN: Final = "vu"
_NAMED: Final = 8
_NEXT_WORDS: Final = "vos prochains documents"
_WHO: Final = {
    WatcherKind.NEWCOMER: "Un médecin que vous consultez, avec votre accord",
    WatcherKind.EMERGENCY: "Un médecin en urgence (bris de glace)",
    WatcherKind.SAMU: "Le médecin régulateur du SAMU (15)",
}


@dataclass(frozen=True)
class Preview:
    """What the page says and sends. `fields`: sent again to confirm. `note`: what else it means."""

    title: str
    submit: str
    back: str
    fields: Sequence[tuple[str, str]] = ()
    action: str = ""
    danger: bool = False
    note: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)  # words of the parts asked about
    shared: Mapping[str, bool] = field(default_factory=dict)  # as they are today
    trail: Sequence[tuple[str, str]] = ()


def is_confirmed(request: HttpRequest) -> bool:
    """Say whether the person has seen what the change makes, and sends it."""
    return request.method == "POST" and request.POST.get(_SEEN) == "1"


def preview(
    request: HttpRequest, change: Change, page: Preview, check: Callable[[Access], object] | None = None
) -> HttpResponse:
    """Show who would see what. `check`: raises for what the actor may not change. Raises access.Refused."""
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.RIGHTS_SIMULATED
    ) as a:
        if check:
            check(a)
        effects, titles = simulate(a, change, page.shared)
    context = {
        "page": page,
        "effects": tell(effects, titles, page.parts),
        "trail": page.trail or [("Accueil", reverse("portal:home")), (page.title, "")],
    }
    return render(request, "portal/rights/preview.html", context)


def preview_sharing(part: str, words: str, back: str, *, shared: bool) -> tuple[Change, Preview]:
    """Return the change of a whole part's sharing, and the page that shows it before it is made."""
    verb = "Montrer" if shared else "Cacher"
    page = Preview(
        f"{verb} {words} aux soignants ?", f"{verb} aux soignants", back,
        fields=[("shared", "yes" if shared else "no")], parts={part: words}, shared={part: not shared},
    )  # fmt: skip
    return Change(shared={part: shared}), page


def simulate(
    a: Access, change: Change, shared: Mapping[str, bool] | None = None
) -> tuple[list[Effect], dict[UUID, str]]:
    """Return what a change makes of each who looks, and the titles of the documents it is about."""
    things = documents.list_visibilities(a)
    if access.NEXT in change.masked:
        hidden = a.space.documents_masked
        things = {access.NEXT: Visibility(masked=hidden, type_code=access.NEXT_TYPE)} | things
    watchers = access.list_watchers(
        a.person_id, also=change.professionals, with_secret=access.tells_secret(a)
    )
    if change.invited:
        watchers = [*watchers, access.whoever_is_invited(a.person_id)]
    effects = access.simulate(watchers, change, day=clock.today(), things=things, shared=shared)
    named = {one for effect in effects for one in (*effect.lost[:_NAMED], *effect.gained[:_NAMED])}
    titles = documents.list_titles(a, sorted(named - {access.NEXT}))
    return effects, titles | {access.NEXT: _NEXT_WORDS}


# -- in words


def tell(effects: Sequence[Effect], titles: Mapping[UUID, str], parts: Mapping[str, str]) -> list[EffectLine]:
    """Return what changes for each, in words, those for whom most changes first."""
    names = name_watchers([effect.watcher for effect in effects])
    lines = [_line(effect, who, titles, parts) for effect, who in zip(effects, names, strict=True)]
    order = ("none", "less", "more", "other", "same")
    return sorted(lines, key=lambda line: order.index(line.kind))


def name_watchers(watchers: Sequence[Watcher]) -> list[str]:
    """Return each as he is named to the person: name, profession and place, or what he may come as."""
    cards = directory.name_professionals([one.actor.id for one in watchers if one.actor.id])
    places = directory.name_structures([one.actor.structure for one in watchers if one.actor.structure])
    people = find_names([one.actor.id for one in watchers if one.actor.id])
    return [_who(one, cards, places, people) for one in watchers]


def _who(
    one: Watcher,
    cards: Mapping[UUID, directory.ProfessionalCard],
    places: Mapping[str, str],
    people: Mapping[UUID, str],
) -> str:
    place = places.get(one.actor.structure, "")
    if one.kind is WatcherKind.STRUCTURE:
        return f"Tout médecin de : {place or one.actor.structure}"
    if one.kind is WatcherKind.CAREGIVER and one.actor.id is None:
        return "La personne invitée"
    if one.kind is WatcherKind.CAREGIVER:
        return f"{people.get(one.actor.id or UUID(int=0), 'Une personne')}, votre aidant"
    if one.actor.id is None:
        return _WHO[one.kind]
    card = cards[one.actor.id]
    return ", ".join(part for part in (card.name, profession_words(card.profession), place) if part)


def _line(effect: Effect, who: str, titles: Mapping[UUID, str], parts: Mapping[str, str]) -> EffectLine:
    lost = [f"« {titles[one]} »" if one != access.NEXT else titles[one] for one in effect.lost[:_NAMED]]
    gained = [f"« {titles[one]} »" if one != access.NEXT else titles[one] for one in effect.gained[:_NAMED]]
    return EffectLine(
        who=who,
        kind=_kind(effect),
        before=sight_words(effect.before, effect.saw),
        after=sight_words(effect.after, effect.sees),
        lost=(*lost, *_parts(effect.lost_parts, parts)),
        gained=(*gained, *_parts(effect.gained_parts, parts)),
        more_lost=max(0, len(effect.lost) - _NAMED),
        more_gained=max(0, len(effect.gained) - _NAMED),
    )


def _parts(codes: Iterable[str], words: Mapping[str, str]) -> list[str]:
    return [words.get(code, code) for code in codes]


def _kind(effect: Effect) -> str:
    if not effect.changes:
        return "same"
    if effect.before.allowed and not effect.after.allowed:
        return "none"
    if effect.lost or effect.lost_parts:
        return "less"
    if effect.gained or effect.gained_parts or (effect.after.allowed and not effect.before.allowed):
        return "more"
    return "other"


def sight_words(scope: Scope, count: int) -> str:
    """Say what is seen by that decision, and by which rule, to follow a name."""
    why = reason_words(scope.rule)
    if not scope.allowed:
        return f"n’entre pas : {why}" if why else "n’entre pas"
    seen = {0: "ne voit aucun document", 1: "voit 1 document"}.get(count, f"voit {count} documents")
    return f"{seen}, à ce titre : {why}" if why else seen
