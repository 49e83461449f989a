"""Logging in: the page, the place where she acts, leaving."""

import pytest
from django.urls import reverse

from carnet.directory import api as directory
from carnet.pro.page import sign
from tests.documents.deposits import add_claire
from tests.pro.visits import OTHER_FINESS, add_professional, visit

pytestmark = pytest.mark.django_db


def _second_place(professional):
    directory.register_structure(finess=OTHER_FINESS, name="Hôpital Saint-Roch", sector="SA01")
    place_id = directory.register_place(
        identifier=f"SECOND-{professional.rpps}",
        professional_id=professional.id,
        structure=OTHER_FINESS,
        mode="S",
    )
    return directory.find_place(place_id)


def test_a_place_is_chosen_among_hers_and_shown(client):
    professional, place = add_professional()
    other = _second_place(professional)
    her = visit(professional, place)
    page = her.get(reverse("pro:place"))
    assert page.status_code == 200
    assert "Hôpital Saint-Roch" in page.content.decode()
    answer = her.post(reverse("pro:place") + "?suite=/pro/patients/", {"place": str(other.id)})
    assert (answer.status_code, answer["Location"]) == (302, "/pro/patients/")
    assert "Hôpital Saint-Roch" in her.get(reverse("pro:place")).content.decode()


def test_the_secret_connection_is_entered_shown_and_left():
    professional, place = add_professional()
    client = visit(professional, place)
    address = reverse("pro:secret")

    def visitor():
        return directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)

    assert client.get(address).status_code == 405
    assert not visitor().secret
    shown = client.post(address, {"secret": "oui"}, follow=True).content.decode()
    assert visitor().actor.secret
    assert "Connexion secrète : ce que vous déposez" in shown
    assert "Quitter la connexion secrète" in shown
    assert "Connexion secrète :" in client.get(reverse("pro:day")).content.decode()
    left = client.post(address, {"secret": "non"}, follow=True).content.decode()
    assert "Connexion secrète :" not in left
    assert not visitor().secret


def test_the_place_of_somebody_else_is_not_offered():
    professional, place = add_professional()
    _, foreign = add_professional(structure=OTHER_FINESS)
    answer = visit(professional, place).post(reverse("pro:place"), {"place": str(foreign.id)})
    assert answer.status_code == 200
    token = directory.sessions.start(professional_id=professional.id, place_id=place.id)
    assert directory.sessions.find(token).place.id == place.id


def test_a_token_is_of_the_place_and_the_mode_in_which_it_was_given():
    """What was typed in confidence, or at the hospital, is not sent by an old window as something else."""
    professional, place = add_professional()
    other, person = _second_place(professional), add_claire()
    client = visit(professional, place)
    session = client.cookies[directory.sessions.COOKIE].value
    id_ = directory.sessions.find(session).session_id

    def statuses(token):
        return client.get(reverse("pro:vaccinate", args=[token])).status_code

    def act(*, at=place, secret=False, training=False):
        directory.sessions.choose_place(id_, at.id)
        directory.sessions.set_secret(id_, secret=secret)
        directory.sessions.set_training(id_, training=training)

    act(secret=True)
    token = sign(person, directory.sessions.find(session))
    assert statuses(token) == 200
    for change in ({}, {"secret": True, "at": other}, {"secret": True, "training": True}):
        act(**change)
        assert statuses(token) == 404, change
    act(secret=True)
    assert statuses(token) == 200
