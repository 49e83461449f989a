"""The pages of vendors: keys on the spot, test people, examples, the console. Public: nobody here is real."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.directory import api as directory
from carnet.directory.api import ClientCard, DirectoryRefused, StructureCard
from carnet.platform import clock
from carnet.platform.address import client_address
from carnet.platform.http import public
from carnet.platform.limits import Limit
from carnet.sandbox.personas import STRUCTURES
from carnet.sandbox.vendors import examples, keys, patients, texts
from carnet.sandbox.vendors.forms import KeysForm
from carnet.ui.errors import render_error

_LIMIT: Final = Limit("vendor-keys", most=60, window=timedelta(hours=1))
_FOUND: Final = {True: "le document", False: "liste vide", None: "vos autres dépôts"}
_FIELDS: Final = {"structure": "finess"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What there is, and keys on the spot."""
    form = KeysForm(request.POST) if request.method == "POST" else KeysForm()
    if form.is_bound:
        if not _LIMIT.hit(client_address(request)):
            return render_error(429, retry_after=_LIMIT.seconds_left(client_address(request)))
        if form.is_valid() and (made := _make(form)):
            client, ring = made
            response = HttpResponseRedirect(reverse("sandbox:vendor_keys", args=[client.id]))
            keys.keep(response, ring)
            return response
    context = {
        "trail": trail(), "form": form, "api": _api(), "known": directory.list_clients()[:10],
        "psc_discovery": settings.CARNET_PSC_DISCOVERY_URL,
    }  # fmt: skip
    return render(request, "sandbox/vendors/index.html", context)


