"""What the person changes in her profile: lines, declarations, sharing. Each post opens one door to write."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import Change
from carnet.journal.api import EventType, Purpose
from carnet.people.api import Visitor, get_birth_date
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.profile import find_definition, in_profile, is_open_to, reading, render_rubric, trail
from carnet.portal.profile_forms import EntryForm, VersionForm
from carnet.portal.profile_links import keep_known, list_options
from carnet.portal.profile_words import rubric_url
from carnet.portal.space import actor_of, governed, visitor_of
from carnet.profile import api as profile
from carnet.profile.api import (
    Definition,
    Entry,
    EntryChangedError,
    EntryLockedError,
    EntryRefused,
    Rubric,
    State,
)

_MEANWHILE = (
    "Cette ligne a été modifiée entre-temps, depuis un autre appareil. Ce qui est enregistré est montré "
    "ci-dessous ; ce que vous avez saisi est gardé : enregistrez de nouveau pour le mettre à la place."
)
_GONE = "Cette ligne a été supprimée entre-temps, depuis un autre appareil."


def managing(
    visitor: Visitor, event: EventType, title: str, reference: UUID | None = None
) -> AbstractContextManager[access.Access]:
    """Open the space shown to change its profile; `title` is sealed in the journal's line."""
    return access.open(
        visitor.profile_id,
        by=actor_of(visitor),
        purpose=Purpose.MANAGE,
        event=event,
        reference=reference,
        personal={"title": title},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_profile
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new line."""
    visitor, definition = visitor_of(request), find_definition(slug)
    if not is_open_to(visitor, definition):
        raise Http404
    if request.method != "POST":
        chosen = definition.title({"section": request.GET.get("section", "")})
        page = rubric_url("profile_rubric", definition.rubric)
        subject_first = definition.fields_of and not chosen
        return HttpResponseRedirect(page) if subject_first else _ask(request, definition)
    form = _form(visitor, definition, data=request.POST)
    if not form.is_valid():
        return _ask(request, definition, form)
    values, key = form.cleaned_data["values"], form.cleaned_data["key"]
    try:
        with managing(visitor, EventType.PROFILE_ADDED, _title(definition, values), key) as a:
            profile.add_entry(
                a, rubric=definition.rubric, values=values, links=keep_known(a, form.links()), entry_id=key
            )
    except EntryRefused as refused:
        form.refuse(refused)
        return _ask(request, definition, form)
    return _back(definition.rubric, "ajoute")


@require_http_methods(["GET", "HEAD", "POST"])
@in_profile
def change(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Another content for a line; of two browsers the second is shown what the first saved."""
    visitor = visitor_of(request)
    with reading(visitor, reference=entry_id) as a:
        entry = profile.get_entry(a, entry_id)
        if entry.locked:
            return _locked(request, entry)
        definition = profile.definition_of(entry.rubric)
        options = list_options(a, definition, profile.list_rubrics(a), entry)
    if request.method != "POST":
        form = _form(visitor, definition, entry=entry, options=options)
        return _show(request, definition, form, entry=entry)
    form = _form(visitor, definition, data=request.POST, entry=entry, options=options)
    if not form.is_valid():
        return _show(request, definition, form, entry=entry)
    return _save(request, form, entry)


@require_http_methods(["GET", "HEAD", "POST"])
@in_profile
def remove(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Confirm, then remove a line."""
    visitor = visitor_of(request)
    form = VersionForm(request.POST if request.method == "POST" else None)
    with reading(visitor, reference=entry_id) as a:
        entry = profile.get_entry(a, entry_id)
    if entry.locked:
        return _locked(request, entry)
    told, problem = profile.describe(entry), ""
    if request.method == "POST" and form.is_valid():
        try:
            with managing(visitor, EventType.PROFILE_REMOVED, told.title, entry_id) as a:
                profile.remove_entry(a, entry_id=entry_id, version=form.cleaned_data["version"])
        except EntryLockedError:
            return _locked(request, entry)
        except EntryChangedError:
            problem = "Cette ligne a été modifiée entre-temps. Relisez-la avant de la supprimer."
        else:
            return _back(entry.rubric, "supprime")
    context = {
        "form": VersionForm(initial={"version": entry.version}),
        "told": told,
        "problem": problem,
        "entry_href": reverse("portal:profile_entry", args=[entry_id]),
    }
    return render(request, "portal/profile/remove.html", context, status=409 if problem else 200)


@require_POST
@in_profile
def unconcerned(request: HttpRequest, slug: str) -> HttpResponse:
    """Declare "je ne suis pas concerné(e)", or take it back."""
    visitor, definition = visitor_of(request), find_definition(slug)
    declares = request.POST.get("concerne") != "retirer"
    act = profile.declare_unconcerned if declares else profile.withdraw_unconcerned
    try:
        with managing(visitor, EventType.PROFILE_UNCONCERNED, definition.rubric.label) as a:
            act(a, rubric=definition.rubric)
    except EntryRefused as refused:
        with reading(visitor) as a:
            view = profile.get_rubric(a, definition.rubric)
        return render_rubric(request, definition, view, problem=str(refused), status=409)
    return _back(definition.rubric, "declare" if declares else "retire")


@require_POST
@governed
@in_profile
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Let professionals see a rubric, or not."""
    visitor, definition = visitor_of(request), find_definition(slug)
    shared = request.POST.get("partage") == "oui"
    if not is_confirmed(request):
        return preview(request, *_sharing(definition, shared=shared))
    with managing(visitor, EventType.PROFILE_SHARING_CHANGED, definition.rubric.label) as a:
        profile.share(a, rubric=definition.rubric, shared=shared)
    return _back(definition.rubric, "partage" if shared else "cache")


def _sharing(definition: Definition, *, shared: bool) -> tuple[Change, Preview]:
    """Return the change of a rubric's sharing, and the page that shows it before it is made."""
    code, label = definition.rubric.value, definition.rubric.label
    verb = "Montrer" if shared else "Cacher"
    back = rubric_url("profile_rubric", definition.rubric)
    page = Preview(
        f"{verb} « {label} » aux soignants ?", f"{verb} aux soignants", back,
        fields=[("partage", "oui" if shared else "non")], parts={code: f"la rubrique « {label} »"},
        shared={code: not shared},
        trail=[("Profil médical", reverse("portal:profile")), (label, back), (verb, "")],
    )  # fmt: skip
    return Change(shared={code: shared}), page


def _save(request: HttpRequest, form: EntryForm, entry: Entry) -> HttpResponse:
    visitor, values = visitor_of(request), form.cleaned_data["values"]
    version = form.cleaned_data["version"] or 0
    try:
        with managing(visitor, EventType.PROFILE_CHANGED, _title(form.definition, values), entry.id) as a:
            links = keep_known(a, form.links())
            profile.change_entry(a, entry_id=entry.id, values=values, links=links, version=version)
    except EntryRefused as refused:
        form.refuse(refused)
    except EntryLockedError:
        return _locked(request, entry)
    except EntryChangedError as changed:
        return _changed(request, form, changed.current)
    else:
        return HttpResponseRedirect(reverse("portal:profile_entry", args=[entry.id]) + "?fait=modifie")
    return _show(request, form.definition, form, entry=entry)


def _changed(request: HttpRequest, form: EntryForm, current: Entry | None) -> HttpResponse:
    """Show what the other browser saved above what was typed, with the version that now stands."""
    if current is None:
        raise Http404(_GONE)
    if current.locked:  # a professional confirmed it meanwhile
        return _locked(request, current)
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    again = _form(visitor_of(request), form.definition, data=typed, entry=current, options=_choices_of(form))
    told = profile.describe(current)
    saved = [("Titre", told.title), *([("Période", told.when)] if told.when else []), *told.lines]
    return _show(
        request, form.definition, again, entry=current, status=409,
        meanwhile=_MEANWHILE, saved=saved,
    )  # fmt: skip


def _choices_of(form: EntryForm) -> list[tuple[str, str]]:
    links = form.fields.get("links")
    return list(links.choices) if links is not None else []  # type: ignore[attr-defined]


def _ask(request: HttpRequest, definition: Definition, form: EntryForm | None = None) -> HttpResponse:
    """Show the form of a new line, with what it may be tied to."""
    visitor = visitor_of(request)
    with reading(visitor) as a:
        views = profile.list_rubrics(a)
        options = list_options(a, definition, views, None)
    view = next(one for one in views if one.rubric is definition.rubric)
    if form is None:
        asked = {"section": request.GET["section"]} if "section" in request.GET else {}
        form = _form(visitor, definition, values=asked, options=options)
    elif "links" in form.fields:
        form.fields["links"].choices = options  # type: ignore[attr-defined]
        form.fields["links"].widget.choices = options
    concerned = not view.entries and view.state is not State.NONE_DECLARED and not form.is_bound
    offered = (
        rubric_url("profile_unconcerned", definition.rubric) if definition.unconcerned and concerned else ""
    )
    return _show(request, definition, form, unconcerned_href=offered)


def _show(
    request: HttpRequest, definition: Definition, form: EntryForm, *, entry: Entry | None = None,
    status: int = 200, **more: Any,
) -> HttpResponse:  # fmt: skip
    href = rubric_url("profile_rubric", definition.rubric)
    context = {
        "form": form,
        "title": _heading(form, definition, entry),
        "submit": "Enregistrer" if entry else "Ajouter",
        "cancel_href": reverse("portal:profile_entry", args=[entry.id]) if entry else href,
        "trail": trail("Modifier" if entry else "Ajouter", definition.rubric),
        **more,
    }
    return render(request, "portal/profile/form.html", context, status=status)


def _heading(form: EntryForm, definition: Definition, entry: Entry | None) -> str:
    if entry:
        return f"Modifier : {profile.describe(entry).title}"
    subject = definition.title({"section": form["section"].value()}) if definition.fields_of else ""
    return subject or definition.add_fr


def _form(
    visitor: Visitor, definition: Definition, *, data: Mapping[str, Any] | None = None, **more: Any
) -> EntryForm:
    return EntryForm(definition, data=data, birth_date=get_birth_date(visitor.profile_id), **more)


def _locked(request: HttpRequest, entry: Entry) -> HttpResponse:
    context = {
        "told": profile.describe(entry),
        "entry_href": reverse("portal:profile_entry", args=[entry.id]),
    }
    return render(request, "portal/profile/locked.html", context, status=403)


def _title(definition: Definition, values: Mapping[str, Any]) -> str:
    return profile.describe_values(definition.rubric, values).title


def _back(rubric: Rubric, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{rubric_url('profile_rubric', rubric)}?fait={done}")
