"""FranceConnect: leaving for it, coming back, linking it to an account, taking the link away, leaving it.

What an identity means here is decided by `people.franceconnect`; these pages only say it. Somebody who is
nobody here, or one of several, or too young, reads one and the same page.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from carnet.enrolment import api as enrolment
from carnet.people import api as people
from carnet.people.api import franceconnect
from carnet.platform.address import client_address
from carnet.platform.http import public, requires
from carnet.portal.enrolment import to_contacts
from carnet.portal.login import answer, factor_context, landing, to_step, visitor_of
from carnet.ui.errors import render_error
from carnet.ui.login_forms import CodeForm

COOKIE, LINK_COOKIE, SESSION_COOKIE = "carnet_fc", "carnet_fc_link", "carnet_fc_session"
AWAY_SECONDS = int(franceconnect.AWAY.total_seconds())
_STATUS = {"expired": 400, "wrong": 502, "unreachable": 503}
_DONE = {
    "relie": "FranceConnect est relié à votre compte.",
    "detache": "FranceConnect est détaché de votre compte.",
}


@public
def start(request: HttpRequest) -> HttpResponse:
    """Leave for FranceConnect, to log in. A link, not a form: the page's policy keeps forms on this site."""
    return _depart(request, next=people.next_path(request))


@public
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from FranceConnect: log in, link, activate, or say what to do."""
    try:
        returned = franceconnect.finish(
            request.COOKIES.get(COOKIE, ""), request.GET.dict(), callback=_callback_url()
        )
    except franceconnect.StateError:
        return _refuse(request, "expired")
    except franceconnect.CancelledError:
        return _forget(_refuse(request, "cancelled"))
    except franceconnect.AnswerError as error:
        return _forget(_refuse(request, "level" if error.rule == "level" else "wrong"))
    except franceconnect.UnreachableError:
        return _forget(_refuse(request, "unreachable"))
    if returned.account_id is not None:
        return _forget(_link_own(request, returned))
    return _forget(_enter(request, returned))


@public
def confirm(request: HttpRequest) -> HttpResponse:
    """The second factor of the account that was found; then it is linked and she is in."""
    waiting = franceconnect.find_waiting(request.COOKIES.get(LINK_COOKIE, ""))
    if waiting is None:
        return _refuse(request, "expired")
    form = CodeForm()
    if request.method == "POST":
        wrong = answer(request, waiting)
        if wrong is None:
            return _confirmed(request, waiting)
        form = wrong  # type: ignore[assignment]
    context = factor_context(request, waiting, form) | {"resend": reverse("portal:franceconnect_resend")}
    return render(request, "portal/franceconnect/confirm.html", context)


@public
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Another one-time code for a link."""
    waiting = franceconnect.find_waiting(request.COOKIES.get(LINK_COOKIE, ""))
    page = reverse("portal:franceconnect_confirm")
    if waiting is None or waiting.card.factor != "email":
        return HttpResponseRedirect(page)
    try:
        people.login.send_code_again(waiting)
    except people.TooSoonError as error:
        return HttpResponseRedirect(f"{page}?attendre={error.seconds}")
    return HttpResponseRedirect(f"{page}?envoye=1")


@requires(fresh=True)
def link(request: HttpRequest) -> HttpResponse:
    """Whether FranceConnect is linked to one's account; `fait` says what has just been done."""
    if not franceconnect.is_offered():
        raise Http404
    since = franceconnect.find_link(visitor_of(request).account_id)
    done = _DONE.get(request.GET.get("fait", ""), "")
    return render(request, "portal/franceconnect/link.html", {"since": since, "done": done})


@requires(fresh=True)
def link_start(request: HttpRequest) -> HttpResponse:
    """Leave for FranceConnect, to link it to the account that is open."""
    return _depart(request, account=visitor_of(request))


@requires(fresh=True)
@require_POST
def unlink(request: HttpRequest) -> HttpResponse:
    """Take the link away."""
    try:
        franceconnect.unlink(visitor_of(request).account_id)
    except people.FrozenError:
        return _refuse(request, "frozen")
    return HttpResponseRedirect(f"{reverse('portal:franceconnect_link')}?fait=detache")


