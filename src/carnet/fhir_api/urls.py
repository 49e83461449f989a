"""Addresses for software: FHIR, tokens, descriptions."""

from carnet.fhir_api.routes import list_addresses

app_name = "fhir"
urlpatterns = [*list_addresses()]
