"""A person's documents."""

from django.urls import path

from carnet.portal import documents

_ONE = "documents/<uuid:document_id>/"

urlpatterns = [
    path("documents/", documents.document_list, name="documents"),
    path(_ONE, documents.document, name="document"),
    path(f"{_ONE}original/", documents.document_file, name="document_file"),
    path(f"{_ONE}fichiers/<int:number>/", documents.document_part, name="document_part"),
]
