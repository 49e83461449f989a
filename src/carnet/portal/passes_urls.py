"""The code that a person shows to a professional, and the consents that stand."""

from django.urls import path

from carnet.portal import passes

urlpatterns = [
    path("partage/code/", passes.code, name="code"),
    path("partage/fin/", passes.end_consent, name="end_consent"),
]
