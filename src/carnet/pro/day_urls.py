"""Address of the professional's day."""

from django.urls import path

from carnet.pro import day

urlpatterns = [path("journee/", day.day, name="day")]
