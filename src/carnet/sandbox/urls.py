"""Addresses of the sandbox, below /bac-a-sable/. They exist only where nobody is real."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from carnet.sandbox import views

app_name = "sandbox"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("courrier/", views.mailbox, name="mailbox"),
    path("courrier/<uuid:mail_id>/", views.mail, name="mail"),
    path("courrier/<uuid:mail_id>.pdf", views.mail_pdf, name="mail_pdf"),
    path("horloge/", views.clock_page, name="clock"),
    path("personnages/", views.personas, name="personas"),
    path("editeurs/", include("carnet.sandbox.vendors.urls")),
]
if find_spec("carnet.sandbox.franceconnect_urls"):
    urlpatterns.append(path("franceconnect/", include("carnet.sandbox.franceconnect_urls")))
if find_spec("carnet.sandbox.psc_urls"):
    urlpatterns.append(path("psc/", include("carnet.sandbox.psc_urls")))
