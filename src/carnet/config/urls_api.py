"""Every address of the process that serves software: those who watch, FHIR, tokens, descriptions."""

from django.urls import URLPattern, URLResolver, include, path

from carnet.fhir_api import failures

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("carnet.platform.urls")),
    path("", include("carnet.fhir_api.oauth.urls")),
    path("", include("carnet.fhir_api.urls")),
]

handler400 = failures.bad_request
handler403 = failures.refused
handler404 = failures.not_found
handler500 = failures.failed
