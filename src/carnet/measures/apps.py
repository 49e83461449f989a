from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "carnet.measures"
    label = "measures"
