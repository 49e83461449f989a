"""The record, 6: the insurer sends a history of care; she reads it by day, month and year, and decides who else."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.papers import papers_of
from tests.stories.steps import log_in, menu, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

# Days ago, the insurer's reference, category, words: two years of care, in no order.
ACTS = (
    (12, "K-1", "MEDICAL_DENTAL_CARE", "Consultation de médecine générale"),
    (12, "K-2", "MEDICINE", "Paracétamol 1 g, comprimé"),
    (9, "K-3", "BIOLOGY", "Numération formule sanguine"),
    (3, "K-4", "MEDICINE", "Ligne envoyée par erreur"),
    (430, "K-5", "HOSPITALIZATION", "Chirurgie du genou"),
    (401, "K-6", "MEDICAL_DEVICE", "Attelle de genou"),
    (790, "K-7", "VACCINE", "Vaccin contre la grippe"),
)


def test_the_insurer_sends_and_he_reads(demo, someone, tmp_path):
    his = someone(width=390, height=844)
    log_in(his, "karim")
    open_history(his)
    his.get_by_text("L’Assurance Maladie n’a pas encore transmis de remboursement").wait_for()
    look(his, "record-6-01-empty")

    loaded = load(
        demo, tmp_path / "first.jsonl", [line(*act) for act in ACTS] + [line(5, "K-8", "POTIONS", "?")]
    )
    assert (loaded["counts"]["added"], loaded["rejected"]) == (len(ACTS), 1)
    again = load(demo, tmp_path / "first.jsonl")
    assert again["already"]  # the same file twice is one file
    he_is_told_without_a_word_of_health(his)
    by_day(his)
    by_month_and_year(his)
    the_insurer_corrects(demo, his, tmp_path)
    he_hides_it(his)


def open_history(page):
    shortcut(page, "Histoire de santé")
    page.get_by_role("heading", name="Histoire de santé", level=1).wait_for()


def line(days_ago, reference, category, label, **more):
    day = datetime.now(tz=UTC).date() - timedelta(days=days_ago)
    return {"matricule": papers_of("karim").ins, "reference": reference, "category": category,
            "day": day.isoformat(), "label": label, "place": "Cabinet des Lilas", **more}  # fmt: skip


def load(demo, file, lines=()):
    """Load a file as the operator does; return what the command counts."""
    if lines:
        file.write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    done = demo.carnet("--json", "histories", "load", str(file), check=False)
    return json.loads(done.stdout.splitlines()[-1])


def he_is_told_without_a_word_of_health(his):
    told = latest_mail(his, get_persona("karim").email, "espace")
    assert not any(label in told for _, _, _, label in ACTS)
    menu(his, "Accueil")
    his.get_by_text("histoire de santé").first.wait_for()
    look(his, "record-6-02-told")


def by_day(his):
    open_history(his)
    titles = [one.inner_text() for one in his.get_by_role("main").get_by_role("listitem").all()]
    at = [next(n for n, one in enumerate(titles) if label in one) for *_, label in ACTS]
    assert at.index(min(at)) == 3  # the latest first
    assert max(at) == at[-1]
    assert "Cabinet des Lilas" in titles[at[0]]
    for doing in ("Modifier", "Supprimer", "Ajouter"):  # nobody writes here but the insurer
        assert his.get_by_role("main").get_by_role("button", name=doing).count() == 0
        assert his.get_by_role("main").get_by_role("link", name=doing).count() == 0
    look(his, "record-6-03-days")
    his.get_by_text("Catégorie : toutes").click()
    his.get_by_role("link", name="Vaccins délivrés", exact=True).click()
    his.get_by_text("Vaccin contre la grippe").wait_for()
    assert his.get_by_text("Chirurgie du genou").count() == 0
    his.get_by_text("Catégorie : ").click()
    his.get_by_role("link", name="Toutes", exact=True).click()


def by_month_and_year(his):
    his.get_by_role("link", name="Par année").click()
    his.get_by_role("heading", name="Toutes les années").wait_for()
    look(his, "record-6-04-years")
    year = (datetime.now(tz=UTC).date() - timedelta(days=790)).year
    his.get_by_role("main").get_by_role("link", name=str(year)).click()
    his.get_by_role("heading", name=f"Année {year}").wait_for()
    look(his, "record-6-05-months")
    his.get_by_role("list", name=f"Année {year}").get_by_role("link").first.click()
    his.get_by_text("Vaccin contre la grippe").wait_for()
    assert his.get_by_text("Attelle de genou").count() == 0
    look(his, "record-6-06-one-month")


def the_insurer_corrects(demo, his, tmp_path):
    first = line(430, "K-5", "HOSPITALIZATION", "Chirurgie du ménisque", action="replace")
    gone = {"matricule": papers_of("karim").ins, "reference": "K-4", "action": "delete"}
    counted = load(demo, tmp_path / "second.jsonl", [first, gone])
    assert (counted["counts"]["replaced"], counted["counts"]["deleted"]) == (1, 1)
    open_history(his)
    his.get_by_text("Chirurgie du ménisque").wait_for()
    assert his.get_by_text("Chirurgie du genou").count() == 0
    assert his.get_by_text("Ligne envoyée par erreur").count() == 0


def he_hides_it(his):
    his.get_by_role("button", name="La cacher aux soignants").click()
    his.get_by_text("Voici qui verrait quoi").wait_for()
    his.get_by_role("button", name="Cacher aux soignants").click()
    his.get_by_text("L’histoire de santé est maintenant cachée aux soignants.").wait_for()
    assert his.get_by_text("Chirurgie du ménisque").is_visible()  # not to himself
    look(his, "record-6-07-hidden")
    his.get_by_role("button", name="La montrer aux soignants").wait_for()
    shortcut(his, "Qui a fait quoi")
    shown = his.get_by_role("main").inner_text()
    assert "cachée aux soignants" in shown
    assert "Chirurgie" not in shown  # the history tells acts, not health
