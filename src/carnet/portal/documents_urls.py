"""A person's documents."""

from django.urls import path

from carnet.portal import documents, documents_arranging, documents_folders, documents_list

_ONE = "documents/<uuid:document_id>/"
_FOLDERS = "documents/dossiers/"

urlpatterns = [
    path("documents/", documents_list.document_list, name="documents"),
    path("documents/rubriques/", documents_list.categories, name="document_categories"),
    path("documents/ranger/", documents_arranging.arrange, name="documents_arrange"),
    path("documents/supprimer/", documents_arranging.delete, name="documents_delete"),
    path(_FOLDERS, documents_folders.folders, name="folders"),
    path(f"{_FOLDERS}<uuid:folder_id>/", documents_folders.folder, name="folder"),
    path(f"{_FOLDERS}<uuid:folder_id>/supprimer/", documents_folders.folder_delete, name="folder_delete"),
    path(_ONE, documents.document, name="document"),
    path(f"{_ONE}ranger/", documents_arranging.arrange, name="document_arrange"),
    path(f"{_ONE}modifier/", documents_arranging.edit, name="document_edit"),
    path(f"{_ONE}original/", documents.document_file, name="document_file"),
    path(f"{_ONE}fichiers/<int:number>/", documents.document_part, name="document_part"),
]
