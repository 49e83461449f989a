"""Story 2: one objects, one does nothing, one closes and reopens, one asks for erasure until it is done."""

import io
import json

import pikepdf
import pytest

from tests.stories.conftest import latest_mail, look
from tests.stories.papers import papers_of, provisional_code, show_papers, tick
from tests.stories.steps import give_password, log_in, move_the_clock, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


def test_each_decides_for_their_own_space(demo, someone):
    basile_objects(demo, someone(width=390, height=844))
    denis_closes_and_reopens(someone())
    estelle_asks_for_erasure_twice(someone())
    silent = somebody_silent(demo)
    move_the_clock(someone(), days=42)
    nothing_is_left_of_estelle(demo, someone())
    the_space_has_opened(demo, someone(), silent)


# -- he objects, and keeps the proof


def basile_objects(demo, page):
    basile = papers_of("basile")
    code = provisional_code(demo, page, basile)
    page.goto("/")
    main = page.get_by_role("main")
    # As easy to find as the activation: a tile beside it here, and a tile beside it there.
    assert main.get_by_role("link", name="M’opposer", exact=True).is_visible()
    main.get_by_role("link", name="Activer mon espace").first.click()
    main.get_by_role("link", name="M’opposer", exact=True).click()
    look(page, "2-01-object")
    show_papers(page, code=code, ins=basile.ins, serial=basile.serial)
    page.get_by_role("heading", name="Confirmez votre opposition").wait_for()
    look(page, "2-02-confirm")
    page.get_by_role("button", name="Je m’oppose").click()
    page.get_by_role("heading", name="Votre opposition est enregistrée").wait_for()
    number = main.get_by_role("status").get_by_role("strong").inner_text()
    look(page, "2-03-objected")
    with page.expect_download() as proof:
        page.get_by_role("link", name="Télécharger la preuve (PDF)").click()
    with pikepdf.open(io.BytesIO(proof.value.path().read_bytes())) as pdf:
        assert len(pdf.pages) == 1
    assert number
    assert "opposition" in latest_mail(page, basile.email, "opposition")
    assert demo.state(basile.ins) == "objected"


# -- he closes, and comes back


def denis_closes_and_reopens(page):
    log_in(page, "denis")
    page.get_by_role("link", name="Changer mes choix").click()
    look(page, "2-04-choices")
    page.get_by_role("link", name="Fermer cet espace").click()
    look(page, "2-05-close")
    page.get_by_role("button", name="Fermer l’espace").click()
    page.get_by_role("heading", name="Votre espace est fermé").wait_for()
    look(page, "2-06-closed")
    assert "est fermé" in latest_mail(page, papers_of("denis").email, "est fermé")

    log_in(page, "denis")
    page.get_by_role("heading", name="Votre espace est fermé").wait_for()
    look(page, "2-07-my-closed-space")
    page.goto("/documents/")  # nothing else of it is reached
    page.get_by_role("heading", name="Votre espace est fermé").wait_for()
    page.get_by_role("button", name="Rouvrir l’espace").click()
    page.get_by_role("heading", level=1, name=papers_of("denis").name).wait_for()
    assert "est rouvert" in latest_mail(page, papers_of("denis").email, "est rouvert")
    shortcut(page, "Qui a fait quoi")
    told = page.get_by_role("main").inner_text()
    assert "Espace fermé" in told
    assert "Espace rouvert" in told
    look(page, "2-08-history")


# -- she asks for erasure, cancels, asks again


def estelle_asks_for_erasure_twice(page):
    log_in(page, "estelle")
    assert page.get_by_role("list", name="Derniers documents").get_by_role("link").count()
    page.get_by_role("link", name="Changer mes choix").click()
    page.get_by_role("link", name="Fermer cet espace").click()
    tick(page, "Je demande aussi l’effacement définitif")
    page.get_by_role("button", name="Fermer l’espace").click()
    page.get_by_role("heading", name="Votre espace est fermé").wait_for()
    email = papers_of("estelle").email
    assert "vous pouvez l’annuler" in latest_mail(page, email, "est demandé")

    log_in(page, "estelle")
    page.get_by_text("Vous pouvez encore annuler").wait_for()
    look(page, "2-09-erasure-asked")
    page.get_by_role("button", name="Annuler l’effacement").click()
    page.get_by_role("link", name="Demander l’effacement définitif").wait_for()
    assert "est annulée" in latest_mail(page, email, "est annulée")
    page.get_by_role("link", name="Demander l’effacement définitif").click()
    look(page, "2-10-what-an-erasure-does")
    page.get_by_role("button", name="Demander l’effacement").click()
    page.get_by_role("button", name="Annuler l’effacement").wait_for()


def nothing_is_left_of_estelle(demo, page):
    estelle = papers_of("estelle")
    give_password(page, estelle.login)
    page.get_by_role("alert").wait_for()  # no such account
    look(page, "2-12-no-such-account")
    assert "Il est fait" in latest_mail(page, estelle.email, "effacement")
    page.goto(f"/bac-a-sable/courrier/?a={estelle.email}")
    assert page.get_by_role("list", name="Messages").get_by_role("listitem").count() == 1  # that one
    # The insurer's row stays, with a mark: no new information, and no opening.
    assert demo.state(estelle.ins) == "erased"
    refused = demo.carnet("--json", "enrolment", "notify", "--ins", estelle.ins, check=False)
    assert json.loads(refused.stdout)["code"] in {"no_contact", "not_from_erased"}


# -- she does nothing, and six weeks pass


def somebody_silent(demo):
    """Return somebody who has been informed and has not answered, whatever the day."""
    sylvie = papers_of("sylvie")
    if demo.state(sylvie.ins) == "notified":
        return sylvie
    other = papers_of("jean2")
    demo.carnet("enrolment", "notify", "--ins", other.ins)
    return other


def the_space_has_opened(demo, page, silent):
    assert demo.state(silent.ins) == "opened"
    code = provisional_code(demo, page, silent)  # asked for again at the 3422: hers is too old
    page.goto("/opposition/")
    show_papers(page, code=code, ins=silent.ins, serial=silent.serial)
    page.get_by_role("heading", name="L’espace est déjà ouvert").wait_for()
    look(page, "2-13-already-open")
    page.get_by_role("link", name="Revenir").click()
    assert demo.state(silent.ins) == "opened"
