"""One call and what is known of it: who calls, what was sent, what is wanted back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from carnet.directory.api import Caller
from carnet.fhir_api.negotiation import FHIR_JSON, FORM, JSON
from carnet.fhir_api.outcomes import MEDIA_TYPE, refuse
from carnet.fhir_api.parameters import FORMAT, Pair, Parameter
from carnet.platform.http import announced_bytes
from carnet.standards.pdsm import Issue

BODY: Final = (FHIR_JSON, JSON)
MOST_BYTES: Final = 40_000_000
"""Of one body. Each document in it has the bounds of a document (docs/deposits.md)."""

_MOST_FIELDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that may be asked of the service: from this its address, its description and its checks.

    `interaction`: FHIR's code of it; `scopes`: each (resource, letter) that a token must allow, none for a
    public route; `takes`: media types of its body, none when it has no body; `checks_format`: False when it
    chooses the form of its answer itself; `repeatable`: asked once more when the connection was lost.
    """

    name: str
    method: str
    path: str
    handle: "Handler"
    summary: str
    resource: str = ""
    interaction: str = ""
    transaction: str = ""  # of IHE: "ITI-67"
    scopes: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = (FORMAT,)
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = (FHIR_JSON,)
    most_bytes: int = 0
    statuses: tuple[int, ...] = (200,)
    checks_format: bool = True
    repeatable: bool = True

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.parameters)


@dataclass(slots=True)
class Exchange:
    """A call that passed the checks of its route. `id`: of the resource in the address, as it was written."""

    request: HttpRequest
    route: Route
    id: str = ""
    caller: Caller | None = None
    values: dict[str, list[str]] = field(default_factory=dict)
    media_type: str = ""
    reasons: list[str] = field(default_factory=list)
    warnings: tuple[Issue, ...] = ()
    _body: bytes | None = None

    @property
    def by(self) -> Caller:
        assert self.caller is not None, "a route that is not public has a caller"
        return self.caller

    @property
    def minimal(self) -> bool:
        """Tell whether nothing of the resource is to be sent back: as it asks, or as a strict client must."""
        return self.by.strict or "return=minimal" in self.header("Prefer").replace(" ", "").split(",")

    def header(self, name: str) -> str:
        return str(self.request.headers.get(name, ""))

    def body(self) -> bytes:
        """Return the whole body, bounded by what was announced; read once, also when all is asked again."""
        if self._body is None:
            self._body = read_body(self.request)
        return self._body


def read_body(request: HttpRequest) -> bytes:
    """Return the body of a request; refuses, 400, one that stopped before its announced end.

    In this very thread: the server stands still when one thread answers while another reads.
    """
    try:
        data = bytes(request.body)
    except UnreadablePostError:
        data = b""
    if len(data) != announced_bytes(request):
        raise refuse(400, "structure", "Le contenu s’est arrêté avant sa fin annoncée.", rule="http.body")
    return data


def pairs_of(exchange: Exchange) -> list[Pair]:
    """Return the parameters of an address, and those of a form that was posted for a search."""
    found = _parse(str(exchange.request.META.get("QUERY_STRING", "")))
    if FORM in exchange.route.takes:
        found += _parse(exchange.body().decode(errors="replace"))
    return found


def base_url() -> str:
    """Return the address of the FHIR service, as software knows it."""
    return f"{str(settings.CARNET_API_URL).rstrip('/')}/fhir"


def reply(data: bytes, status: int = 200, *, content_type: str = MEDIA_TYPE, **headers: str) -> HttpResponse:
    """Return an answer. Of `headers`, `_` stands for `-`; one that is empty is left out."""
    response = HttpResponse(data, status=status, content_type=content_type)
    for name, value in headers.items():
        if value:
            response[name.replace("_", "-")] = value
    return response


def _parse(text: str) -> list[Pair]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError:
        raise refuse(400, "too-costly", "Trop de paramètres.", rule="http.parameters") from None


Handler = Callable[[Exchange], HttpResponse]
