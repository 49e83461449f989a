"""What a request may carry: bounded by what it announces, before anything of it is read."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from carnet.platform.http import accepts_body
from carnet.platform.middleware import BodyLimitMiddleware

pytestmark = pytest.mark.django_db
MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class _Unread:
    """A body that nobody may read."""

    def read(self, *_args):
        raise AssertionError("the body was read")


def ask(view, announced):
    request = RequestFactory().post("/", CONTENT_LENGTH=announced)
    request.META["wsgi.input"] = _Unread()
    return BodyLimitMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})


def plain(_request):
    return HttpResponse()


@accepts_body(40_000_000)
def generous(_request):
    return HttpResponse()


@pytest.mark.parametrize(
    ("view", "announced", "status"),
    [
        (plain, MOST, None),
        (plain, MOST + 1, 413),
        (generous, 40_000_000, None),
        (generous, 40_000_001, 413),
        (plain, "", None),
        (plain, "-1", None),
        (plain, "lots", None),
        (plain, "٩٩٩٩٩٩٩٩٩", None),
        (plain, "9" * 30, 413),
    ],
)
def test_more_than_a_view_takes_is_refused_unread(view, announced, status):
    answer = ask(view, str(announced))
    assert (answer.status_code if answer else None) == status


def test_it_is_said_in_french_with_the_bound():
    text = ask(generous, "40000001").content.decode()
    assert "Cette page accepte 40 Mo au plus" in text
    assert "Rien n’a été enregistré" in text


def test_a_real_request_is_refused_whoever_asks():
    answer = Client().post(reverse("portal:login"), b"a" * (MOST + 1), content_type="text/plain")
    assert answer.status_code == 413
    assert answer["Cache-Control"] == "no-store"


def test_no_file_is_written_in_clear():
    request = RequestFactory().post("/", {"file": _named("grand.pdf", 3_000_000)})
    assert isinstance(request.FILES["file"], InMemoryUploadedFile)
    assert [type(handler) for handler in request.upload_handlers] == [MemoryFileUploadHandler]


def _named(name, size):
    return SimpleUploadedFile(name, b"x" * size)
