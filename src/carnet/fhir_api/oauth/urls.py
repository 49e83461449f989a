"""Addresses of tokens, and of the documents that describe them."""

from django.urls import path

from carnet.fhir_api.oauth.discovery import authorization_server, smart_configuration
from carnet.fhir_api.oauth.token import token

app_name = "oauth"
urlpatterns = [
    path("oauth/token", token, name="token"),
    path(".well-known/oauth-authorization-server", authorization_server, name="metadata"),
    path("fhir/.well-known/smart-configuration", smart_configuration, name="smart"),
]
