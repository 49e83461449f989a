"""Activating a space in three screens, and asking for a new code (facts/mes.md 1.6).

Each screen can be reloaded, left by the back button and found again: what was said is in a draft, of which
the browser holds only a token.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from carnet.enrolment import api as enrolment
from carnet.enrolment.api import ACTIVATION, ActivationRefused, Choices, Draft, DraftMissing, DraftStale
from carnet.people import api as people
from carnet.platform.address import client_address
from carnet.platform.http import public
from carnet.portal.enrolment_forms import (
    ContactCodesForm,
    ContactsForm,
    CredentialsForm,
    IdentityForm,
    LastForm,
    LostCodeForm,
)

COOKIE = "carnet_activation"
COOKIE_SECONDS = 3600
PROOF_ERRORS = (enrolment.ProofRefused, ActivationRefused, enrolment.TransitionRefused)


@public
@require_safe
def activate(request: HttpRequest) -> HttpResponse:
    """The three ways, side by side: activate, object, get a new code."""
    return render(request, "portal/enrolment/start.html", {"draft": _find(request)})


# -- screen 1


@public
@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """Who I am: code, number, card."""
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return to_contacts(enrolment.start_activation(**form.facts(client_address(request))))
        except PROOF_ERRORS as refusal:
            show_refusal(form, refusal)
    return render(request, "portal/enrolment/identity.html", {"form": form, "draft": _find(request)})


def to_contacts(token: str) -> HttpResponse:
    """Send to the second screen with the token of a draft."""
    response = HttpResponseRedirect(reverse("portal:activate_contacts"))
    people.set_step_cookie(response, COOKIE, token, COOKIE_SECONDS)
    return response


def show_refusal(form: IdentityForm, refusal: Exception) -> None:
    """Say what was refused beside its field, or above the form; offer the twins to choose from."""
    if isinstance(refusal, ActivationRefused):
        form.offer(refusal.children)
        form.add_error(refusal.field or None, refusal.message_fr)
    elif isinstance(refusal, (enrolment.ProofRefused, enrolment.TransitionRefused)):
        form.add_error(None, refusal.message_fr)


# -- screen 2


@public
@never_cache
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts confirmed by a code, then identifier and password; for a child, the parent's account."""
    token, draft = _token(request), _find(request)
    if draft is None:
        return _expired(request)
    if draft.for_child:
        return _parent(request, draft)
    if request.method != "POST":
        return _contacts_page(request, draft)
    try:
        return _contacts_act(request, token, draft)
    except DraftStale as stale:
        return _contacts_page(request, enrolment.get_draft(token, ACTIVATION), notice=stale.message_fr)
    except DraftMissing:
        return _expired(request)


def _contacts_act(request: HttpRequest, token: str, draft: Draft) -> HttpResponse:
    match request.POST.get("act"):
        case "change":
            return _contacts_page(request, draft, form=_step_form(draft, act="contacts"))
        case "resend":
            return _resend(request, draft)
    form = _step_form(draft, request.POST, act=request.POST.get("act", ""))
    if not form.is_valid():
        return _contacts_page(request, draft, form=form)
    try:
        return _save_step(token, form)
    except ActivationRefused as refusal:
        draft = enrolment.get_draft(token, ACTIVATION)
        return _contacts_page(request, draft, form=_refused(form, refusal, draft))
    except people.TooSoonError as soon:
        return _contacts_page(request, enrolment.get_draft(token, ACTIVATION), notice=soon.message_fr)


def _save_step(token: str, form: forms.Form) -> HttpResponse:
    """Save the part of the second screen that was sent, and show what follows."""
    data = form.cleaned_data
    match form:
        case ContactsForm():
            enrolment.set_contacts(token, version=data["version"], email=data["email"], phone=data["phone"])
        case ContactCodesForm():
            codes = {name: data.get(name, "") for name in ("email_code", "phone_code")}
            enrolment.confirm_contacts(token, version=data["version"], **codes)
        case CredentialsForm():
            enrolment.set_credentials(
                token, version=data["version"], login=data["login"], password=data["password"]
            )
            return HttpResponseRedirect(reverse("portal:activate_choices"))
    return HttpResponseRedirect(reverse("portal:activate_contacts"))


def _step_of(draft: Draft) -> str:
    """Return which part of the second screen comes now."""
    if draft.contacts_confirmed:
        return "credentials"
    return "codes" if draft.email or draft.phone else "contacts"


def _step_form(draft: Draft, data: Any = None, *, act: str = "") -> forms.Form:
    """Return the form of the present part, or of the part that was sent."""
    step = act if act in {"contacts", "codes", "credentials"} else _step_of(draft)
    initial = {"version": draft.version, "act": step}
    match step:
        case "contacts":
            return ContactsForm(data, initial=initial | {"email": draft.email, "phone": draft.phone})
        case "codes":
            wanted = {
                "email": bool(draft.email) and not draft.email_confirmed,
                "phone": bool(draft.phone) and not draft.phone_confirmed,
            }
            return ContactCodesForm(data, initial=initial, **wanted)
    return CredentialsForm(data, initial=initial | {"login": draft.login})


def _refused(form: forms.Form, refusal: ActivationRefused, draft: Draft) -> forms.Form:
    """Put a refusal beside its field, on a form that knows the draft's present version."""
    data = {**form.data.dict(), "version": str(draft.version)} if isinstance(form.data, QueryDict) else {}
    fresh = _step_form(draft, data, act=str(data.get("act", "")))
    fresh.is_valid()
    fresh.add_error(refusal.field if refusal.field in fresh.fields else None, refusal.message_fr)
    return fresh


