"""The addresses of the desk."""

from django.urls import include, path

from carnet.desk import agents, assist, login_urls, search, tickets

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
    path("agents/", agents.agents, name="agents"),
    path("agents/<uuid:account_id>/retirer/", agents.remove, name="remove_agent"),
    path("actes/", agents.audit, name="audit"),
    *login_urls.urlpatterns,
]

urlpatterns = [path("bureau/", include(_DESK))]
