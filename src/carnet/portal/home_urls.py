"""The first page."""

from django.urls import path

from carnet.portal import home

urlpatterns = [
    path("", home.home, name="home"),
    path("avis/lus/", home.notices_read, name="notices_read"),
]
