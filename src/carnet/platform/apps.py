from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "carnet.platform"
    label = "platform"