@public
@require_GET
def logout(request: HttpRequest) -> HttpResponse:
    """After our session, that of FranceConnect, which its own page ends."""
    token = request.COOKIES.get(SESSION_COOKIE, "")
    url = franceconnect.logout_url(token, back_to=_here("portal:login"))
    response = (
        render(request, "portal/franceconnect/logout.html", {"url": url}) if url else _to("portal:login")
    )
    response.delete_cookie(SESSION_COOKIE, samesite="Lax")
    return response


def _depart(request: HttpRequest, *, next: str = "", account: people.Visitor | None = None) -> HttpResponse:  # noqa: A002
    if not franceconnect.is_offered():
        raise Http404
    try:
        url, token = franceconnect.begin(
            callback=_callback_url(),
            address=client_address(request),
            next_path=next,
            account_id=account.account_id if account else None,
        )
    except people.TooManyError as error:
        return render_error(429, retry_after=error.seconds)
    except people.LimitsDownError as error:
        return render_error(503, retry_after=error.retry_after)
    except (franceconnect.UnreachableError, franceconnect.AnswerError):
        return _refuse(request, "unreachable")
    response = HttpResponseRedirect(url)
    people.set_step_cookie(response, COOKIE, token, AWAY_SECONDS)
    return response


def _enter(request: HttpRequest, returned: franceconnect.Returned) -> HttpResponse:
    recognition = franceconnect.recognise(returned.identity)
    match recognition:
        case franceconnect.Recognition(franceconnect.Meeting.KNOWN, account) if account:
            return _log_in(request, account, returned.identity.id_token, returned.next)
        case franceconnect.Recognition(franceconnect.Meeting.LINK, account) if account:
            return _ask_factor(request, account, returned)
        case franceconnect.Recognition(franceconnect.Meeting.ACTIVATE, _, person_id) if person_id:
            return _activate(request, person_id)
    return _refuse(request, "unknown")


def _ask_factor(
    request: HttpRequest, account: people.AccountCard, returned: franceconnect.Returned
) -> HttpResponse:
    try:
        token = franceconnect.begin_link(account, returned.identity, next_path=returned.next)
    except people.FrozenError:
        return _refuse(request, "frozen")
    return to_step("portal:franceconnect_confirm", token, cookie=LINK_COOKIE, seconds=AWAY_SECONDS)


def _confirmed(request: HttpRequest, waiting: people.login.Waiting) -> HttpResponse:
    try:
        franceconnect.confirm_link(waiting)
    except people.FrozenError:
        return _refuse(request, "frozen")
    response = _log_in(request, waiting.card, str(waiting.step.facts["id_token"]), waiting.next)
    response.delete_cookie(LINK_COOKIE, samesite="Lax")
    return response


def _log_in(request: HttpRequest, account: people.AccountCard, id_token: str, next_page: str) -> HttpResponse:
    response = HttpResponseRedirect(landing(account.owner_id, next_page))
    people.log_in_response(request, response, account.id, "franceconnect")
    token = franceconnect.keep_for_logout(account, id_token)
    seconds = int(people.sessions.LONGEST.total_seconds())
    people.set_step_cookie(response, SESSION_COOKIE, token, seconds)
    return response


def _link_own(request: HttpRequest, returned: franceconnect.Returned) -> HttpResponse:
    """The session that left must be the one that comes back, and still fresh."""
    visitor: people.Visitor | None = getattr(request, "visitor", None)
    if visitor is None or visitor.account_id != returned.account_id or not visitor.fresh:
        return _refuse(request, "expired")
    try:
        franceconnect.link_own(visitor.account_id, returned.identity)
    except franceconnect.OtherIdentityError:
        return _refuse(request, "other")
    except people.FrozenError:
        return _refuse(request, "frozen")
    return HttpResponseRedirect(f"{reverse('portal:franceconnect_link')}?fait=relie")


def _activate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    try:
        token = enrolment.start_activation_by_identity(person_id=person_id)
    except enrolment.TransitionRefused:
        return _refuse(request, "unknown")
    return to_contacts(token)


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    status = _STATUS.get(reason, 200)
    return render(request, "portal/franceconnect/refused.html", {"reason": reason}, status=status)


def _forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _to(name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name))


def _callback_url() -> str:
    return _here("portal:franceconnect_callback")


def _here(name: str) -> str:
    return f"{settings.CARNET_BASE_URL}{reverse(name)}"
