"""The medical profile: the overview, one rubric, one line, and what professionals see of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import wraps
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from carnet.people import api as people
from carnet.people.api import Visitor, find_names
from carnet.platform import clock
from carnet.portal.profile_links import list_leading_to, name_links
from carnet.portal.profile_words import (
    ICONS,
    RUBRICS,
    Reader,
    authors_of,
    badge_of,
    can_add,
    changed_words,
    day_words,
    item_of,
    rubric_url,
    sentence_of,
)
from carnet.portal.space import actor_of, find_url, in_space, visitor_of
from carnet.profile import api as profile
from carnet.profile.api import Definition, Entry, EntryUnknownError, Rubric, RubricView, State
from carnet.terminology.api import Category

View = Callable[..., HttpResponse]
_PARTS = {
    access.Part.MEASURES: ("Mesures", "measures"),
    access.Part.CARE_HISTORY: ("Histoire de santé", "care_history"),
}
_DONE = {
    "ajoute": "C’est ajouté.",
    "modifie": "Vos changements sont enregistrés.",
    "supprime": "La ligne est supprimée.",
    "declare": "Votre déclaration est enregistrée.",
    "retire": "Votre déclaration est retirée.",
    "partage": "Les soignants voient maintenant cette rubrique.",
    "cache": "Les soignants ne voient plus cette rubrique.",
}


def in_profile(view: View) -> View:
    """Wrap a view of the profile: a line that is not there, or is somebody else's, is a 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except EntryUnknownError as unknown:
            raise Http404 from unknown

    return in_space(wrapped)


def reading(visitor: Visitor, *, reference: UUID | None = None) -> AbstractContextManager[access.Access]:
    """Open the space shown to read its profile."""
    return access.open(
        visitor.profile_id,
        by=actor_of(visitor),
        purpose=Purpose.CONSULT,
        event=EventType.PROFILE_READ,
        reference=reference,
    )


def find_definition(slug: str) -> Definition:
    """Return the rubric of an address; 404 for no rubric."""
    if slug not in RUBRICS:
        raise Http404
    return profile.definition_of(RUBRICS[slug])


def is_open_to(visitor: Visitor, definition: Definition) -> bool:
    """Say whether the person of the space is old enough for a rubric."""
    if not definition.years:
        return True
    born = people.get_birth_date(visitor.profile_id)
    return profile.is_open(definition, birth_date=born, today=clock.today())


@require_safe
@in_profile
def overview(request: HttpRequest) -> HttpResponse:
    """Every rubric, by group."""
    visitor = visitor_of(request)
    born = people.get_birth_date(visitor.profile_id)
    with reading(visitor) as a:
        views = profile.list_rubrics(a)
    today = clock.today()
    shown = [view for view in views if view.entries or _open(view.rubric, born, today)]
    context = {
        "groups": [
            (group.value, list(items))
            for group, items in groupby(map(_tile, shown), lambda one: one["group"])
        ],
        "links": _others(minor=people.is_minor_on(born, today)),
    }
    return render(request, "portal/profile/overview.html", context)


@require_safe
@in_profile
def seen(request: HttpRequest) -> HttpResponse:
    """What professionals see of the profile, and what they do not."""
    visitor = visitor_of(request)
    with reading(visitor) as a:
        views = profile.list_rubrics(a, as_professional=True)
        parts = [_part(*_PARTS[part], shared=access.is_shared(a, part)) for part in access.Part]
    reader = Reader(UUID(int=0), find_names(authors_of(one for view in views for one in view.entries)))
    rubrics = [_seen(view, reader) for view in views]
    return render(
        request,
        "portal/profile/seen.html",
        {"rubrics": rubrics, "parts": parts, "trail": trail("Ce que voient les soignants")},
    )


def _part(title: str, page: str, *, shared: bool) -> tuple[str, str, str, str]:
    """Tell a part that is shown or hidden as a whole: label, words, address, what the link does."""
    return (
        title,
        "partie visible par les soignants" if shared else "partie cachée aux soignants",
        find_url(page),
        "Voir",
    )


@require_safe
@in_profile
def rubric(request: HttpRequest, slug: str) -> HttpResponse:
    """One rubric: its lines, what is said of it, who sees it."""
    visitor, definition = visitor_of(request), find_definition(slug)
    is_open = is_open_to(visitor, definition)
    with reading(visitor) as a:
        view = profile.get_rubric(a, definition.rubric)
        directives = _directives(a) if definition.rubric is Rubric.WISHES else []
    if not is_open and not view.entries:
        raise Http404
    return render_rubric(request, definition, view, directives=directives)


