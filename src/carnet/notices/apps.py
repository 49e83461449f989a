from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "carnet.notices"
    label = "notices"
