"""Addresses of activating a space, objecting, and asking for a new code."""

from django.urls import path

from carnet.portal import enrolment, objection

urlpatterns = [
    path("activer/", enrolment.activate, name="activate"),
    path("activer/identite/", enrolment.identity, name="activate_identity"),
    path("activer/coordonnees/", enrolment.contacts, name="activate_contacts"),
    path("activer/choix/", enrolment.choices, name="activate_choices"),
    path("opposition/", objection.identity, name="object"),
    path("opposition/confirmer/", objection.confirm, name="object_confirm"),
    path("opposition/faite/", objection.done, name="object_done"),
    path("opposition/preuve.pdf", objection.proof, name="object_proof"),
    path("code-perdu/", enrolment.lost_code, name="lost_code"),
    path("code-perdu/envoye/", enrolment.lost_code_sent, name="lost_code_sent"),
]
