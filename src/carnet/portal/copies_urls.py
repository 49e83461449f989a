"""Addresses of the copy of everything."""

from django.urls import path

from carnet.portal import copies

_HERE = "mes-donnees/copie/"

urlpatterns = [
    path(_HERE, copies.copies, name="copies"),
    path(f"{_HERE}demander/", copies.ask, name="copy_ask"),
    path(f"{_HERE}confirmer/", copies.prove, name="copy_prove"),
    path(f"{_HERE}avancement/", copies.progress, name="copy_progress"),
    path(f"{_HERE}<uuid:copy_id>/", copies.copy, name="copy"),
    path(f"{_HERE}<uuid:copy_id>/partie-<int:number>.zip", copies.part, name="copy_part"),
    path(f"{_HERE}<uuid:copy_id>/supprimer/", copies.delete, name="copy_delete"),
]
