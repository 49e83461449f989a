"""Objecting to the opening of a space, in two screens, and the proof to download (facts/mes.md 1.5)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from carnet.enrolment import api as enrolment
from carnet.enrolment.api import OBJECTION, ActivationRefused, DraftMissing, DraftStale, State
from carnet.people import api as people
from carnet.platform.address import client_address
from carnet.platform.http import public
from carnet.portal.enrolment import COOKIE_SECONDS, PROOF_ERRORS, show_refusal
from carnet.portal.enrolment_forms import IdentityForm

COOKIE = "carnet_objection"


@public
@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """The same three facts as for an activation."""
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = enrolment.start_objection(**form.facts(client_address(request)))
        except PROOF_ERRORS as refusal:
            show_refusal(form, refusal)
        else:
            response = HttpResponseRedirect(reverse("portal:object_confirm"))
            people.set_step_cookie(response, COOKIE, token, COOKIE_SECONDS)
            return response
    return render(request, "portal/enrolment/object.html", {"form": form})


@public
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """What an objection changes, then yes. Who has objected already is shown her proof."""
    token = request.COOKIES.get(COOKIE, "")
    draft = enrolment.find_draft(token, OBJECTION) if token else None
    if draft is None:
        return _done(request)
    if request.method == "POST":
        return _record(request, token, draft.version)
    return _page(request, draft)


def _record(request: HttpRequest, token: str, version: int) -> HttpResponse:
    try:
        enrolment.confirm_objection(token, version=version)
    except (ActivationRefused, enrolment.TransitionRefused) as refusal:
        return _page(request, enrolment.get_draft(token, OBJECTION), notice=refusal.message_fr)
    except (DraftMissing, DraftStale):
        return _done(request)
    return HttpResponseRedirect(reverse("portal:object_done"))


def _page(request: HttpRequest, draft: enrolment.Draft, notice: str = "") -> HttpResponse:
    person = people.get_person(draft.person_id)
    context = {
        "name": person.display_name,
        "child": draft.for_child,
        "open": enrolment.find_space(person.id).state is State.OPENED,
        "notice": notice,
    }
    return render(request, "portal/enrolment/object_confirm.html", context)


@public
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """It is recorded: the proof, and how to change one's mind."""
    return _done(request)


@public
@never_cache
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The proof as a PDF, as long as the browser holds its token."""
    objection = _find(request)
    if objection is None:
        return _expired(request)
    response = HttpResponse(enrolment.make_proof(objection), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="preuve-opposition.pdf"'
    return response


def _done(request: HttpRequest) -> HttpResponse:
    objection = _find(request)
    if objection is None:
        return _expired(request)
    return render(request, "portal/enrolment/object_done.html", {"objection": objection})


def _find(request: HttpRequest) -> enrolment.Objection | None:
    try:
        return enrolment.find_objection(request.COOKIES.get(COOKIE, ""))
    except LookupError:
        return None


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/enrolment/expired.html", {"message": DraftMissing.message_fr}, status=410)
