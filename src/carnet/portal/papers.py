"""The papers of a person: the synthesis of her profile, her advance directives (facts/mes.md 2.1)."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.documents.api import UploadRefused
from carnet.enrolment.api import find_space
from carnet.journal.api import EventType, Purpose
from carnet.papers import api as papers
from carnet.papers.api import Situation
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.platform.http import accepts_body
from carnet.portal.documents import item_of
from carnet.portal.papers_forms import DirectivesFileForm, DirectivesForm, SynthesisForm
from carnet.portal.space import actor_of, find_url, in_space, visitor_of

_METHODS: Final = ["GET", "HEAD", "POST"]
_MOST_BYTES: Final = 12_000_000
"""More than a file may have, so that one that is too heavy is refused at its field, in a sentence."""
_NOT_YET: Final = (
    "Les directives anticipées ne sont pas proposées aux mineurs : la loi les réserve aux personnes"
    " majeures (code de la santé publique, L1111-11)."
)
_NOT_YOURS: Final = (
    "Les directives anticipées sont personnelles : personne ne peut les écrire pour quelqu’un d’autre"
    " (code de la santé publique, L1111-11)."
)


@require_http_methods(_METHODS)
@in_space
def synthesis(request: HttpRequest) -> HttpResponse:
    """Choose the sections; then keep the paper as a document, or only take it."""
    visitor = visitor_of(request)
    person = people.get_person(visitor.profile_id)
    download = request.method == "POST" and request.POST.get("keep") == "no"
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.PROFILE_READ
    ) as a:
        views, masked = papers.read_sections(a, person), a.space.documents_masked
        form = SynthesisForm(request.POST if request.method == "POST" else None, views=views, masked=masked)
        if download and form.is_valid():  # kept, it has its own line
            a.record(EventType.SYNTHESIS_MADE)
    if request.method == "POST" and form.is_valid():
        pdf = papers.make_synthesis(person, views, form.cleaned_data["sections"], day=clock.today())
        if download:
            return _file(pdf, f"synthese-{clock.today():%Y-%m-%d}.pdf")
        if answer := _keep_synthesis(visitor, form, pdf):
            return answer
    context = {"form": form, "trail": _trail("Synthèse")}
    return render(request, "portal/papers/synthesis.html", context)


@require_safe
@in_space
def directives(request: HttpRequest) -> HttpResponse:
    """The directives in force, and the ways to write, replace or remove them."""
    visitor = visitor_of(request)
    if reason := _refusal(visitor):
        return _refuse(request, reason)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        cards = papers.list_directives(a)
    context = {
        "items": [item_of(card) for card in cards],
        "own": any(card.own for card in cards),
        "ways": [
            (reverse("portal:directives_write", args=[situation.value]), situation.label)
            for situation in Situation
        ],
        "done": request.GET.get("fait", ""),
        "trail": _trail("Directives anticipées"),
    }
    return render(request, "portal/papers/directives.html", context)


@require_http_methods(_METHODS)
@in_space
def directives_write(request: HttpRequest, situation: str) -> HttpResponse:
    """The form, its preview, and once confirmed the document."""
    visitor = visitor_of(request)
    if situation not in set(Situation):
        raise Http404
    if reason := _refusal(visitor):
        return _refuse(request, reason)
    asked = Situation(situation)
    posted = request.POST if request.method == "POST" else None
    form = DirectivesForm(posted, situation=asked, masked=_hides(visitor))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") != "save":
            return _preview(request, form)
        if "change" not in request.POST and (answer := _keep_directives(visitor, form)):
            return answer
    context = {"form": form, "situation": asked.label, "trail": _trail("Directives anticipées")}
    return render(request, "portal/papers/directives_form.html", context)


@accepts_body(_MOST_BYTES)
@require_http_methods(_METHODS)
@in_space
def directives_deposit(request: HttpRequest) -> HttpResponse:
    """Directives that she wrote elsewhere take the place of those that stood there."""
    visitor = visitor_of(request)
    if reason := _refusal(visitor):
        return _refuse(request, reason)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DirectivesFileForm(*posted, masked=_hides(visitor))
    if request.method == "POST" and form.is_valid() and (answer := _deposit_directives(visitor, form)):
        return answer
    context = {"form": form, "trail": _trail("Directives anticipées")}
    return render(request, "portal/papers/directives_deposit.html", context)


@require_POST
@in_space
def directives_remove(request: HttpRequest) -> HttpResponse:
    """Take her own directives away."""
    visitor = visitor_of(request)
    if reason := _refusal(visitor):
        return _refuse(request, reason)
    papers.remove_directives(visitor.profile_id, by=actor_of(visitor))
    return HttpResponseRedirect(f"{reverse('portal:directives')}?fait=retire")


def _keep_synthesis(visitor: Visitor, form: SynthesisForm, pdf: bytes) -> HttpResponse | None:
    try:
        made = papers.save_synthesis(
            visitor.profile_id, by=actor_of(visitor), pdf=pdf, day=clock.today(), masked=form.masked
        )
    except UploadRefused as refused:
        form.add_error(None, refused.message_fr)
        return None
    return HttpResponseRedirect(reverse("portal:document", args=[made.document_id]))


def _keep_directives(visitor: Visitor, form: DirectivesForm) -> HttpResponse | None:
    person, day = people.get_person(visitor.profile_id), clock.today()
    pdf = papers.make_directives(person, form.situation, form.answers, day=day)
    try:
        papers.save_directives(visitor.profile_id, by=actor_of(visitor), pdf=pdf, day=day, masked=form.masked)
    except UploadRefused as refused:
        form.add_error(None, refused.message_fr)
        return None
    return HttpResponseRedirect(f"{reverse('portal:directives')}?fait=garde")


def _deposit_directives(visitor: Visitor, form: DirectivesFileForm) -> HttpResponse | None:
    file = form.cleaned_data["file"]
    try:
        papers.deposit_directives(
            visitor.profile_id,
            by=actor_of(visitor),
            data=file.read(),
            filename=file.name,
            day=form.cleaned_data["day"],
            masked=form.masked,
        )
    except UploadRefused as refused:
        form.add_error("day" if refused.field == "day" else "file", refused.message_fr)
        return None
    return HttpResponseRedirect(f"{reverse('portal:directives')}?fait=depose")


def _hides(visitor: Visitor) -> bool:
    """Whether new documents are hidden from professionals at first: the choice of the space."""
    return find_space(visitor.profile_id).documents_masked


def _preview(request: HttpRequest, form: DirectivesForm) -> HttpResponse:
    """Show what the paper will say; the answers go along, kept nowhere until she confirms."""
    kept = DirectivesForm(request.POST, situation=form.situation, masked=form.masked, kept=True)
    context = {
        "kept": kept,
        "parts": [
            (part.heading, part.note, [(asked, linebreaksbr(said)) for asked, said in part.pairs])
            for part in papers.say(form.situation, form.answers)
        ],
        "hidden_words": "cachées aux soignants" if form.masked else "visibles par les soignants",
        "trail": _trail("Directives anticipées"),
    }
    return render(request, "portal/papers/directives_preview.html", context)


def _refusal(visitor: Visitor) -> str:
    """Say why this visitor may not write directives here, "" if she may."""
    if people.is_minor(people.get_person(visitor.profile_id)):
        return _NOT_YET
    return "" if visitor.profile_id == visitor.owner_id else _NOT_YOURS


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    context = {"reason": reason, "trail": _trail("Directives anticipées")}
    return render(request, "portal/papers/directives_refused.html", context, status=403)


def _trail(here: str) -> list[tuple[str, str]]:
    return [("Accueil", reverse("portal:home")), ("Profil médical", find_url("profile")), (here, "")]


def _file(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
