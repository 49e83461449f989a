"""Addresses of help, rules and training."""

from django.urls import path

from carnet.pro import learning, training

urlpatterns = [
    path("aide/", learning.help_page, name="help"),
    path("aide/demander/", learning.ask, name="help_ask"),
    path("aide/demandes/", learning.help_requests, name="help_requests"),
    path("aide/demandes/<uuid:request_id>/", learning.help_request, name="help_request"),
    path("aide/regles/", learning.rules_page, name="rules"),
    path("entrainement/", training.training, name="training"),
    path("entrainement/mode/", training.switch, name="training_switch"),
    path("entrainement/<slug:code>/", training.exercise, name="exercise"),
]
