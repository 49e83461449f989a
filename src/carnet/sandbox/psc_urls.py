"""Addresses of the Pro Santé Connect simulator: those of its issuer, and those that the browser sees."""

from django.urls import URLPattern, URLResolver, include, path

from carnet.sandbox import psc_views as views

_ENDPOINTS = [
    path("token", views.token, name="psc_token"),
    path("userinfo", views.userinfo, name="psc_userinfo"),
    path("certs", views.jwks, name="psc_jwks"),
    path("logout", views.end_session, name="psc_end_session"),
]
_REALM: list[URLPattern | URLResolver] = [
    path(".well-known/wallet-openid-configuration", views.configuration, name="psc_configuration"),
    path("protocol/openid-connect/", include(_ENDPOINTS)),
]
urlpatterns = [
    path("auth/realms/esante-wallet/", include(_REALM)),
    path("wallet/auth", views.authorize, name="psc_authorize"),
    path("wallet/identite/", views.identify, name="psc_identify"),
]
