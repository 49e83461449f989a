from django.apps import AppConfig


class FhirApiConfig(AppConfig):
    name = "carnet.fhir_api"
    label = "fhir_api"
