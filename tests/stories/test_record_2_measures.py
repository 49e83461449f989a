"""The record, 2: a week of blood pressures, a slip refused, an odd value asked again, a curve and its table."""

import re

import pytest

from tests.stories.conftest import look
from tests.stories.steps import act_for, log_in, menu

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

PRESSURES = ((128, 79), (131, 82), (126, 78), (134, 84), (129, 80), (125, 77))


def test_she_follows_her_measures_then_those_of_her_son(someone):
    her = someone(width=390, height=844)
    log_in(her, "nadia")
    a_week_of_pressures(her)
    a_slip_is_refused_and_an_odd_value_asked_again(her)
    a_glycaemia_has_its_moment(her)
    a_target_of_her_own(her)
    she_orders_her_tiles(her)
    she_corrects_and_removes(her)
    act_for(her, "Léo NOUAIPIN")
    his_growth(her)


def kind(page, name):
    """Open one kind of measure from the menu."""
    menu(page, "Mesures")
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).click()
    page.get_by_role("heading", name=name, level=1, exact=True).wait_for()


def add(page, name, label, value):
    """Fill in one measure of now; the form is sent."""
    kind(page, name)
    if page.get_by_role("link", name="Ajouter une mesure").count():  # the first one is asked for at once
        page.get_by_role("link", name="Ajouter une mesure").click()
    page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Enregistrer").click()


def row(page, words):
    """The row of the table that says these words."""
    return page.get_by_role("main").get_by_role("row").filter(has_text=words)


def is_before(page, role, first, second):
    """Whether what says the first comes before what says the second, on the page."""
    said = [one.inner_text() for one in page.get_by_role("main").get_by_role(role).all()]
    return next(n for n, one in enumerate(said) if first in one) < next(
        n for n, one in enumerate(said) if second in one
    )


def a_week_of_pressures(her):
    menu(her, "Mesures")
    look(her, "record-2-01-overview")
    her.get_by_role("link", name="Saisir une semaine de tension").click()
    days = her.get_by_role("group").filter(has=her.get_by_label("Matin, systolique"))
    assert days.count() == len(PRESSURES) + 1
    mornings = days.all()[1:]  # not today, whose morning may be to come
    for day, (high, low) in zip(mornings, PRESSURES, strict=True):
        day.get_by_label("Matin, systolique").fill(str(high))
        day.get_by_label("Matin, diastolique").fill(str(low))
    mornings[0].get_by_label("Matin, diastolique").fill("")
    her.get_by_role("button", name="Enregistrer la semaine").click()
    her.get_by_text("Il manque ce chiffre").first.wait_for()
    look(her, "record-2-02-week-one-missing")
    assert days.nth(1).get_by_label("Matin, systolique").input_value() == "128"  # nothing typed is lost
    days.nth(1).get_by_label("Matin, diastolique").fill("79")
    her.get_by_role("button", name="Enregistrer la semaine").click()
    her.get_by_text("Les mesures sont enregistrées.").wait_for()
    assert row(her, "mmHg").count() >= len(PRESSURES)
    assert row(her, "128/79 mmHg").first.inner_text().endswith("vous")  # who entered it
    curve = her.get_by_role("img", name=re.compile("Tension"))
    assert curve.filter(visible=True).count() == 1
    look(her, "record-2-03-pressures")


def a_slip_is_refused_and_an_odd_value_asked_again(her):
    add(her, "Taille", "Taille", "175")
    her.get_by_role("alert").get_by_role("link", name="Vouliez-vous écrire 1,75 m ?").wait_for()
    look(her, "record-2-04-height-refused")
    her.get_by_label("Taille").fill("1,75")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("La mesure est enregistrée.").wait_for()
    assert row(her, "1,75 m").count()

    add(her, "Poids", "Poids", "260")
    confirm = her.get_by_label("Oui, c’est bien 260 kg")
    confirm.wait_for()
    look(her, "record-2-05-weight-asked-again")
    confirm.check(force=True)
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("La mesure est enregistrée.").wait_for()
    assert row(her, "260 kg").count() == 1
    kind(her, "IMC")  # computed of both, never typed
    assert row(her, "84,9 kg/m²").count() == 1
    look(her, "record-2-06-index")


def a_glycaemia_has_its_moment(her):
    add(her, "Glycémie", "Glycémie", "1,05")
    her.get_by_role("alert").get_by_role("link", name=re.compile("^À quel moment")).wait_for()
    look(her, "record-2-07-glycaemia-without-moment")
    her.get_by_label("g/L", exact=True).check(force=True)
    her.get_by_label("À jeun").check(force=True)
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("La mesure est enregistrée.").wait_for()
    assert "à jeun" in row(her, "105 mg/dL").inner_text()  # one unit in the table, whatever was typed
    look(her, "record-2-08-glycaemia")


def a_target_of_her_own(her):
    add(her, "HbA1c", "HbA1c", "7,4")
    her.get_by_text("La mesure est enregistrée.").wait_for()
    her.get_by_role("link", name="Mon objectif").click()
    her.get_by_label("Au plus").fill("7")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("L’objectif est enregistré.").wait_for()
    assert her.get_by_text("Objectif").first.is_visible()
    look(her, "record-2-09-target")


def she_orders_her_tiles(her):
    menu(her, "Mesures")
    her.get_by_role("link", name="Organiser").click()
    row(her, "HbA1c").get_by_role("button", name="Monter").click()
    assert is_before(her, "row", "Tension artérielle", "Fréquence cardiaque")
    row(her, "Tension artérielle").get_by_role("button", name="Descendre").click()
    assert is_before(her, "row", "Fréquence cardiaque", "Tension artérielle")
    row(her, "Douleur").get_by_role("button", name="Cacher").click()
    row(her, "Douleur").get_by_text("Cachée").wait_for()
    look(her, "record-2-10-arrange")
    her.get_by_role("link", name="Terminé").click()
    assert her.get_by_role("main").get_by_role("link", name=re.compile("^Douleur")).count() == 0
    assert is_before(her, "link", "Poids", "HbA1c")
    assert her.get_by_text("1 mesure cachée").is_visible()
    look(her, "record-2-11-tiles")


def she_corrects_and_removes(her):
    kind(her, "Poids")
    row(her, "260 kg").get_by_role("link").click()
    her.get_by_label("Poids").fill("62,5")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("La mesure est corrigée.").wait_for()
    assert row(her, "260 kg").count() == 0
    row(her, "62,5 kg").get_by_role("link").first.click()
    her.get_by_text("Supprimer cette mesure").click()
    look(her, "record-2-12-remove")
    her.get_by_role("button", name="Supprimer").click()
    her.get_by_text("La mesure est supprimée.").wait_for()
    assert row(her, "62,5 kg").count() == 0


def his_growth(her):
    menu(her, "Mesures")
    for name, label, value in (("Poids", "Poids", "26,4"), ("Taille", "Taille", "1,28")):
        add(her, name, label, value)
        her.get_by_text("La mesure est enregistrée.").wait_for()
    menu(her, "Mesures")
    her.get_by_role("link", name="Voir la croissance").click()
    her.get_by_role("heading", name="Croissance", level=1).wait_for()
    words = her.get_by_role("main").inner_text()
    assert "demandent une licence" in words
    assert her.get_by_role("img").filter(visible=True).count() >= 2
    look(her, "record-2-13-growth")
