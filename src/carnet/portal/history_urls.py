"""The history of a space."""

from django.urls import path

from carnet.portal import history, history_export

urlpatterns = [
    path("historique/", history.history, name="history"),
    path("historique/telecharger/", history_export.export, name="history_export"),
    path("historique/<uuid:line_id>/", history.line, name="history_line"),
]
