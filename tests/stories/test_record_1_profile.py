"""The record, 1: she fills in her medical profile, decides what professionals see, corrects from two browsers,
and makes a synthesis of it.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from tests.stories.conftest import look
from tests.stories.steps import log_in, menu, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


@dataclass(frozen=True)
class Line:
    """One line of a rubric: where it begins, what is typed and ticked, and how it is told."""

    rubric: str
    way: str
    told: str
    typed: dict[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    dated: tuple[str, str, str] = ()  # the name of the date, its year, its month


# The rubrics that the first test has not filled in another way.
LINES = (
    Line("Hospitalisations", "Ajouter une hospitalisation", "Appendicite", {"Motif": "Appendicite"},
         dated=("Date d’entrée", "1998", "")),
    Line("Vaccinations", "Ajouter une vaccination", "Diphtérie", {"Vaccin": "Diphtérie, tétanos, polio"},
         dated=("Date de l’injection", "2020", "10")),
    Line("Groupe sanguin", "Indiquer le groupe sanguin", "A+", ticked=("A+",)),
    Line("Handicaps", "Ajouter un handicap", "Handicap sensoriel", ticked=("Handicap sensoriel",)),
    Line("Antécédents familiaux", "Ajouter un antécédent familial", "Diabète de type 2",
         {"Maladie": "Diabète de type 2"}, ("mère",)),
    Line("Habitudes de vie", "Sommeil", "Sommeil", {"Combien d’heures": "7"}),
    Line("Professionnels", "Ajouter un professionnel", "Dr Anne Vernolle", {"Nom": "Dr Anne Vernolle"}),
    Line("Contacts", "Ajouter un contact", "Luc Rocheniel",
         {"Prénom": "Luc", "Nom": "Rocheniel", "Téléphone portable": "06 39 98 01 44", "Code postal": "31000",
          "Commune": "Toulouse"}, ("Personne de confiance", "autre")),
    Line("Volontés", "Noter ma position", "Don d’organes", ticked=("oui",)),
)  # fmt: skip


def rubric(page, name):
    menu(page, "Profil")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def fill_partial(page, legend, *, year, month="", day=""):
    group = page.get_by_role("group", name=legend)
    for label, value in (("Jour", day), ("Mois", month), ("Année", year)):
        group.get_by_label(label).fill(value)


def test_she_fills_in_her_profile(someone):
    her = someone(width=390, height=844)
    log_in(her, "jean1")
    menu(her, "Profil")
    her.get_by_role("heading", name="Profil médical", level=1).wait_for()
    assert her.get_by_text("Non renseigné").count() >= 10
    look(her, "record-1-01-empty")

    # A disease since a year, then the treatment that goes with it; a mistake is told by its field.
    her.get_by_role("link", name="Ajouter : Maladies et sujets de santé").click()
    her.get_by_label("Maladie ou sujet de santé").fill("Asthme")
    fill_partial(her, "Début", year="2199")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_role("link", name="Début : La date ne peut pas être dans l’avenir.").wait_for()
    look(her, "record-1-02-future")
    fill_partial(her, "Début", year="2001")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_text("C’est ajouté.").wait_for()
    assert her.get_by_text("depuis 2001").is_visible()
    assert her.get_by_text("Ajouté par vous le").is_visible()

    rubric(her, "Traitements")
    her.get_by_role("link", name="Ajouter un traitement").click()
    assert her.locator("datalist option[value='Salbutamol']").count() == 1
    her.get_by_label("Médicament ou traitement").fill("Salbutamol")
    fill_partial(her, "Début", year="2019", month="3")
    her.get_by_text("Plus de précisions").click()
    her.get_by_label("Maladie : Asthme").check(force=True)
    look(her, "record-1-03-treatment")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_role("link", name="Salbutamol").click()
    her.get_by_text("depuis mars 2019").wait_for()
    her.get_by_role("link", name="Maladie : Asthme").click()
    her.get_by_role("link", name="Traitements : Salbutamol").wait_for()
    look(her, "record-1-04-both-ends")

    # None is not the same as nothing said.
    rubric(her, "Allergies")
    her.get_by_role("button", name="Je ne suis pas concerné(e)").click()
    her.get_by_text("Aucune allergie, déclaré le").wait_for()

    # She keeps her diseases to herself: professionals then see neither the line nor that there is one.
    rubric(her, "Maladies et sujets de santé")
    her.get_by_role("button", name="Ne plus la partager").click()
    her.get_by_text("Voici qui verrait quoi").wait_for()
    her.get_by_role("button", name="Cacher aux soignants").click()
    her.get_by_text("Les soignants ne voient plus cette rubrique.").wait_for()
    menu(her, "Profil")
    her.get_by_role("link", name="Ce que voient les soignants").click()
    seen = her.get_by_role("main")
    assert seen.get_by_text("Salbutamol").count()
    assert seen.get_by_text("Aucune allergie").count()
    assert seen.get_by_text("Caché").count() == 1
    assert seen.get_by_text("Asthme").count() == 0
    look(her, "record-1-05-seen")

    # The history tells each act.
    shortcut(her, "Qui a fait quoi")
    for act in ("Ligne ajoutée au profil médical", "« Je ne suis pas concerné » déclaré ou retiré",
                "Partage d’une rubrique du profil changé"):  # fmt: skip
        assert her.get_by_text(act).count() >= 1, act

    every_other_rubric_gets_a_line(her)
    she_ties_a_document(her)
    she_makes_a_synthesis(her)


def every_other_rubric_gets_a_line(her):
    for line in LINES:
        menu(her, "Profil")
        her.get_by_role("main").get_by_role("link", name=re.compile(f"^{line.rubric}")).click()
        her.get_by_role("main").get_by_role("link", name=line.way).first.click()
        for label, value in line.typed.items():
            her.get_by_label(re.compile(f"^{label}")).first.fill(value)
        for label in line.ticked:
            her.get_by_label(label, exact=True).first.check(force=True)
        if line.dated:
            fill_partial(her, line.dated[0], year=line.dated[1], month=line.dated[2])
        look(her, f"record-1-06-{line.rubric.split()[0].lower()}")
        her.get_by_role("main").get_by_role("button", name=re.compile("^(Ajouter|Enregistrer)")).click()
        her.get_by_text("C’est ajouté.").wait_for()
        assert line.told in her.get_by_role("main").inner_text()
        assert her.get_by_text("Ajouté par vous le").first.is_visible()
    menu(her, "Profil")
    assert her.get_by_text("Non renseigné").count() == 0
    assert her.get_by_text("Non concerné(e)").count() == 1
    look(her, "record-1-07-full")


def she_ties_a_document(her):
    menu(her, "Documents")
    her.get_by_role("link", name="Ajouter").click()
    note = {"name": "asthme.txt", "mimeType": "text/plain", "buffer": b"Souffle : 92 %."}
    her.get_by_label("Fichier").set_input_files(note)
    her.get_by_label("Titre").fill("Mesure du souffle")
    her.get_by_label("Rubrique").select_option(label="Comptes rendus")
    her.get_by_role("button", name="Ajouter le document").click()
    her.get_by_text("Le document est ajouté.").wait_for()
    rubric(her, "Maladies et sujets de santé")
    her.get_by_role("main").get_by_role("link", name="Asthme").first.click()
    her.get_by_role("link", name="Modifier").click()
    if not her.get_by_label("Document : Mesure du souffle").is_visible():
        her.get_by_text("Plus de précisions").click()
    her.get_by_label("Document : Mesure du souffle").check(force=True)
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_role("link", name="Document : Mesure du souffle").wait_for()


def she_makes_a_synthesis(her):
    menu(her, "Profil")
    her.get_by_role("main").get_by_role("link", name=re.compile("^Synthèse")).click()
    look(her, "record-1-08-synthesis")
    her.get_by_label(re.compile("^Contacts")).uncheck(force=True)
    assert not her.get_by_label(
        re.compile("^Maladies")
    ).is_checked()  # what she keeps to herself is not joined
    her.get_by_role("button", name="Faire la synthèse").click()
    her.get_by_role("heading", name=re.compile("Synthèse"), level=1).wait_for()
    look(her, "record-1-09-synthesis-made")
    href = her.get_by_role("link", name=re.compile("Ouvrir le fichier joint")).get_attribute("href")
    data = her.request.get(href).body()
    words = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))
    for said in ("Salbutamol", "mars 2019", "Appendicite", "Aucune allergie", "Handicap sensoriel"):
        assert said in words, said
    for unsaid in ("Asthme", "Luc", "06 39 98 01 44"):
        assert unsaid not in words, unsaid
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("fr")
    menu(her, "Documents")
    assert (
        her.get_by_role("list", name="Documents").get_by_role("link", name=re.compile("Synthèse")).count()
        == 1
    )


def test_two_browsers_without_script(someone):
    one, two = someone(javascript=False), someone(javascript=False)
    for page in (one, two):
        log_in(page, "denis")
    rubric(one, "Groupe sanguin")
    one.get_by_role("link", name="Indiquer le groupe sanguin").click()
    one.get_by_label("O+", exact=True).check(force=True)
    one.get_by_role("button", name="Ajouter").click()
    for page in (one, two):
        rubric(page, "Groupe sanguin")
        page.get_by_role("main").get_by_role("link", name="O+").click()
        page.get_by_role("link", name="Modifier").click()
    one.get_by_label("A+", exact=True).check(force=True)
    one.get_by_role("button", name="Enregistrer").click()
    one.get_by_text("Vos changements sont enregistrés.").wait_for()
    two.get_by_label("B−", exact=True).check(force=True)
    two.get_by_role("button", name="Enregistrer").click()
    two.get_by_role("heading", name="Modifié entre-temps").wait_for()
    assert two.get_by_label("B−", exact=True).is_checked()
    two.get_by_role("button", name="Enregistrer").click()
    two.get_by_role("heading", name="B−", level=1).wait_for()
