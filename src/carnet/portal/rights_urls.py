"""Who sees what, and deciding it."""

from django.urls import path

from carnet.portal import rights, rights_professionals, rights_view

_BASE = "droits/"

urlpatterns = [
    path(_BASE, rights.rights, name="rights"),
    path(f"{_BASE}voir/<uuid:professional_id>/", rights_view.view, name="rights_view"),
    path(f"{_BASE}fin/<uuid:professional_id>/", rights.end, name="rights_end"),
    path(f"{_BASE}fin-structure/<uuid:relation_id>/", rights.end_structure, name="rights_end_structure"),
    path(f"{_BASE}bloquer/", rights_professionals.block_search, name="block_search"),
    path(f"{_BASE}bloquer/<uuid:professional_id>/", rights_professionals.block, name="block_professional"),
    path(
        f"{_BASE}debloquer/<uuid:professional_id>/", rights_professionals.unblock, name="unblock_professional"
    ),
    path(f"{_BASE}administrateur/", rights_professionals.administrator_search, name="administrator_search"),
    path(
        f"{_BASE}administrateur/retirer/",
        rights_professionals.remove_administrator,
        name="remove_administrator",
    ),
    path(
        f"{_BASE}administrateur/<uuid:professional_id>/",
        rights_professionals.name_administrator,
        name="name_administrator",
    ),
]
