"""Addresses of logging in. The address of return is declared to Pro Santé Connect: it does not change."""

from django.urls import path

from carnet.pro import login

urlpatterns = [
    path("", login.home, name="home"),
    path("connexion/", login.page, name="login"),
    path("connexion/pro-sante-connect/", login.start, name="login_start"),
    path("retour/", login.callback, name="callback"),
    path("lieu/", login.place, name="place"),
    path("connexion-secrete/", login.secret, name="secret"),
    path("deconnexion/", login.logout, name="logout"),
    path("deconnexion/fin/", login.left, name="left"),
]
