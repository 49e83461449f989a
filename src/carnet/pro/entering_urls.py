"""How a professional enters the record of somebody new to her, and the list of her patients."""

from django.urls import path

from carnet.pro import entering, launching, patients

urlpatterns = [
    path("entrer/", entering.enter, name="enter"),
    path("lancer/", launching.launch, name="launch"),
    path("patients/", patients.patients, name="patients"),
    path("patient/<str:token>/acces/", entering.enter_as, name="enter_as"),
    path("patient/<str:token>/fin/", entering.leave, name="leave"),
]