def _resend(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        enrolment.send_contact_codes(draft)
    except people.TooSoonError as soon:
        return _contacts_page(request, draft, notice=soon.message_fr)
    return _contacts_page(request, draft, sent=True)


def _contacts_page(
    request: HttpRequest,
    draft: Draft,
    *,
    form: forms.Form | None = None,
    notice: str = "",
    sent: bool = False,
) -> HttpResponse:
    person = people.get_person(draft.person_id)
    form = form or _step_form(draft)
    step = str(form["act"].value() or _step_of(draft))
    taken = isinstance(form, CredentialsForm)
    context = {
        "form": form,
        "step": step,
        "name": person.display_name,
        "known": _known(draft),
        "suggestions": people.suggest_logins(person.first_given_name, person.birth_name) if taken else [],
        "notice": notice,
        "sent": sent,
    }
    return render(request, "portal/enrolment/contacts.html", context)


def _known(draft: Draft) -> list[str]:
    """Return the contacts given, half hidden: somebody may look over her shoulder."""
    email = people.hide_email(draft.email) if draft.email else ""
    phone = people.hide_phone(draft.phone) if draft.phone else ""
    return [contact for contact in (email, phone) if contact]


def _parent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A child's space has no credentials: the parent logs in to her own."""
    if _visitor_id(request) == draft.holder_id:
        return HttpResponseRedirect(reverse("portal:activate_choices"))
    child = people.get_person(draft.person_id)
    return render(request, "portal/enrolment/parent.html", {"child": child.display_name})


# -- screen 3


@public
@never_cache
def choices(request: HttpRequest) -> HttpResponse:
    """Terms, visibility, emergency; then her home page, logged in."""
    token, draft = _token(request), _find(request)
    if draft is None:
        return _expired(request)
    ready = _visitor_id(request) == draft.holder_id if draft.for_child else draft.has_credentials
    if not ready:
        return HttpResponseRedirect(reverse("portal:activate_contacts"))
    form = LastForm(request.POST or None, initial={"version": draft.version})
    if request.method != "POST" or not form.is_valid():
        return _choices_page(request, form, draft)
    return _try_to_finish(request, token, form)


def _try_to_finish(request: HttpRequest, token: str, form: LastForm) -> HttpResponse:
    try:
        return _finish(request, token, form)
    except DraftMissing:
        return _expired(request)
    except DraftStale as stale:
        draft = enrolment.get_draft(token, ACTIVATION)
        form = LastForm(initial={"version": draft.version})
        return _choices_page(request, form, draft, notice=stale.message_fr)
    except ActivationRefused as refusal:
        form.add_error(refusal.field if refusal.field == "terms" else None, refusal.message_fr)
        return _choices_page(request, form, enrolment.get_draft(token, ACTIVATION))


def _finish(request: HttpRequest, token: str, form: LastForm) -> HttpResponse:
    data = form.cleaned_data
    done = enrolment.finish_activation(
        token,
        version=data["version"],
        terms_accepted=data["terms"],
        choices=choices_of(data),
        visitor_id=_visitor_id(request),
    )
    response = HttpResponseRedirect(reverse("portal:home"))
    visitor: people.Visitor | None = getattr(request, "visitor", None)
    if visitor is not None and visitor.account_id == done.account_id:
        people.sessions.choose_profile(visitor.session_id, done.person_id)
    else:
        people.log_in_response(request, response, done.account_id, "activation")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def choices_of(data: dict[str, Any]) -> Choices:
    """Return the choices that a form holds."""
    return Choices(
        documents_masked=data["documents"] == "hidden",
        emergency_access="care" in data["emergency"],
        samu_access="samu" in data["emergency"],
        emergency_masked="masked" in data["emergency"],
    )


def _choices_page(request: HttpRequest, form: LastForm, draft: Draft, notice: str = "") -> HttpResponse:
    child = people.get_person(draft.person_id).display_name if draft.for_child else ""
    context = {"form": form, "child": child, "notice": notice}
    return render(request, "portal/enrolment/choices.html", context)


# -- a lost code


@public
@never_cache
def lost_code(request: HttpRequest) -> HttpResponse:
    """Ask for a new code; the answer is the same whoever asks."""
    form = LostCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            enrolment.ask_code(
                matricule=data["matricule"],
                serial=data["serial"],
                for_children=data["whose"] == "children",
                address=client_address(request),
            )
        except enrolment.TooManyCodes as refusal:
            form.add_error(None, refusal.message_fr)
        else:
            return HttpResponseRedirect(reverse("portal:lost_code_sent"))
    return render(request, "portal/enrolment/lost_code.html", {"form": form})


@public
@require_safe
def lost_code_sent(request: HttpRequest) -> HttpResponse:
    """What happens now, without saying to whom."""
    return render(request, "portal/enrolment/lost_code_sent.html")


def _token(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def _find(request: HttpRequest) -> Draft | None:
    token = _token(request)
    return enrolment.find_draft(token, ACTIVATION) if token else None


def _visitor_id(request: HttpRequest) -> UUID | None:
    visitor: people.Visitor | None = getattr(request, "visitor", None)
    return visitor.owner_id if visitor is not None and visitor.kind == "person" else None


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/enrolment/expired.html", {"message": DraftMissing.message_fr}, status=410)
