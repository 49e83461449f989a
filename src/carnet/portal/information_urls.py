"""Public pages; the footer's links are those of carnet.ui.site."""

from django.urls import path

from carnet.portal import information

urlpatterns = [
    path("mes-donnees/", information.my_data, name="my_data"),
    path("accessibilite/", information.accessibility, name="accessibility"),
    path("aide/", information.help_page, name="help"),
    path("mentions-legales/", information.legal, name="legal"),
    path("cgu/", information.terms, name="terms"),
]
