"""The gallery, for the sandbox: ``path("ui/gallery/", include("carnet.ui.gallery_urls"))``."""

from django.urls import path

from carnet.ui import gallery

app_name = "ui_gallery"
urlpatterns = [
    path("", gallery.components, name="components"),
    path("champs/", gallery.fields, name="fields"),
    path("agents/", gallery.desk, name="desk"),
    path("public/", gallery.open_page, name="public"),
]
