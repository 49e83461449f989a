"""Addresses of the synthesis and of the advance directives."""

from django.urls import path

from carnet.portal import papers

urlpatterns = [
    path("profil/synthese/", papers.synthesis, name="synthesis"),
    path("profil/directives/", papers.directives, name="directives"),
    path("profil/directives/ecrire/<str:situation>/", papers.directives_write, name="directives_write"),
    path("profil/directives/deposer/", papers.directives_deposit, name="directives_deposit"),
    path("profil/directives/retirer/", papers.directives_remove, name="directives_remove"),
]
