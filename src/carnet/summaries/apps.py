from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "carnet.summaries"
    label = "summaries"
