"""Adding a document to the space: a file, or photographs made into one PDF (facts/mes.md 3.4).

What is sent stays in memory until it is sealed; its size is bounded before anything of it is read.
"""

from collections.abc import Callable
from typing import Any, Final

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Deposited, UploadRefused
from carnet.enrolment.api import find_space
from carnet.journal.api import Purpose
from carnet.platform.http import accepts_body
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.portal.uploads_forms import FileForm, PhotosForm

MOST_FILE_BYTES: Final = 12_000_000
"""More than a file may have, so that one that is too heavy is refused at its field, in a sentence."""
MOST_PHOTO_BYTES: Final = 60_000_000
"""Twenty photographs of a telephone, of three million bytes each."""
_WORDS_BYTES: Final = 100_000  # what stands around the files in a request
_METHODS: Final = ["GET", "HEAD", "POST"]
_FILES: Final = ("file", "photos")


@accepts_body(MOST_FILE_BYTES)
@require_http_methods(_METHODS)
@in_space
def document_add(request: HttpRequest) -> HttpResponse:
    """Add one file."""
    visitor = visitor_of(request)
    form = FileForm(*_posted(request), masked=_hides(visitor.profile_id))

    def add() -> Deposited:
        file = form.cleaned_data["file"]
        return documents.add_file(
            visitor.profile_id,
            by=actor_of(visitor),
            data=file.read(),
            filename=file.name,
            **form.described,
        )

    return _add(request, form, add) or _show(request, form, "file", documents.MAX_BYTES)


@accepts_body(MOST_PHOTO_BYTES)
# the photographs chosen are shown before they leave the device
@csp_update({"img-src": ["blob:"]})  # type: ignore[untyped-decorator]
@require_http_methods(_METHODS)
@in_space
def document_photos(request: HttpRequest) -> HttpResponse:
    """Make one PDF out of photographs."""
    visitor = visitor_of(request)
    form = PhotosForm(*_posted(request), masked=_hides(visitor.profile_id))

    def add() -> Deposited:
        return documents.add_photos(
            visitor.profile_id, by=actor_of(visitor), **form.ordered, **form.described
        )

    return _add(request, form, add) or _show(request, form, "photos", MOST_PHOTO_BYTES - _WORDS_BYTES)


def _posted(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _hides(person_id: Any) -> bool:
    """Whether new documents are hidden from professionals at first: the choice of the space."""
    space = find_space(person_id)
    return space is not None and space.documents_masked


def _add(request: HttpRequest, form: Any, add: Callable[[], Deposited]) -> HttpResponse | None:
    """Add and go to the document; None when something is to be corrected, which the form then says."""
    if not form.is_valid():
        return None
    try:
        added = add()
    except UploadRefused as refusal:
        form.add_error(_field_of(form, refusal), refusal.message_fr)
        return None
    there = f"{reverse('portal:document', args=[added.document_id])}?fait=ajoute"
    # who sends with the script of the page follows by itself, and asks for the document once
    return HttpResponseClientRedirect(there) if request.htmx else HttpResponseRedirect(there)  # type: ignore[attr-defined]


def _field_of(form: Any, refusal: UploadRefused) -> str | None:
    """Where a refusal is said; what it says of the bytes stands at the files."""
    names = [refusal.field] if refusal.field in form.fields else _FILES
    return next((name for name in names if name in form.fields), None)


def _show(request: HttpRequest, form: Any, template: str, most_bytes: int) -> HttpResponse:
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        form.offer(documents.list_folders(a))
    context = {
        "form": form,
        "most_bytes": most_bytes,
        "back": reverse("portal:documents"),
        "trail": [
            ("Accueil", reverse("portal:home")),
            ("Documents", reverse("portal:documents")),
            ("Ajouter", ""),
        ],
    }
    return render(request, f"portal/uploads/{template}.html", context)
