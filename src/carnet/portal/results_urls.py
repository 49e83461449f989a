"""The choice about results."""

from django.urls import path

from carnet.portal import results

urlpatterns = [path("mon-compte/resultats/", results.results, name="results")]
