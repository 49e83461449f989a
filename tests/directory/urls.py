"""The addresses of tokens alone."""

from django.urls import include, path

urlpatterns = [path("", include("carnet.fhir_api.oauth.urls"))]
