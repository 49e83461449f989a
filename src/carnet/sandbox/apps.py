from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "carnet.sandbox"
    label = "sandbox"
