"""The insurer's "histoire de santé": by day, by month, by year; nobody writes it here."""

import base64
import binascii
import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from carnet.access import api as access
from carnet.histories import api as histories
from carnet.histories.api import Category, Episode, Period, Position
from carnet.journal.api import EventType, Purpose
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.portal.previewing import is_confirmed, preview, preview_sharing
from carnet.portal.space import actor_of, governed, in_space, visitor_of

_PAGE: Final = 40
_NAMES: Final[dict[str, Category]] = {
    "soins": Category.MEDICAL_DENTAL_CARE,
    "medicaments": Category.MEDICINE,
    "biologie": Category.BIOLOGY,
    "radiologie": Category.RADIOLOGY,
    "hopital": Category.HOSPITALIZATION,
    "longue-duree": Category.DISEASE,
    "dispositifs": Category.MEDICAL_DEVICE,
    "vaccins": Category.VACCINE,
    "vaccins-centre": Category.CVA_VACCINE,
}
_ICONS: Final[dict[Category, str]] = {
    Category.BIOLOGY: "flask",
    Category.RADIOLOGY: "eye",
    Category.HOSPITALIZATION: "hospital",
    Category.DISEASE: "heart",
    Category.VACCINE: "shield",
    Category.CVA_VACCINE: "shield",
}
_VIEWS: Final = (
    ("care_history", "Par jour"),
    ("care_history_months", "Par mois"),
    ("care_history_years", "Par année"),
)


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: a category, a month, a year, a page."""

    name: str
    month: date | None
    year: int | None
    before: Position | None

    @property
    def category(self) -> Category | None:
        return _NAMES.get(self.name)

    def link(self, view: str, **more: Any) -> str:
        """Return the address of a view that keeps the category."""
        query = urlencode(({"categorie": self.name} if self.name else {}) | more)
        return reverse(f"portal:{view}") + (f"?{query}" if query else "")


@require_safe
@in_space
def days(request: HttpRequest) -> HttpResponse:
    """Every act, day after day, latest first; or those of one month."""
    visitor, asked = visitor_of(request), _read(request)
    first, last = (asked.month, _end_of(asked.month)) if asked.month else (date.min, date.max)
    with _open(visitor) as a:
        found = histories.list_days(
            a, limit=_PAGE + 1, before=asked.before, category=asked.category, since=first, until=last
        )
        shared = histories.is_shared(a)
        neighbours = _neighbours(a, asked, first, last)
    episodes = found[:_PAGE]
    kept = {"mois": f"{asked.month:%Y-%m}"} if asked.month else {}
    more = len(found) > _PAGE
    context = {
        "days": [_day(day, group) for day, group in groupby(episodes, key=lambda one: one.day)],
        "next": asked.link("care_history", avant=_write_position(episodes[-1]), **kept) if more else "",
        "first": asked.link("care_history", **kept) if asked.before else "",
        "neighbours": _month_links(asked, neighbours),
        "up": asked.link("care_history_months", annee=asked.month.year) if asked.month else "",
        "month": date_format(asked.month, "F Y") if asked.month else "",
        **_head(request, visitor, asked, "care_history", shared=shared),
    }
    return render(request, "portal/care_history/days.html", context)


@require_safe
@in_space
def months(request: HttpRequest) -> HttpResponse:
    """How much began in each month of a year, by category."""
    visitor, asked = visitor_of(request), _read(request)
    year = asked.year or clock.today().year
    with _open(visitor) as a:
        periods = histories.list_months(a, year=year)
        before, after = histories.find_neighbours(
            a, since=date(year, 1, 1), until=date(year, 12, 31), category=asked.category
        )
        shared = histories.is_shared(a)
    neighbours = [
        (asked.link("care_history_months", annee=one.year), str(one.year)) for one in (before, after) if one
    ]
    context = {
        "title": f"Année {year}",
        "periods": [_period(asked, one) for one in _of_category(periods, asked.category)],
        "neighbours": neighbours,
        **_head(request, visitor, asked, "care_history_months", shared=shared),
    }
    return render(request, "portal/care_history/periods.html", context)


@require_safe
@in_space
def years(request: HttpRequest) -> HttpResponse:
    """How much began in each year, by category."""
    visitor, asked = visitor_of(request), _read(request)
    with _open(visitor) as a:
        periods = histories.list_years(a)
        shared = histories.is_shared(a)
    context = {
        "title": "Toutes les années",
        "periods": [_period(asked, one) for one in _of_category(periods, asked.category)],
        **_head(request, visitor, asked, "care_history_years", shared=shared),
    }
    return render(request, "portal/care_history/periods.html", context)


@require_POST
@governed
@in_space
def share(request: HttpRequest) -> HttpResponse:
    """Show the history to professionals, or hide it from them."""
    visitor = visitor_of(request)
    shared = request.POST.get("shared")
    if shared not in {"yes", "no"}:
        raise Http404
    if not is_confirmed(request):
        change, page = preview_sharing(
            access.Part.CARE_HISTORY,
            "votre histoire de santé",
            reverse("portal:care_history"),
            shared=shared == "yes",
        )
        return preview(request, change, page)
    words = "visible par les soignants" if shared == "yes" else "cachée aux soignants"
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
        event=EventType.CARE_HISTORY_SHARING_CHANGED, personal={"title": words},
    ) as a:  # fmt: skip
        histories.share(a, shared=shared == "yes")
    return HttpResponseRedirect(f"{reverse('portal:care_history')}?fait={shared}")


def _open(visitor: Visitor) -> Any:
    return access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.CARE_HISTORY_READ
    )


def _head(
    request: HttpRequest, visitor: Visitor, asked: _Asked, view: str, *, shared: bool
) -> dict[str, Any]:
    """What the three views show alike: their tabs, the categories, the switch."""
    kept: dict[str, Any] = {"annee": asked.year} if asked.year and view == "care_history_months" else {}
    kept |= {"mois": f"{asked.month:%Y-%m}"} if asked.month and view == "care_history" else {}
    plain = _Asked("", None, None, None)
    names = [("", "Toutes"), *((name, category.label) for name, category in _NAMES.items())]
    return {
        "views": [
            (asked.link(name), label, "primary" if name == view else "tertiary") for name, label in _VIEWS
        ],
        "filters": [
            (
                plain.link(view, **({"categorie": name} if name else {}), **kept),
                label,
                "primary" if name == asked.name else "tertiary",
            )
            for name, label in names
        ],
        "filter_words": f"Catégorie : {asked.category.label if asked.category else 'toutes'}",
        "filtered": bool(asked.name),
        "shared": shared,
        "done": request.GET.get("fait", ""),
        "child": _is_child(visitor),
    }


def _is_child(visitor: Visitor) -> bool:
    return visitor.profile_id != visitor.owner_id and people.is_minor(people.get_person(visitor.profile_id))


def _read(request: HttpRequest) -> _Asked:
    """Read the address; what no page of ours would write is a 404."""
    get = request.GET.get
    name = get("categorie", "")
    if name and name not in _NAMES:
        raise Http404
    try:
        month = date.fromisoformat(f"{get('mois')}-01") if get("mois") else None
        year = date(int(get("annee", "")), 1, 1).year if get("annee") else None
    except ValueError as error:
        raise Http404 from error
    return _Asked(name, month, year, _read_position(get("avant", "")))


def _neighbours(a: access.Access, asked: _Asked, first: date, last: date) -> tuple[date | None, date | None]:
    if not asked.month:
        return None, None
    return histories.find_neighbours(a, since=first, until=last, category=asked.category)


def _month_links(asked: _Asked, neighbours: Iterable[date | None]) -> list[tuple[str, str]]:
    return [
        (asked.link("care_history", mois=f"{one:%Y-%m}"), date_format(one, "F Y"))
        for one in neighbours
        if one
    ]


def _day(day: date, episodes: Iterable[Episode]) -> dict[str, Any]:
    return {"day": day, "items": [_item(one) for one in episodes]}


def _item(one: Episode) -> dict[str, str]:
    return {
        "title": one.label,
        "text": " · ".join(part for part in (_stretch(one), one.detail) if part),
        "meta": " · ".join(part for part in (one.category.label, one.professional, one.place) if part),
        "icon": _ICONS.get(one.category, "card"),
    }


def _stretch(one: Episode) -> str:
    """The days of an act that lasts; an illness that is covered has no end until one is given."""
    if one.until and one.until > one.day:
        return f"du {_short(one.day)} au {_short(one.until)}"
    return f"depuis le {_short(one.day)}" if one.category is Category.DISEASE and not one.until else ""


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _of_category(periods: Iterable[Period], category: Category | None) -> list[Period]:
    if category is None:
        return list(periods)
    return [
        Period(one.year, one.month, {category: one.counts[category]})
        for one in periods
        if category in one.counts
    ]


def _period(asked: _Asked, one: Period) -> dict[str, str]:
    if one.month:
        first = date(one.year, one.month, 1)
        title, href = date_format(first, "F Y"), asked.link("care_history", mois=f"{first:%Y-%m}")
    else:
        title, href = str(one.year), asked.link("care_history_months", annee=one.year)
    ordered = [category for category in Category.__members__.values() if category in one.counts]
    ordered.sort(key=lambda category: -one.counts[category])
    return {
        "href": href,
        "title": capfirst(title),
        "text": " · ".join(f"{category.label} : {one.counts[category]}" for category in ordered),
        "meta": f"{one.total} acte{'s' if one.total > 1 else ''}",
    }


def _end_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _write_position(one: Episode) -> str:
    """Return an opaque token of where a page ends."""
    text = f"{one.day.isoformat()} {one.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_position(token: str) -> Position | None:
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        day, _, identifier = text.partition(" ")
        return Position(date.fromisoformat(day), UUID(identifier))
    except (ValueError, binascii.Error) as error:
        raise Http404 from error
