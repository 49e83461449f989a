from django.apps import AppConfig


class TerminologyConfig(AppConfig):
    name = "carnet.terminology"
    label = "terminology"
