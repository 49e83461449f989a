"""Addresses of closing a space, reopening it, having it erased, and of its choices."""

from django.urls import path

from carnet.portal import lifecycle

urlpatterns = [
    path("mon-compte/fermer/", lifecycle.close, name="close"),
    path("espace-ferme/", lifecycle.close_done, name="close_done"),
    path("mon-compte/ferme/", lifecycle.closed, name="closed"),
    path("mon-compte/ferme/rouvrir/", lifecycle.reopen, name="reopen"),
    path("mon-compte/ferme/effacer/", lifecycle.ask_erasure, name="ask_erasure"),
    path("mon-compte/ferme/garder/", lifecycle.cancel_erasure, name="cancel_erasure"),
    path("mon-compte/choix/", lifecycle.choices, name="choices"),
]
