"""Addresses of emergency accesses, and of what the guard of accounts asks."""

from django.urls import path

from carnet.pro import emergency, guard

urlpatterns = [
    path("urgence/", emergency.find, name="emergency_find"),
    path("urgence/<str:token>/", emergency.enter, name="emergency"),
    path("urgence/<str:token>/terminer/", emergency.end, name="emergency_end"),
    path("regulation/", emergency.regulation, name="regulation"),
    path("urgences/", emergency.told, name="emergencies_told"),
    path("verification/", guard.step_up, name="step_up"),
    path("compte-gele/", guard.frozen, name="frozen"),
]
