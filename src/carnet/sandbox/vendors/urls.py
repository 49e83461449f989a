"""Addresses of the vendors' pages, below /bac-a-sable/editeurs/."""

from django.urls import URLPattern, URLResolver, path

from carnet.sandbox.vendors import console_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="vendors"),
    path("personnes/", views.patients_page, name="patients"),
    path("patients.json", views.patients_json, name="patients_json"),
    path("exemple.json", views.example, name="example"),
    path("carnet.http", views.collection, name="collection"),
    path("appels-non-reconnus/", console_views.unknown_calls, name="unknown_calls"),
    path("<uuid:client_id>/", views.keys_page, name="vendor_keys"),
    path("<uuid:client_id>/cle/", views.key_file, name="vendor_key_file"),
    path("<uuid:client_id>/jeton/", views.renew_token, name="vendor_token"),
    path("<uuid:client_id>/console/", console_views.console_page, name="console"),
]
