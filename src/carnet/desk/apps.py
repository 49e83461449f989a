from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "carnet.desk"
    label = "desk"
