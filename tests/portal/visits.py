"""A person who is logged in: her account, a session, and a client that carries its cookies."""

from itertools import count

from django.http import HttpResponse
from django.test import Client, RequestFactory

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.people import sessions

PASSWORD = "Tilleul-42-vert!"
_numbers = count(1)


def give_account(person_id, *, email="personne@exemple.test"):
    return people.create_account(
        person_id=person_id,
        login=f"personne.{next(_numbers):06d}",
        password=PASSWORD,
        email=email,
        phone="0600000001",
        by=Actor(ActorKind.PATIENT, person_id),
    )


def visit(person_id, *, profile=None, email="personne@exemple.test") -> Client:
    """Return a client logged in as that person, who looks at `profile`'s space (her own by default)."""
    account = people.find_account(person_id)
    account_id = account.id if account else give_account(person_id, email=email)
    request, response = RequestFactory().get("/"), HttpResponse()
    people.log_in_response(request, response, account_id, "email")
    client = Client()
    client.cookies.update(response.cookies)
    if profile:
        visitor = sessions.find(response.cookies[sessions.COOKIE].value)
        sessions.choose_profile(visitor.session_id, profile)
    return client
