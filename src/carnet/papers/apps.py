from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "carnet.papers"
    label = "papers"