def render_rubric(
    request: HttpRequest,
    definition: Definition,
    view: RubricView,
    *,
    problem: str = "",
    directives: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a rubric; `problem`: why what was asked of it was refused."""
    visitor = visitor_of(request)
    reader = Reader(visitor.owner_id, find_names(authors_of(view.entries)))
    name = view.rubric
    badge, kind = badge_of(view)
    context = {
        "definition": definition,
        "view": view,
        "badge": badge,
        "badge_kind": kind,
        "sentence": "" if view.entries else sentence_of(view),
        "items": [item_of(entry, reader) for entry in view.entries],
        "add_href": rubric_url("profile_add", name) if can_add(definition, view) else "",
        "sections": _sections(definition, view),
        "share_href": rubric_url("profile_share", name),
        "unconcerned_href": rubric_url("profile_unconcerned", name) if definition.unconcerned else "",
        "declared": view.state is State.NONE_DECLARED,
        "problem": problem,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "trail": trail(name.label),
        "directives": directives or [],
        "directives_href": _directives_href(visitor) if name is Rubric.WISHES else "",
    }
    return render(request, "portal/profile/rubric.html", context, status=status)


@require_safe
@in_profile
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One line, with both ends of its links."""
    visitor = visitor_of(request)
    with reading(visitor, reference=entry_id) as a:
        found = profile.get_entry(a, entry_id)
        entries = [one for view in profile.list_rubrics(a) for one in view.entries]
        ties = name_links(a, found.links, entries) + list_leading_to(found, entries)
    told = profile.describe(found)
    reader = Reader(visitor.owner_id, find_names(authors_of([found])))
    context = {
        "entry": found,
        "told": told,
        "ties": ties,
        "signed": reader.signed(found),
        "guarantor": reader.guarantor(found),
        "earlier": [_earlier(found, one) for one in found.earlier],
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "trail": trail(told.title, found.rubric),
        "rubric_href": rubric_url("profile_rubric", found.rubric),
    }
    return render(request, "portal/profile/entry.html", context)


def trail(last: str, rubric_of_line: Rubric | None = None) -> list[tuple[str, str]]:
    """Return where a page stands."""
    steps = [("Accueil", reverse("portal:home")), ("Profil médical", reverse("portal:profile"))]
    if rubric_of_line:
        steps.append((rubric_of_line.label, rubric_url("profile_rubric", rubric_of_line)))
    return [*steps, (last, "")]


def _open(name: Rubric, born: date, today: date) -> bool:
    return profile.is_open(profile.definition_of(name), birth_date=born, today=today)


def _tile(view: RubricView) -> dict[str, Any]:
    definition = profile.definition_of(view.rubric)
    badge, kind = badge_of(view)
    action_href, action = _action(definition, view)
    hidden = "" if view.shared else "Caché aux soignants"
    return {
        "group": definition.group,
        "href": rubric_url("profile_rubric", view.rubric),
        "title": view.rubric.label,
        "text": sentence_of(view) if view.state is not State.NOT_FILLED else "",
        "meta": " · ".join(part for part in (hidden, changed_words(view)) if part),
        "icon": ICONS[view.rubric],
        "badge": badge,
        "badge_kind": kind,
        "action_href": action_href,
        "action": action,
    }


def _action(definition: Definition, view: RubricView) -> tuple[str, str]:
    """What is done to a rubric in one tap: add a line, or correct the only one."""
    if can_add(definition, view):
        asks = not definition.fields_of  # else one chooses the subject first
        return rubric_url("profile_add" if asks else "profile_rubric", view.rubric), "Ajouter"
    (only,) = view.entries
    return ("", "") if only.locked else (reverse("portal:profile_change", args=[only.id]), "Modifier")


def _others(*, minor: bool) -> list[dict[str, str]]:
    """The pages beside the rubrics, those that are there."""
    wanted = [
        ("synthesis", "Synthèse en PDF", "À garder, à imprimer, à donner.", "print", ""),
        ("directives", "Directives anticipées", "Ce que vous voulez, ou non, en fin de vie.", "edit", ""),
        ("documents", "Pièces administratives", "Attestations et papiers.", "card",
         f"?rubrique={Category.ADMINISTRATIVE}"),
        ("care_history", "Histoire de santé", "Les soins remboursés, par jour, mois, année.", "hospital", ""),
    ]  # fmt: skip
    return [
        {"href": find_url(name) + query, "title": title, "text": text, "icon": icon}
        for name, title, text, icon, query in wanted
        if find_url(name) and not (minor and name == "directives")
    ]


def _directives(a: access.Access) -> list[dict[str, str]]:
    """The directives that are in force, as documents."""
    found = documents.list_documents(a, documents.Filters(category=Category.ADVANCE_DIRECTIVES), limit=1)
    return [
        {"href": reverse("portal:document", args=[card.id]), "title": card.title,
         "text": f"Document du {day_words(card.created_on)}"}
        for card in found
    ]  # fmt: skip


def _directives_href(visitor: Visitor) -> str:
    """The page of advance directives, which are not for minors (facts/mes.md 2.1)."""
    born = people.get_birth_date(visitor.profile_id)
    return "" if people.is_minor_on(born, clock.today()) else find_url("directives")


def _sections(definition: Definition, view: RubricView) -> list[dict[str, str]]:
    """The subjects of habits that have no answer yet."""
    if definition.rubric is not Rubric.LIFESTYLES:
        return []
    answered = {one.values["section"] for one in view.entries}
    href = rubric_url("profile_add", definition.rubric)
    return [
        {"href": f"{href}?section={one.code}", "title": one.label}
        for one in definition.fields[0].choices
        if one.code not in answered
    ]


def _earlier(found: Entry, one: Any) -> tuple[str, str]:
    told = profile.describe_values(found.rubric, one["values"])
    words = " · ".join(f"{label} {value}" for label, value in told.lines)
    return day_words(datetime.fromisoformat(one["at"])), words


def _seen(view: RubricView, reader: Reader) -> dict[str, Any]:
    badge, kind = badge_of(view)
    return {
        "title": view.rubric.label,
        "badge": badge,
        "badge_kind": kind,
        "sentence": "" if view.entries else sentence_of(view),
        "href": rubric_url("profile_rubric", view.rubric),
        "lines": [item_of(one, reader) for one in view.entries],
    }
