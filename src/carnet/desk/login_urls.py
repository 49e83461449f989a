"""Addresses of agents getting in, below desk/."""

from django.urls import path

from carnet.desk import login

urlpatterns = [
    path("connexion/", login.login, name="login"),
    path("connexion/verification/", login.second_factor, name="second_factor"),
    path("connexion/confirmer/", login.prove, name="prove"),
    path("connexion/confirmer/verification/", login.prove_factor, name="prove_factor"),
    path("deconnexion/", login.logout, name="logout"),
    path("invitation/<str:token>/", login.invitation, name="invitation"),
    path("invitation/<str:token>/verification/", login.invitation_factor, name="invitation_factor"),
]
