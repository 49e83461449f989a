"""The history taken away: three formats of the same lines, for who may have them."""

import io
import json
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock
from tests.documents.deposits import deposit, holder, report
from tests.portal.test_history import make_claire, make_read, make_secret, read
from tests.portal.visits import visit
from tests.pro.visits import actor_of
from tests.standards.fhir.readers import check_bundle

pytestmark = pytest.mark.django_db
ADDRESS = "/historique/telecharger/"
PROFILE = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"


def take(client, form, **more):
    answer = client.post(ADDRESS, {"format": form, **more})
    assert answer.status_code == 200, answer
    assert answer["Content-Disposition"].startswith('attachment; filename="historique-')
    return b"".join(answer.streaming_content)


def text_of_pdf(data):
    assert pikepdf.open(io.BytesIO(data)).Root.MarkInfo.Marked
    paper = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_bounded() for page in paper).replace("\r\n", " ")


def taken_lines(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return {str(line.id) for line in access.list_history(a, hidden=[], limit=500)} - {str(a.line_id)}


def test_json_has_every_line_of_the_page_and_the_taking_itself():
    person = make_claire()
    card, place, line_id = make_read(person)
    deposit(report(person))
    found = json.loads(take(visit(person), "json"))
    assert found["titulaire"] == "Claire MARTIN"
    assert {act["id"] for act in found["actes"]} == taken_lines(person)
    act = next(one for one in found["actes"] if one["id"] == str(line_id))
    assert card.name in act["par"]
    assert (act["autorise"], act["but"]) == (True, "pour consulter")
    assert act["comment"]["Situation d’exercice"] == place.identifier
    assert found["actes"][0]["code"] == EventType.HISTORY_EXPORTED


def test_fhir_is_the_profile_of_the_traces():
    person = make_claire()
    card, place, line_id = make_read(person)
    access.block_professional(person, professional_id=card.id, by=holder(person))
    with pytest.raises(access.Refused):
        read(person, actor_of(card, place))
    deposit(report(person))
    data = take(visit(person), "fhir")
    bundle = json.loads(data)
    check_bundle(data)
    events = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "AuditEvent"]
    assert {one["id"] for one in events} >= {str(line_id)}
    known = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    for event in events:
        assert event["meta"]["profile"] == [PROFILE]
        assert len(event.get("subtype", [])) <= 1
        assert event["period"]["start"]
        assert 1 <= len(event["agent"]) <= 2
        assert all("who" in agent for agent in event["agent"])
        assert event["source"]["observer"]["reference"] in known
        assert "description" not in event["entity"][0]
    read_event = next(one for one in events if one["id"] == str(line_id))
    role = known[read_event["agent"][0]["who"]["reference"]]
    assert role["identifier"][0]["value"] == place.identifier
    assert known[role["practitioner"]["reference"]]["identifier"][0]["value"] == card.rpps
    assert known[role["organization"]["reference"]]["identifier"][0]["value"] == place.structure
    assert read_event["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    details = {one["type"]: one["valueString"] for one in read_event["entity"][0]["detail"]}
    assert details == {"rule": "care_team", "practice-situation": place.identifier, "authentication": "psc"}
    assert "Compte rendu d’analyses" not in data.decode()


def test_pdf_is_tagged_and_says_who():
    person = make_claire()
    card, _, _ = make_read(person)
    text = text_of_pdf(take(visit(person), "pdf"))
    for words in ("Historique des accès", card.name, "Résumé du dossier consulté"):
        assert words in text


def test_days_bound_what_is_taken():
    person = make_claire()
    make_read(person)
    day = clock.today() + timedelta(days=2)
    assert json.loads(take(visit(person), "json", du=str(day)))["actes"] == []
    refused = visit(person).post(ADDRESS, {"format": "json", "du": str(day), "au": str(clock.today())})
    assert "Cette date doit suivre la première" in refused.content.decode()


@pytest.mark.parametrize("form", ["json", "fhir", "pdf"])
def test_a_minors_confidential_care_stays_out_of_every_format(form):
    mother, child, _, line_id = make_secret()
    data = take(visit(mother, profile=child), form)
    said = text_of_pdf(data) if form == "pdf" else data.decode()
    assert "DISCRETE" not in said
    assert str(line_id) not in said


def test_the_history_says_that_it_was_taken():
    person = make_claire()
    client = visit(person)
    take(client, "json")
    assert "Historique des accès téléchargé" in client.get(reverse("portal:history")).content.decode()


def test_what_is_asked_for_is_offered():
    client = visit(make_claire())
    page = client.get(ADDRESS).content.decode()
    assert "FHIR AuditEvent" in page
    refused = client.post(ADDRESS, {"format": "xml"})
    assert "Content-Disposition" not in refused
    assert refused.context["form"].errors["format"]
