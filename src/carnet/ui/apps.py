from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, template tags and static files; no model."""

    name = "carnet.ui"
    label = "ui"
    verbose_name = "Système de conception"
