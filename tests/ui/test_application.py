"""The installable application: manifest, service worker, offline page; and the error pages."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from carnet.ui.errors import PAGES, NoSuchPageError, render_error
from carnet.ui.gallery_urls import urlpatterns as gallery
from carnet.ui.urls import urlpatterns as application


def png_size(path: str) -> tuple[int, int]:
    found = finders.find(path.removeprefix("/static/"))
    with open(found, "rb") as file:  # noqa: PTH123 the finder gives a text
        head = file.read(24)
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_the_manifest_is_what_a_telephone_needs():
    response = Client().get("/manifest.webmanifest")
    content = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert content["name"] == "Carnet"
    assert content["display"] == "standalone"
    assert content["lang"] == "fr"
    assert {icon["purpose"] for icon in content["icons"]} == {"any", "maskable"}
    for icon in content["icons"]:
        assert "x".join(map(str, png_size(icon["src"]))) == icon["sizes"]


def test_the_service_worker_keeps_only_public_files_that_exist():
    response = Client().get("/sw.js")
    script = response.content.decode()
    files = re.search(r"const FILES = \[(.*)\];", script)
    assert files
    names = re.findall(r'"([^"]+)"', files[1].replace("\\u002D", "-"))
    assert len(names) == 6
    for name in names:
        assert name.startswith("/static/")
        assert finders.find(name.removeprefix("/static/")), name
    assert "no-cache" in response["Cache-Control"]
    assert response["Content-Type"].startswith("text/javascript")
    assert script.count("caches.open") == 1  # nothing is added after the installation


def test_the_offline_page_is_the_same_for_everybody():
    response = Client(headers={"cookie": "sessionid=x"}).get("/hors-ligne/")
    assert "Vous êtes hors connexion" in response.content.decode()
    assert "Set-Cookie" not in response.headers
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_every_address_of_the_room_is_marked_public_on_purpose():
    for pattern in (*application, *gallery):
        assert pattern.callback.gate.public, pattern


@pytest.mark.parametrize("status", sorted(PAGES))
def test_an_error_page_stands_alone(status):  # no database here: pytest-django would refuse it
    response = render_error(status, reference="<b>7F3A</b>", retry_after=30)
    html = response.content.decode()
    assert response.status_code == status
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "&lt;b&gt;7F3A&lt;/b&gt;" in html
    assert "variable inconnue" not in html
    assert html.count("<h1>") == 1
    assert "3422" in html


def test_there_is_no_page_for_a_status_that_nobody_is_shown():
    with pytest.raises(NoSuchPageError, match="418"):
        render_error(418)


def test_django_finds_the_pages_of_its_own_refusals():
    response = Client().get("/nulle-part/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
    refused = Client(enforce_csrf_checks=True).post("/ui/gallery/champs/")
    assert refused.status_code == 403
    assert "rien n’a été modifié" in refused.content.decode()


def test_another_operator_gives_it_another_name(settings):
    settings.UI_SITE = {"name": "Santé des Îles", "phone": "0800 000 000", "home_href": "/accueil/"}
    html = Client().get("/ui/gallery/public/").content.decode()
    assert "Santé des Îles" in html
    assert "0800 000 000" in html
    assert 'href="/accueil/"' in html
    assert "Carnet" not in html
    settings.UI_SITE = {"nom": "faute"}
    with pytest.raises(TypeError, match="nom"):
        Client().get("/ui/gallery/public/")
