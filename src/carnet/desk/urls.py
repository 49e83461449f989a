"""The addresses of the desk."""

from django.urls import include, path

from carnet.desk import agents, asking, assist, guard, login_urls, reviews, search, tickets

app_name = "desk"

_PERSON = "personne/<str:token>/"
_DESK = [
    path("", search.home, name="home"),
    path("rappels/<uuid:callback_id>/", search.take_call, name="take_call"),
    path(_PERSON, search.person, name="person"),
    path(f"{_PERSON}code/", assist.reissue, name="reissue"),
    path(f"{_PERSON}opposition/", assist.objection, name="objection"),
    path(f"{_PERSON}liens/<uuid:representative_id>/", assist.sever, name="sever"),
    path(f"{_PERSON}rappel/", assist.callback, name="callback"),
    path(f"{_PERSON}appel/", assist.call_made, name="call_made"),
    path(f"{_PERSON}blocage/", assist.unfreeze, name="unfreeze"),
    path("signalements/", tickets.tickets, name="tickets"),
    path("signalements/<uuid:ticket_id>/ouvrir/", tickets.take, name="take_ticket"),
    path("signalements/<str:token>/", tickets.ticket, name="ticket"),
    path("demandes/", asking.requests, name="help_requests"),
    path("demandes/<uuid:request_id>/", asking.help_request, name="help_request"),
    path("agents/", agents.agents, name="agents"),
    path("agents/<uuid:account_id>/retirer/", agents.remove, name="remove_agent"),
    path("urgences/", reviews.reviews, name="reviews"),
    path("urgences/<uuid:emergency_id>/ouvrir/", reviews.take, name="take_review"),
    path("urgences/<str:token>/", reviews.review, name="review"),
    path("comptes-geles/", guard.frozen, name="frozen"),
    path("comptes-geles/<uuid:professional_id>/rouvrir/", guard.release, name="release"),
    path("actes/", agents.audit, name="audit"),
    *login_urls.urlpatterns,
]

urlpatterns = [path("bureau/", include(_DESK))]
