"""What the guard of accounts asks of a professional: prove who she is again, or wait for a review."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.platform.http import requires
from carnet.pro.middleware import professional_of
from carnet.pro.page import show

_PAGES: Final = {Rule.FROZEN: "pro:frozen", Rule.STEP_UP: "pro:step_up"}


def guard_answer(rule: Rule) -> HttpResponse | None:
    """Return where a refusal of the guard sends; None for every other rule."""
    name = _PAGES.get(rule)
    return HttpResponseRedirect(reverse(name)) if name else None


def held(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a list of patients that opens no record: who holds a stolen account does not read it either."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = access.find_guard_state(professional_of(request).professional.id)
        if state is not None and (state.state == "frozen" or state.proven_at is None):
            answer = guard_answer(Rule.FROZEN if state.state == "frozen" else Rule.STEP_UP)
            assert answer is not None
            return answer
        return view(request, *args, **kwargs)

    return wrapped


@requires(kinds=("professional",))
@require_safe
def step_up(request: HttpRequest) -> HttpResponse:
    """Ask for a proof; who comes back with one goes on.

    Taking the proof into account on a GET is safe: the proof itself was made at Pro Santé Connect, after the
    question, and a second look changes nothing.
    """
    visitor = professional_of(request)
    professional_id = visitor.professional.id
    proven = access.prove(professional_id, proven_at=visitor.proven_at)
    state = access.find_guard_state(professional_id)
    if state is not None and state.state == "frozen":
        return HttpResponseRedirect(reverse("pro:frozen"))
    asked = state is not None and state.state == "step_up" and state.proven_at is None
    query = urlencode({"again": "1", "suite": reverse("pro:step_up")})
    context = {
        "asked": asked,
        "proven": proven,
        "login": f"{reverse('pro:login')}?{query}",
        "day": reverse("pro:home"),
        "emergency": reverse("pro:emergency_find"),
    }
    return show(request, "pro/emergency/step_up.html", context)


@requires(kinds=("professional",))
@require_safe
def frozen(request: HttpRequest) -> HttpResponse:
    """Say to whom is frozen what stays open, and who lifts it."""
    state = access.find_guard_state(professional_of(request).professional.id)
    context = {
        "frozen": state is not None and state.state == "frozen",
        "day": reverse("pro:home"),
        "emergency": reverse("pro:emergency_find"),
    }
    return show(request, "pro/emergency/frozen.html", context)
