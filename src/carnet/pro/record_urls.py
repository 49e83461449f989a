"""Addresses of a patient's record: the patient is a token of the session, never a number."""

from django.urls import path

from carnet.pro import blocking, record, record_documents, record_parts, search

urlpatterns = [
    path("dossier/<str:token>/", record.record, name="record"),
    path("dossier/<str:token>/imprimer/", record.print_view, name="record_print"),
    path("dossier/<str:token>/recherche/", search.search, name="record_search"),
    path("dossier/<str:token>/documents/", record_documents.document_list, name="record_documents"),
    path(
        "dossier/<str:token>/documents/<uuid:document_id>/", record_documents.document, name="record_document"
    ),
    path(
        "dossier/<str:token>/documents/<uuid:document_id>/original/",
        record_documents.original,
        name="record_file",
    ),
    path(
        "dossier/<str:token>/documents/<uuid:document_id>/<int:number>/",
        record_documents.part,
        name="record_part",
    ),
    path("dossier/<str:token>/profil/", record_parts.profile_page, name="record_profile"),
    path("dossier/<str:token>/mesures/", record_parts.measures_page, name="record_measures"),
    path("dossier/<str:token>/mesures/<slug:slug>/", record_parts.measure_page, name="record_measure"),
    path("dossier/<str:token>/lecteurs/", blocking.readers, name="readers"),
    path("dossier/<str:token>/lecteurs/<uuid:professional_id>/bloquer/", blocking.block, name="block"),
    path("dossier/<str:token>/soins/", record_parts.history_page, name="record_history"),
]
