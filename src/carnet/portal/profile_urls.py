"""The medical profile."""

from django.urls import path

from carnet.portal import profile, profile_changes

_RUBRIC = "profil/rubriques/<str:slug>/"
_LINE = "profil/lignes/<uuid:entry_id>/"

urlpatterns = [
    path("profil/", profile.overview, name="profile"),
    path("profil/vu-par-les-soignants/", profile.seen, name="profile_seen"),
    path(_RUBRIC, profile.rubric, name="profile_rubric"),
    path(f"{_RUBRIC}ajouter/", profile_changes.add, name="profile_add"),
    path(f"{_RUBRIC}non-concerne/", profile_changes.unconcerned, name="profile_unconcerned"),
    path(f"{_RUBRIC}partage/", profile_changes.share, name="profile_share"),
    path(_LINE, profile.entry, name="profile_entry"),
    path(f"{_LINE}modifier/", profile_changes.change, name="profile_change"),
    path(f"{_LINE}supprimer/", profile_changes.remove, name="profile_remove"),
]
