from django.apps import AppConfig


class HistoriesConfig(AppConfig):
    name = "carnet.histories"
    label = "histories"
