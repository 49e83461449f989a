"""What a professional brings to a record, corrects and announces."""

from django.urls import path

from carnet.pro import (
    writing,
    writing_announcements,
    writing_secretary,
    writing_synthesis,
    writing_vaccination,
)

_RECORD = "dossier/<str:token>/"

urlpatterns = [
    path(f"{_RECORD}ecrire/", writing.hub, name="writing"),
    path(f"{_RECORD}deposer/", writing.deposit, name="deposit"),
    path(f"{_RECORD}depots/", writing.deposits, name="deposits"),
    path(f"{_RECORD}depots/<uuid:document_id>/remplacer/", writing.replace, name="replace"),
    path(f"{_RECORD}depots/<uuid:document_id>/retirer/", writing.withdraw, name="withdraw"),
    path(f"{_RECORD}depots/<uuid:document_id>/annoncer/", writing_announcements.release, name="release"),
    path(f"{_RECORD}synthese/", writing_synthesis.synthesis, name="synthesis"),
    path(f"{_RECORD}vacciner/", writing_vaccination.vaccinate, name="vaccinate"),
    path(f"{_RECORD}vaccinations/", writing_vaccination.vaccinations, name="vaccinations"),
    path(f"{_RECORD}vaccinations/<uuid:entry_id>/confirmer/", writing_vaccination.confirm, name="confirm"),
    path("annonces/", writing_announcements.announcements, name="announcements"),
    path("secretariat/", writing_secretary.desk, name="desk"),
]
