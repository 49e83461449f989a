"""A patient unknown to the practice: by the code of his telephone, or by his number and traits.

Whatever the way, she says as what she enters, and the same page of the record follows. Neither a number nor
a name ever stands in an address (docs/entering.md).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import EntryRefused
from carnet.directory.api import PlaceCard, ProVisitor
from carnet.people import api as people
from carnet.platform.http import requires
from carnet.pro.entering_forms import CodeForm, IdentityForm, TitleForm
from carnet.pro.middleware import professional_of
from carnet.pro.page import read, show, sign

_READS = ["GET", "HEAD", "POST"]


@requires(kinds=("professional",))
@require_http_methods(_READS)
def enter(request: HttpRequest) -> HttpResponse:
    """The ways in, on one page; a code that was scanned stands in its field, and opens nothing by itself."""
    visitor = professional_of(request)
    place = place_of(visitor)
    way = request.POST.get("way", "")
    code = CodeForm(place, request.POST if way == "code" else None, prefix="code",
                    initial={"code": request.GET.get("code", "")[:500]})  # fmt: skip
    identity = IdentityForm(place, request.POST if way == "identity" else None, prefix="identity")
    person_id = None
    if way == "code":
        person_id = attempt(
            code, lambda: access.enter_by_code(code.cleaned_data["code"], by=visitor.actor, title=code.chosen)
        )
    elif way == "identity":
        code.leave_the_focus()
        person_id = attempt(
            identity,
            lambda: access.enter_by_identity(identity.named, by=visitor.actor, title=identity.chosen),
        )
    if person_id:
        return to_record(sign(person_id, visitor))
    context = {"code": code, "identity": identity, "form": identity if way == "identity" else code}
    return show(request, "pro/entering/enter.html", context)


@requires(kinds=("professional",))
@require_http_methods(_READS)
def enter_as(request: HttpRequest, token: str) -> HttpResponse:
    """Say as what she enters the record of somebody whom these pages have named already."""
    visitor = professional_of(request)
    person_id = read(token, visitor)
    form = TitleForm(place_of(visitor), request.POST if request.method == "POST" else None)

    def act() -> bool:
        access.enter_as(person_id, by=visitor.actor, title=form.chosen)
        return True

    if request.method == "POST" and attempt(form, act):
        return to_record(token)
    context = {"form": form, "token": token, "name": people.get_person(person_id).display_name}
    return show(request, "pro/entering/enter_as.html", context)


@requires(kinds=("professional",))
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """End her consents and what she declared for this patient."""
    visitor = professional_of(request)
    access.leave(read(token, visitor), by=visitor.actor)
    return HttpResponseRedirect(f"{reverse('pro:patients')}?fait=fin")


def attempt(form: TitleForm, act: Callable[[], Any]) -> Any:
    """Do what a valid form asks; a refusal is said on it. None: nothing was done."""
    if not form.is_valid():
        return None
    try:
        return act()
    except EntryRefused as refused:
        form.add_error(None, refused.message_fr)
        form.remedies = remedies_of(refused)
        return None


def remedies_of(refused: EntryRefused) -> tuple[str, ...]:
    """Return what may be done after a refusal that may be explained; nothing after any other."""
    found = access.remedies(refused.scope.rule) if refused.scope else ()
    return tuple(one.words for one in found)


def to_record(token: str) -> HttpResponse:
    """Send to the page of the record."""
    return HttpResponseRedirect(reverse("pro:record", args=[token]))


def place_of(visitor: ProVisitor) -> PlaceCard:
    """Return where she acts: the gate lets nobody through who has not chosen."""
    assert visitor.place is not None
    return visitor.place
