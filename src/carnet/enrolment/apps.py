from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "carnet.enrolment"
    label = "enrolment"
