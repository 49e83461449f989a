"""The history of a space."""

from django.urls import path

from carnet.portal import history

urlpatterns = [
    path("historique/", history.history, name="history"),
    path("historique/<uuid:line_id>/", history.line, name="history_line"),
]
