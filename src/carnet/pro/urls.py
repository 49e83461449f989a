"""The addresses of the professional. Each subject brings its own list."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from django.urls import URLPattern, include, path

app_name = "pro"

SUBJECTS: Final = ("login", "day", "record", "entering", "emergency", "writing", "learning")


def _urls() -> list[URLPattern]:
    return [
        one
        for subject in SUBJECTS
        if find_spec(f"carnet.pro.{subject}_urls")
        for one in import_module(f"carnet.pro.{subject}_urls").urlpatterns
    ]


urlpatterns = [path("pro/", include(_urls()))]
