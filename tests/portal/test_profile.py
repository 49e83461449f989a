"""The profile's pages: filling, correcting, removing; two browsers; what professionals see; whose it is."""

import re
from datetime import date

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform.ids import uuid7
from carnet.portal.profile_words import SLUGS
from carnet.profile import api as profile
from carnet.profile.api import Rubric
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, holder, parent, report
from tests.people.register import add_person, open_space
from tests.portal.test_home import statements
from tests.portal.visits import visit
from tests.profile.entries import GOOD, add, entry_of, managing, reading, views

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def page(client, name, *args, status=200, **query):
    answer = client.get(url(name, *args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def typed(rubric, **changes):
    """What a person types: partial dates in three parts."""
    posted = {}
    for name, value in (GOOD[rubric] | changes).items():
        if name in {"start", "end", "date"}:
            year, month, day = [*str(value).split("-"), "", ""][:3]
            posted |= {f"{name}_year": year, f"{name}_month": month, f"{name}_day": day}
        else:
            posted[name] = value
    return posted


def lines_of(person, *events):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return list_lines(person, key=a.key(), events=events)


@pytest.mark.parametrize("rubric", Rubric)
def test_each_rubric_is_filled_and_shown(rubric):
    claire = add_claire()
    client = visit(claire)
    slug = SLUGS[rubric]
    page(client, "profile_add", slug, section="TOBACCO")
    answer = client.post(url("profile_add", slug), typed(rubric))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert answer["Location"] == url("profile_rubric", slug) + "?fait=ajoute"
    (entry,) = views(claire)[rubric].entries
    told = profile.describe(entry)
    shown = page(client, "profile_rubric", slug)
    assert told.title in shown
    assert "Ajouté par vous le" in shown
    line = page(client, "profile_entry", entry.id)
    for label, value in told.lines:
        assert label in line
        assert value in line
    assert told.title in page(client, "profile")
    answer = client.post(url("profile_change", entry.id), typed(rubric) | {"version": 1})
    assert answer.status_code == 302
    assert entry_of(claire, entry.id).version == 2
    page(client, "profile_remove", entry.id)
    assert client.post(url("profile_remove", entry.id), {"version": 2}).status_code == 302
    assert views(claire)[rubric].entries == ()


@pytest.mark.parametrize("rubric", Rubric)
def test_at_most_three_fields_are_required(rubric):
    required = [field.name for field in profile.definition_of(rubric).fields if field.required]
    mandatory = ["kind", "first_name", "last_name", "relation", "mobile", "postal_code", "city"]
    assert required == mandatory if rubric is Rubric.CONTACTS else 0 < len(required) <= 3


@pytest.mark.django_db(transaction=True)
def test_the_overview_costs_at_most_twelve_statements():
    claire = add_claire()
    for rubric in Rubric:
        add(claire, rubric)
    for number in range(30):
        add(claire, Rubric.DISEASES, name=f"Maladie numéro {number}")
    assert len(statements(visit(claire), url("profile"))) <= 12


def test_an_error_names_the_field_and_keeps_what_was_typed():
    client = visit(add_claire())
    answer = client.post(
        url("profile_add", "maladies"),
        {
            "name": "Asthme <b>",
            "start_day": "31",
            "start_month": "2",
            "start_year": "2020",
            "comment": "gardé",
        },
    )
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Maladie ou sujet de santé : Le caractère « &lt; » n’est pas accepté." in shown
    assert "Début : Le 2020-02-31 n’existe pas." in shown or "n’existe pas" in shown
    assert "gardé" in shown
    assert "Asthme &lt;b&gt;" in shown
    assert '<details class="ui-details" open' in shown


def test_markup_in_every_text_is_shown_as_text():
    claire = add_claire()
    evil = "<script>alert(1)</script>"
    client = visit(claire)
    for rubric in Rubric:
        texts = {
            field.name for field in profile.definition_of(rubric).fields if field.kind is profile.Kind.LONG
        }
        entry_id = add(claire, rubric, **GOOD[rubric] | dict.fromkeys(texts, evil))
        for name, args in (
            ("profile", ()), ("profile_rubric", (SLUGS[rubric],)), ("profile_entry", (entry_id,)),
            ("profile_change", (entry_id,)), ("profile_remove", (entry_id,)), ("profile_seen", ()),
        ):  # fmt: skip
            assert evil not in page(client, name, *args)
        if texts:
            assert "&lt;script&gt;" in page(client, "profile_entry", entry_id)


def test_states_are_told_apart_and_declared_by_a_post():
    claire = add_claire()
    client = visit(claire)
    assert "Non renseigné" in page(client, "profile_rubric", "allergies")
    assert client.get(url("profile_unconcerned", "allergies")).status_code == 405
    answer = client.post(url("profile_unconcerned", "allergies"), {"concerne": "declarer"})
    shown = client.get(answer["Location"]).content.decode()
    assert "Votre déclaration est enregistrée." in shown
    assert "Aucune allergie, déclaré le" in shown
    assert "Retirer ma déclaration" in shown
    client.post(url("profile_share", "allergies"), {"partage": "non", "vu": "1"})
    seen = page(client, "profile_seen")
    assert "Caché" in seen
    assert "Aucune allergie" not in seen
    assert "Caché aux soignants" in page(client, "profile")
    client.post(url("profile_share", "allergies"), {"partage": "oui", "vu": "1"})
    assert "Aucune allergie" in page(client, "profile_seen")
    client.post(url("profile_unconcerned", "allergies"), {"concerne": "retirer"})
    assert "Non renseigné" in page(client, "profile_rubric", "allergies")
    add(claire, Rubric.ALLERGIES)
    answer = client.post(url("profile_unconcerned", "allergies"), {"concerne": "declarer"})
    assert answer.status_code == 409
    assert "supprimez-les d’abord" in answer.content.decode()


def test_of_two_browsers_the_second_sees_the_first_and_keeps_its_own():
    claire = add_claire()
    entry_id = add(claire, Rubric.DISEASES)
    one, two = visit(claire), visit(claire)
    page(two, "profile_change", entry_id)
    one.post(url("profile_change", entry_id), {"name": "Bronchite", "version": 1})
    answer = two.post(url("profile_change", entry_id), {"name": "Rhinite", "version": 1})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Bronchite" in shown
    assert 'value="Rhinite"' in shown
    assert 'name="version" value="2"' in shown
    assert two.post(url("profile_change", entry_id), {"name": "Rhinite", "version": 2}).status_code == 302
    assert entry_of(claire, entry_id).values["name"] == "Rhinite"
    answer = one.post(url("profile_remove", entry_id), {"version": 2})
    assert answer.status_code == 409
    assert "modifiée entre-temps" in answer.content.decode()
    assert entry_of(claire, entry_id).version == 3


def test_the_same_form_sent_twice_adds_one_line():
    claire = add_claire()
    client = visit(claire)
    key = re.search(r'name="key" value="([^"]+)"', page(client, "profile_add", "maladies"))[1]
    for _ in range(2):
        assert client.post(url("profile_add", "maladies"), {"name": "Asthme", "key": key}).status_code == 302
    assert len(views(claire)[Rubric.DISEASES].entries) == 1


def test_a_second_trusted_contact_is_refused_on_the_page():
    claire = add_claire()
    add(claire, Rubric.CONTACTS)
    answer = visit(claire).post(url("profile_add", "contacts"), typed(Rubric.CONTACTS))
    assert "Vous avez déjà une personne de confiance" in answer.content.decode()
    assert 'value="Jean"' in answer.content.decode()


def test_links_are_chosen_named_and_seen_from_both_ends():
    claire = add_claire()
    document = deposit(report(claire)).document_id
    disease = add(claire, Rubric.DISEASES)
    client = visit(claire)
    asked = page(client, "profile_add", "traitements")
    assert f'value="DISEASE:{disease}"' in asked
    assert f'value="DOCUMENT:{document}"' in asked
    links = [f"DISEASE:{disease}", f"DOCUMENT:{document}", f"DOCUMENT:{uuid7()}"]
    client.post(url("profile_add", "traitements"), {"name": "Salbutamol", "links": links})
    (treatment,) = views(claire)[Rubric.TREATMENTS].entries
    assert {link.target_id for link in treatment.links} == {disease, document}
    shown = page(client, "profile_entry", treatment.id)
    assert "Maladie : Asthme" in shown
    assert url("document", document) in shown
    assert "Traitements : Salbutamol" in page(client, "profile_entry", disease)
    client.post(url("profile_remove", disease), {"version": 1})
    assert "Maladie : Asthme" not in page(client, "profile_entry", treatment.id)


def test_a_forged_link_is_an_error_of_the_form():
    claire = add_claire()
    answer = visit(claire).post(
        url("profile_add", "traitements"), {"name": "Salbutamol", "links": ["DISEASE:1"]}
    )
    assert answer.status_code == 200
    assert views(claire)[Rubric.TREATMENTS].entries == ()


def test_a_locked_line_says_why_and_does_not_move():
    claire = add_claire()
    with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
        entry_id = profile.record_professional_entry(
            a, rubric=Rubric.VACCINATIONS, values=GOOD[Rubric.VACCINATIONS], structure=FINESS
        )
    client = visit(claire)
    shown = page(client, "profile_entry", entry_id)
    assert "ne se modifie pas ici" in shown
    assert f"la structure FINESS {FINESS}" in shown
    assert url("profile_change", entry_id) not in shown
    assert client.post(url("profile_change", entry_id), {"name": "Autre", "version": 1}).status_code == 403
    assert client.post(url("profile_remove", entry_id), {"version": 1}).status_code == 403
    assert entry_of(claire, entry_id).version == 1


def test_a_confirmed_line_says_by_whom():
    claire = add_claire()
    entry_id = add(claire, Rubric.VACCINATIONS)
    with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
        profile.confirm_entry(a, entry_id=entry_id, structure=FINESS)
    shown = page(visit(claire), "profile_entry", entry_id)
    assert f"écrite ou confirmée par la structure FINESS {FINESS}" in shown
    assert "Ajouté par vous" in shown


def test_another_persons_line_and_an_unknown_rubric_are_not_found():
    claire, other = add_claire(), add_claire(given_names="ANNE")
    theirs = add(other, Rubric.DISEASES)
    client = visit(claire)
    for name in ("profile_entry", "profile_change", "profile_remove"):
        page(client, name, theirs, status=404)
        assert client.post(url(name, theirs), {"name": "x", "version": 1}).status_code in {404, 405}
    for name in ("profile_rubric", "profile_add"):
        page(client, name, "inconnue", status=404)
    assert entry_of(other, theirs).version == 1


def test_each_act_leaves_a_line_with_its_title_sealed():
    claire = add_claire()
    client = visit(claire)
    client.post(url("profile_add", "maladies"), {"name": "Asthme"})
    (entry,) = views(claire)[Rubric.DISEASES].entries
    client.post(url("profile_change", entry.id), {"name": "Bronchite", "version": 1})
    client.post(url("profile_remove", entry.id), {"version": 2})
    client.post(url("profile_unconcerned", "maladies"), {"concerne": "declarer"})
    client.post(url("profile_share", "maladies"), {"partage": "non", "vu": "1"})
    found = lines_of(
        claire, EventType.PROFILE_ADDED, EventType.PROFILE_CHANGED, EventType.PROFILE_REMOVED,
        EventType.PROFILE_UNCONCERNED, EventType.PROFILE_SHARING_CHANGED,
    )  # fmt: skip
    assert [(line.event, line.personal["title"]) for line in reversed(found)] == [
        (EventType.PROFILE_ADDED, "Asthme"),
        (EventType.PROFILE_CHANGED, "Bronchite"),
        (EventType.PROFILE_REMOVED, "Bronchite"),
        (EventType.PROFILE_UNCONCERNED, "Maladies et sujets de santé"),
        (EventType.PROFILE_SHARING_CHANGED, "Maladies et sujets de santé"),
    ]
    history = page(client, "history")
    assert "Ligne ajoutée au profil médical" in history
    assert "Bronchite" in history


def test_what_is_refused_by_a_field_opens_nothing():
    claire = add_claire()
    visit(claire).post(url("profile_add", "maladies"), {"name": ""})
    assert lines_of(claire, EventType.PROFILE_ADDED, EventType.OPENED_THEN_FAILED) == []


def test_a_parent_fills_the_profile_of_a_child():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2018, 3, 1), attached_to=mother)
    open_space(son)
    client = visit(mother, profile=son)
    client.post(url("profile_add", "allergies"), {"name": "Arachide"})
    with reading(son, by=parent(mother)) as a:
        (entry,) = profile.get_rubric(a, Rubric.ALLERGIES).entries
    assert entry.author_id == mother
    assert "Ajouté par vous" in page(client, "profile_entry", entry.id)
    overview = page(client, "profile")
    assert "Volontés" not in overview
    assert "Directives" not in overview
    page(client, "profile_rubric", "volontes", status=404)
    assert client.post(url("profile_add", "volontes"), {"informed": "YES"}).status_code == 404


