"""Reporting a document or an access, and what became of the reports."""

from django.urls import path

from carnet.portal import reports

urlpatterns = [
    path("documents/<uuid:document_id>/signaler/", reports.document_report, name="document_report"),
    path("historique/<uuid:line_id>/signaler/", reports.access_report, name="report_access"),
    path("mes-signalements/", reports.report_list, name="reports"),
    path("mes-signalements/<uuid:ticket_id>/", reports.report, name="report"),
]
