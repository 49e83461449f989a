from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "carnet.support"
    label = "support"
