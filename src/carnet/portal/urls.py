"""The addresses of the person's space, one list per subject."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern

app_name = "portal"
SUBJECTS = (
    "home",
    "login",
    "security",
    "enrolment",
    "lifecycle",
    "family",
    "history",
    "notices",
    "blocks",
    "passes",
    "rights",
    "results",
    "caregivers",
    "documents",
    "uploads",
    "reports",
    "profile",
    "papers",
    "measures",
    "care_history",
    "copies",
    "information",
    "franceconnect",
)

urlpatterns: list[URLPattern] = []
for subject in SUBJECTS:
    if find_spec(f"carnet.portal.{subject}_urls"):
        urlpatterns += import_module(f"carnet.portal.{subject}_urls").urlpatterns
