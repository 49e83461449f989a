"""The family pages."""

from django.urls import path

from carnet.portal import family

urlpatterns = [
    path("famille/", family.family, name="family"),
    path("famille/profil/", family.switch, name="switch"),
    path("famille/<uuid:person_id>/partage/", family.share, name="share"),
    path("famille/<uuid:person_id>/inviter/", family.invite, name="invite"),
    path("famille/invitations/<uuid:invitation_id>/", family.invitation, name="invitation"),
]