@public
@require_safe
@never_cache
def keys_page(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """A client: its first token and the line that deposits; its private key, until it is downloaded."""
    client = get_client(client_id)
    ring = keys.find(request, client_id)
    example = texts.example_address(
        request.build_absolute_uri(reverse("sandbox:example")),
        personne="dominique",
        structure=client.structure,
    )
    curl = texts.write_curl(api=_api(), example=example, token=ring.token) if ring else ""
    context = {
        "trail": trail(client), "client": client, "client_id": str(client.id), "facts": _facts(client),
        "ring": ring, "curl": curl,
        "until": datetime.fromtimestamp(ring.expires_at, UTC).astimezone(clock.PARIS) if ring else None,
        "python": texts.write_python(api=_api(), example=example, file=_file_name(client)), "api": _api(),
    }  # fmt: skip
    return render(request, "sandbox/vendors/keys.html", context)


@public
@require_POST
@never_cache
def key_file(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The private key as a file, once: the page forgets it."""
    client, ring = get_client(client_id), keys.find(request, client_id)
    if ring is None or ring.key is None:
        return HttpResponseRedirect(reverse("sandbox:vendor_keys", args=[client.id]))
    response = JsonResponse(ring.key, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{_file_name(client)}"'
    keys.keep(response, keys.without_key(ring))
    return response


@public
@require_POST
@never_cache
def renew_token(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Another token of thirty minutes, on the page of the keys."""
    client = get_client(client_id)
    if not client.active or not _LIMIT.hit(client_address(request)):
        raise Http404
    response = HttpResponseRedirect(reverse("sandbox:vendor_keys", args=[client.id]))
    keys.keep(response, keys.renew_token(client, keys.find(request, client_id)))
    return response


@public
@require_safe
@never_cache
def collection(request: HttpRequest) -> HttpResponse:
    """The collection of requests, with the client's token in it when there is one at hand."""
    client = _find_asked(request)
    ring = keys.find(request, client.id) if client else None
    written = texts.write_collection(
        api=_api(), sandbox=request.build_absolute_uri(reverse("sandbox:vendors")).rstrip("/"),
        token=ring.token if ring else "", structure=client.structure if client else "",
    )  # fmt: skip
    return HttpResponse(written, content_type="text/plain; charset=utf-8")


@public
@require_safe
@never_cache
def patients_page(request: HttpRequest) -> HttpResponse:
    """The test people: their identity, and what each call about them must answer."""
    context = {"trail": trail(page="Personnes de test"), "people": [_told(one) for one in _patient_facts()]}
    return render(request, "sandbox/vendors/patients.html", context)


@public
@require_safe
@never_cache
def patients_json(_request: HttpRequest) -> HttpResponse:
    """The same for a program."""
    return JsonResponse({"patients": _patient_facts()}, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
@never_cache
def example(request: HttpRequest) -> HttpResponse:
    """A body to send, about a test person, by a structure of the directory (carnet.sandbox.vendors.examples).

    Each call gives another document; `numero` gives one again, `remplace` (a number) the version after it;
    `premier` and `version` from the third version on.
    """
    media_type, write = examples.WRITERS.get(request.GET.get("forme", "document"), ("", None))
    if write is None:
        raise Http404
    try:
        asked = examples.Example(
            patients.get_patient(request.GET.get("personne", "dominique")), _structure(request),
            _number(request, "numero") or examples.draw_number(), _number(request, "remplace"),
            _number(request, "premier"), _number(request, "version"),
        )  # fmt: skip
        return HttpResponse(write(asked), content_type=media_type)
    except LookupError:
        raise Http404 from None


def trail(client: ClientCard | None = None, page: str = "") -> list[tuple[str, str]]:
    """Return where a page of vendors stands: below a client when it is about one."""
    way = [("Bac à sable", reverse("sandbox:index"))]
    own = reverse("sandbox:vendors") if client or page else ""
    way.append(("Éditeurs", own))
    if client:
        way.append((client.product, reverse("sandbox:vendor_keys", args=[client.id]) if page else ""))
    return [*way, (page, "")] if page else way


def get_client(client_id: UUID) -> ClientCard:
    """Return a client; 404 when there is none."""
    client = directory.find_client(client_id)
    if client is None:
        raise Http404
    return client


def _make(form: KeysForm) -> tuple[ClientCard, keys.Ring] | None:
    said = form.cleaned_data
    try:
        return keys.make(
            structure=form.number, name=f"Structure d’essai {form.number}", vendor=said["vendor"],
            product=said["product"], version=said["version"], strict=said["mode"] == "strict",
        )  # fmt: skip
    except DirectoryRefused as refused:
        field = _FIELDS.get(refused.field, refused.field)
        form.add_error(field if field in form.fields else None, refused.message_fr)
        return None


def _facts(client: ClientCard) -> list[tuple[str, str]]:
    return [
        ("Structure", f"{client.structure_name} ({client.structure})"),
        ("Logiciel", client.software),
        ("Contrôle", "strict" if client.strict else "souple"),
        ("Identifiant du client", str(client.id)),
        ("Adresse FHIR", f"{_api()}/fhir"),
        ("Adresse des jetons", f"{_api()}/oauth/token"),
    ]


def _patient_facts() -> list[dict[str, Any]]:
    try:
        return patients.as_facts()
    except LookupError:  # the world is being made
        raise Http404 from None


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    traits = facts["traits"]
    born = datetime.fromisoformat(traits["birth_date"])
    return facts | {
        "name": f"{traits['given_names']} {traits['birth_name']}",
        "born": f"{born:%d/%m/%Y}, {traits['sex']}, {traits['birth_place']}",
        "answers": [_answer_words(facts[call]) for call in patients.CALLS],
    }


def _answer_words(answer: dict[str, Any]) -> str:
    if "found" in answer and not answer["code"]:
        return f"{answer['status']} {_FOUND[answer['found']]}"
    return f"{answer['status']} {answer['code']}".strip()


def _structure(request: HttpRequest) -> StructureCard:
    found = directory.find_structure(request.GET.get("structure", STRUCTURES[0].finess))
    if found is None:
        raise LookupError("structure")
    return found


def _number(request: HttpRequest, name: str) -> int:
    """Return the number of an example, said alone or at the end of its uniqueId; 0 for none."""
    text = request.GET.get(name, "0").rpartition(".")[2]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - as draw_number
        raise Http404
    return int(text)


def _find_asked(request: HttpRequest) -> ClientCard | None:
    try:
        return directory.find_client(UUID(request.GET["client"])) if "client" in request.GET else None
    except ValueError:
        raise Http404 from None


def _file_name(client: ClientCard) -> str:
    return f"carnet-{str(client.id)[:8]}.json"


def _api() -> str:
    return str(settings.CARNET_API_URL).rstrip("/")
