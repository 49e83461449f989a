"""The person's measures."""

from django.urls import path

from carnet.portal import measures, measures_edit

_KIND = "mesures/<slug:slug>/"
_ONE = f"{_KIND}<uuid:value_id>/"

urlpatterns = [
    path("mesures/", measures.overview, name="measures"),
    path("mesures/organiser/", measures_edit.arrange, name="measures_arrange"),
    path("mesures/partage/", measures.share, name="measures_share"),
    path("mesures/croissance/", measures.growth, name="growth"),
    path("mesures/tension/semaine/", measures_edit.week, name="measures_week"),
    path("mesures/hba1c/objectif/", measures_edit.target, name="measures_target"),
    path(_KIND, measures.measure, name="measure"),
    path(f"{_KIND}ajouter/", measures_edit.add, name="measure_add"),
    path(_ONE, measures_edit.change, name="measure_change"),
    path(f"{_ONE}supprimer/", measures_edit.remove, name="measure_remove"),
]
