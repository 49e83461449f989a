"""Notices: their centre, and which of them make an e-mail."""

from django.urls import path

from carnet.portal import notices, notices_settings

urlpatterns = [
    path("avis/", notices.centre, name="notices"),
    path("avis/lus/", notices.mark_read, name="notices_read"),
    path("avis/changer/", notices.change, name="notices_change"),
    path("avis/reglages/", notices_settings.settings, name="notices_settings"),
    path("avis/<uuid:notice_id>/", notices.notice, name="notice"),
]
