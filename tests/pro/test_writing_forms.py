"""The synthesis of a médecin traitant and the vaccinations that professionals record."""

import re
from uuid import uuid4

import pytest

from carnet.access import api as access
from carnet.access.api import Basis
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from carnet.notices import api as notices
from carnet.platform import clock, pump
from carnet.profile import api as profile
from carnet.profile.api import LinkKind, Rubric
from carnet.standards.cda import reader, rules
from tests.documents.deposits import add_claire, holder
from tests.portal.browsing import check_pages
from tests.portal.visits import give_account
from tests.pro.test_writing import address, deposited
from tests.pro.visits import add_professional, treat, visit

pytestmark = pytest.mark.django_db


def manage(person):
    return access.open(person, by=holder(person), purpose=Purpose.MANAGE, event=EventType.PROFILE_ADDED)


def add(person, rubric, **values):
    with manage(person) as a:
        return profile.add_entry(a, rubric=rubric, values=values)


def kept(person, document_id):
    return documents.download(person, document_id, by=holder(person)).data


@pytest.fixture
def treated():
    person, doctor = add_claire(), add_professional(speciality="SM54")
    treat(person, *doctor, basis=Basis.TREATING)
    add(person, Rubric.DISEASES, name="Asthme", start="2015")
    add(person, Rubric.DISEASES, name="Pneumopathie", episode="FULL", start="2018-03", end="2018-04")
    add(person, Rubric.ALLERGIES, name="Pénicilline", comment="Urticaire")
    add(person, Rubric.TREATMENTS, name="Bisoprolol", posology="2,5 mg le matin", cip13="3400936466425")
    add(person, Rubric.TREATMENTS, name="Amoxicilline", start="2020", end="2020")
    return person, doctor


def posted(form, **changes):
    said = {name: form[name].value() or "" for name in form.fields}
    return {**said, **changes}


def test_the_synthesis_is_filled_from_the_record_and_written_as_reviewed(treated):
    person, doctor = treated
    client = visit(*doctor)
    there = address(client, person, "synthesis")
    form = client.get(there).context["form"]
    assert form["problems"].value() == "Asthme (2015)"
    assert form["history"].value() == "Pneumopathie (2018-03 à 2018-04)"
    assert form["allergies"].value() == "Pénicilline : Urticaire"
    assert form["treatments"].value() == "Bisoprolol : 2,5 mg le matin"
    answer = client.post(there, posted(form, watch="Insuffisance rénale débutante"))
    assert answer.status_code == 302, answer.context["form"].errors
    (card,) = deposited(person)
    data = kept(person, card.id)
    read = reader.read(data)
    assert rules.check(data) == []
    assert (read.code.code, read.level, read.authors[0].national_id) == (
        "60591-5",
        "N3",
        doctor[0].national_id,
    )
    text = data.decode()
    assert "Insuffisance rénale débutante" in text
    assert 'code="3400936466425"' in text
    assert all(template in text for template in ("1.2.250.1.213.1.1.2.29", "1.2.250.1.213.1.1.2.32"))
    assert "Amoxicilline" not in text


def test_the_next_synthesis_takes_the_place_of_the_former(treated):
    person, doctor = treated
    client = visit(*doctor)
    there = address(client, person, "synthesis")
    for words in ("Première", "Seconde"):
        client.post(there, posted(client.get(there).context["form"], watch=words))
    (card,) = deposited(person)
    assert (card.version, b"Seconde" in kept(person, card.id)) == (2, True)


def test_a_synthesis_sent_twice_is_one(treated):
    person, doctor = treated
    client = visit(*doctor)
    there = address(client, person, "synthesis")
    said = posted(client.get(there).context["form"])
    answers = [client.post(there, said) for _ in range(2)]
    assert [answer["Location"].endswith("?fait=synthese") for answer in answers] == [True, True]
    assert [card.version for card in deposited(person)] == [1]


def test_only_the_treating_doctor_or_who_replaces_him_writes_it(treated):
    person, _ = treated
    other = add_professional()
    treat(person, *other)
    refused = visit(*other).get(address(visit(*other), person, "writing"))
    client = visit(*other)
    refused = client.get(address(client, person, "synthesis"))
    assert (refused.status_code, "Réservé au médecin traitant" in refused.content.decode()) == (403, True)
    assert client.post(address(client, person, "synthesis"), {"watch": "x"}).status_code == 403
    assert deposited(person) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"problems": "Asthme (2015-13)"}, "problems"),
        ({"treatments": "x" * 1201}, "treatments"),
        ({"family": "\n".join("a" * 3 for _ in range(201))}, "family"),
        ({"setting": "NIMPORTE"}, "setting"),
    ],
)
def test_a_line_that_is_wrong_is_said_at_its_field(treated, changes, field):
    person, doctor = treated
    client = visit(*doctor)
    there = address(client, person, "synthesis")
    answer = client.post(there, posted(client.get(there).context["form"], **changes))
    assert list(answer.context["form"].errors) == [field]
    assert deposited(person) == []


def injection(**changes):
    today = clock.today()
    return {
        "vaccine": "Grippe saisonnière", "scan": "", "cip13": "3400936466425", "lot": "AB12", "day_day": today.day,
        "day_month": today.month, "day_year": today.year, "injection": "BOOSTER", "rank": "2", "route": "IM",
        "comment": "", "form_id": str(uuid4()), **changes,
    }  # fmt: skip