def test_from_thirteen_on_the_organ_donation_is_there():
    mother = add_claire()
    teen = add_person(given_names="LOU", birth_date=date(2011, 3, 1), attached_to=mother)
    open_space(teen)
    assert "registrenationaldesrefus.fr" in page(visit(mother, profile=teen), "profile_add", "volontes")


def test_names_are_proposed_without_a_request():
    shown = page(visit(add_claire()), "profile_add", "traitements")
    assert '<datalist id="id_name-noms">' in shown
    assert '<option value="Metformine">' in shown


def test_a_subject_of_habits_is_chosen_first():
    client = visit(add_claire())
    answer = client.get(url("profile_add", "habitudes-de-vie"))
    assert answer.status_code == 302
    assert "?section=SLEEP" in page(client, "profile_rubric", "habitudes-de-vie")
    asked = page(client, "profile_add", "habitudes-de-vie", section="SLEEP")
    assert "Combien d’heures dormez-vous" in asked
    answer = client.post(url("profile_add", "habitudes-de-vie"), {"section": "SLEEP"})
    assert "Répondez à une question au moins." in answer.content.decode()
    page(client, "profile_add", "habitudes-de-vie", section="NOTHING", status=302)


@pytest.mark.django_db(transaction=True)
def test_the_wall_refuses_whoever_is_not_a_parent():
    claire, stranger = add_claire(), add_claire(given_names="ANNE")
    add(claire, Rubric.DISEASES)
    with pytest.raises(access.Refused):
        with managing(claire, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, stranger)) as a:
            profile.share(a, rubric=Rubric.DISEASES, shared=False)
