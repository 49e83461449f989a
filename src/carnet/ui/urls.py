"""Public addresses, at the root of the site: a service worker governs only what stands below it."""

from django.urls import path

from carnet.ui import views

app_name = "ui"
urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("hors-ligne/", views.offline, name="offline"),
]
