"""The first page."""

from django.urls import path

from carnet.portal import home

urlpatterns = [path("", home.home, name="home")]
