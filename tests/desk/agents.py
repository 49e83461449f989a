"""An agent who is logged in, with a client that carries his session."""

from itertools import count

from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from carnet.journal.api import Actor
from carnet.people import accounts
from carnet.people import api as people
from tests.people.register import matricule_of

_numbers = count(1)


def come(*roles: str) -> Client:
    """Return a client logged in as a new agent; `client.agent_id` is who he is."""
    number = next(_numbers)
    card = accounts.insert_agent(
        login=f"agent.{number:05d}", password_hash="-", email=f"agent{number}@exemple.test",
        name=f"Odile Numéro{number}", roles=roles or ("adviser",), by=Actor.system(),
    )  # fmt: skip
    request, response = RequestFactory().get("/"), HttpResponse()
    people.log_in_response(request, response, card.id, "totp")
    client = Client()
    client.cookies.update(response.cookies)
    client.agent_id = card.id
    return client


def said(person_id, *names, **changes) -> dict:
    """What a caller says of herself, as the form posts it: these of the identifiers."""
    card = people.get_person(person_id)
    day = card.birth_date
    known = {
        "matricule": {"matricule": matricule_of(person_id)},
        "birth_date": {"birth_date_day": day.day, "birth_date_month": day.month, "birth_date_year": day.year},
        "birth_name": {"birth_name": card.birth_name},
        "first_given_name": {"first_given_name": card.first_given_name},
        "birth_place": {"birth_place": card.birth_place},
    }
    data = {}
    for name in names:
        data |= known[name]
    return data | changes


def find(client: Client, person_id) -> str:
    """Find a person at the desk and return the address of her page."""
    answer = client.post(reverse("desk:home"), said(person_id, "matricule", "birth_date"))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def link(page: str, name: str, *args) -> str:
    """Return the address of an action for the person of a page."""
    token = page.removeprefix("/bureau/personne/").rstrip("/")
    return reverse(f"desk:{name}", args=[token, *args])


MOTIVE = {"motive": "La personne a perdu sa lettre.", "confirm": "on"}