def vaccines(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return profile.get_rubric(a, Rubric.VACCINATIONS).entries


@pytest.mark.parametrize("profession", ["10", "21", "50", "60"])
def test_a_vaccination_becomes_a_note_and_a_locked_line(profession):
    person = add_claire()
    give_account(person)
    professional = add_professional(profession=profession)
    client = visit(*professional)
    answer = client.post(address(client, person, "vaccinate"), injection())
    assert answer.status_code == 302, answer.context["form"].errors
    (card,) = deposited(person)
    data = kept(person, card.id)
    assert (rules.check(data), reader.read(data).code.code) == ([], "87273-9")
    assert b"AB12" in data
    (line,) = vaccines(person)
    assert (line.locked, line.structure, line.values["lot"]) == (True, professional[1].structure, "AB12")
    assert [(link.kind, link.target_id) for link in line.links] == [(LinkKind.DOCUMENT, card.id)]
    with pytest.raises(profile.EntryLockedError), manage(person) as a:
        profile.remove_entry(a, entry_id=line.id, version=line.version)
    pump.hand_over("app")
    assert "AJOUT_VACCINATION" in {one.code for one in notices.list_notices(person, about_id=person)}


def test_a_note_taken_back_takes_its_line_with_it():
    person, client = add_claire(), visit(*add_professional())
    client.post(address(client, person, "vaccinate"), injection())
    (card,) = deposited(person)
    with manage(person) as a:
        hers = profile.add_entry(a, rubric=Rubric.VACCINATIONS, values={"name": "Rage", "date": "2020-01-31"},
                                 links=[(LinkKind.DOCUMENT, card.id)])  # fmt: skip
    assert client.post(address(client, person, "withdraw", card.id)).status_code == 302
    assert [line.id for line in vaccines(person)] == [hers]


def test_a_form_sent_twice_records_one_injection():
    person, client = add_claire(), visit(*add_professional())
    same = injection()
    for _ in range(2):
        assert client.post(address(client, person, "vaccinate"), same)["Location"].endswith("?fait=faite")
    assert (len(deposited(person)), len(vaccines(person))) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vaccine": ""}, "vaccine"),
        ({"cip13": "3400936466420"}, "cip13"),
        ({"scan": "x"}, "scan"),
        ({"lot": "é"}, "lot"),
        ({"rank": "11"}, "rank"),
        ({"route": "XX"}, "route"),
        ({"day_year": "2199"}, "day"),
        ({"vaccine": "Grippe <b>"}, "vaccine"),
    ],
)
def test_what_is_wrong_with_an_injection_is_said(changes, field):
    person, client = add_claire(), visit(*add_professional())
    answer = client.post(address(client, person, "vaccinate"), injection(**changes))
    assert list(answer.context["form"].errors) == [field]
    assert (deposited(person), vaccines(person)) == ([], ())


@pytest.mark.parametrize("profession", ["40", "41", "SECRETARIAT_MEDICAL"])
def test_who_does_not_vaccinate_records_none(profession):
    person, client = add_claire(), visit(*add_professional(profession=profession))
    for name in ("vaccinate", "vaccinations"):
        assert client.get(address(client, person, name)).status_code == 403


def test_a_secret_injection_leaves_no_line_that_parents_read():
    person = add_claire()
    professional = add_professional()
    client = visit(*professional)
    from carnet.directory.api import sessions

    session = sessions.find(client.cookies[sessions.COOKIE].value)
    sessions.set_secret(session.session_id, secret=True)
    answer = client.post(address(client, person, "vaccinate"), injection(vaccine="Papillomavirus (HPV)"))
    assert answer["Location"].endswith("?fait=note")
    assert (vaccines(person), len(deposited(person))) == ((), 1)


def test_a_line_of_the_person_is_confirmed_and_locked():
    person, nurse = add_claire(), add_professional(profession="60")
    treat(person, *nurse)
    entry = add(person, Rubric.VACCINATIONS, name="Rage", date="2020")
    other = add(person, Rubric.ALLERGIES, name="Arachide")
    client = visit(*nurse)
    page = client.get(address(client, person, "vaccinations")).content.decode()
    (there,) = re.findall(r'action="([^"]+/confirmer/)"', page)
    assert client.post(there)["Location"].endswith("?fait=confirmee")
    assert [(line.id, line.locked) for line in vaccines(person)] == [(entry, True)]
    assert not client.post(there)["Location"].endswith("confirmee")
    assert not client.post(address(client, person, "confirm", other))["Location"].endswith("confirmee")
    assert not client.post(address(client, person, "confirm", uuid4()))["Location"].endswith("confirmee")
    stranger = visit(*add_professional(profession="60"))
    assert stranger.post(address(stranger, person, "confirm", entry)).status_code == 403


def test_the_pages_are_clean(treated):
    person, doctor = treated
    add(person, Rubric.VACCINATIONS, name="Rage", date="2020")
    client = visit(*doctor)
    form = client.get(address(client, person, "synthesis")).context["form"]
    other = visit(*add_professional())
    check_pages(
        {
            "synthese": client.get(address(client, person, "synthesis")),
            "synthese-fausse": client.post(
                address(client, person, "synthesis"), posted(form, problems="Asthme (2015-13)")
            ),
            "pas-traitant": other.get(address(other, person, "synthesis")),
            "vacciner": client.get(address(client, person, "vaccinate")),
            "vacciner-faux": client.post(address(client, person, "vaccinate"), injection(vaccine="")),
            "vaccinations": client.get(address(client, person, "vaccinations")),
        }
    )
