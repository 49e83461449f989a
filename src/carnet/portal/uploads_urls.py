"""Adding documents: a file, or photographs made into one PDF."""

from django.urls import path

from carnet.portal import uploads

urlpatterns = [
    path("documents/ajouter/", uploads.document_add, name="document_add"),
    path("documents/photographier/", uploads.document_photos, name="document_photos"),
]
