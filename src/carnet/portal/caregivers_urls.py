"""Caregivers."""

from django.urls import path

from carnet.portal import caregivers

_BASE = "aidants/"

urlpatterns = [
    path(_BASE, caregivers.caregivers, name="caregivers"),
    path(f"{_BASE}inviter/", caregivers.invite, name="caregiver_invite"),
    path(f"{_BASE}invitations/<uuid:delegation_id>/", caregivers.invitation, name="caregiver_invitation"),
    path(f"{_BASE}<uuid:delegation_id>/fin/", caregivers.end, name="caregiver_end"),
]
