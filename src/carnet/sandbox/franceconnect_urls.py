"""Addresses of the FranceConnect simulator, below its issuer."""

from django.urls import path

from carnet.sandbox import franceconnect_views as views

urlpatterns = [
    path(".well-known/openid-configuration", views.configuration, name="fc_configuration"),
    path("api/v2/authorize", views.authorize, name="fc_authorize"),
    path("identite/", views.identify, name="fc_identify"),
    path("accord/", views.consent, name="fc_consent"),
    path("api/v2/token", views.token, name="fc_token"),
    path("api/v2/userinfo", views.userinfo, name="fc_userinfo"),
    path("api/v2/jwks", views.jwks, name="fc_jwks"),
    path("api/v2/session/end", views.end_session, name="fc_end_session"),
]
