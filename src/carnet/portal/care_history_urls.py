"""Addresses of the histoire de santé."""

from django.urls import path

from carnet.portal import care_history

urlpatterns = [
    path("histoire-de-sante/", care_history.days, name="care_history"),
    path("histoire-de-sante/mois/", care_history.months, name="care_history_months"),
    path("histoire-de-sante/annees/", care_history.years, name="care_history_years"),
    path("histoire-de-sante/partage/", care_history.share, name="care_history_share"),
]
