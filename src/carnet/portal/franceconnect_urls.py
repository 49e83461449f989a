"""Addresses of FranceConnect. The return address is declared to it: changing it needs its agreement."""

from django.urls import path

from carnet.portal import franceconnect

urlpatterns = [
    path("connexion/franceconnect/", franceconnect.start, name="franceconnect_start"),
    path("connexion/franceconnect/retour/", franceconnect.callback, name="franceconnect_callback"),
    path("connexion/franceconnect/verification/", franceconnect.confirm, name="franceconnect_confirm"),
    path("connexion/franceconnect/verification/renvoyer/", franceconnect.resend, name="franceconnect_resend"),
    path("connexion/franceconnect/deconnexion/", franceconnect.logout, name="franceconnect_logout"),
    path("mon-compte/franceconnect/", franceconnect.link, name="franceconnect_link"),
    path("mon-compte/franceconnect/relier/", franceconnect.link_start, name="franceconnect_link_start"),
    path("mon-compte/franceconnect/detacher/", franceconnect.unlink, name="franceconnect_unlink"),
]
