"""Addresses for those who watch the service."""

from django.urls import path

from carnet.platform import views

app_name = "platform"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics_page, name="metrics"),
]
