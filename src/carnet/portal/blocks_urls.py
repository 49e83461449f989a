"""Structures that a person blocked."""

from django.urls import path

from carnet.portal import blocks

_BASE = "structures-bloquees/"

urlpatterns = [
    path(_BASE, blocks.blocks, name="blocks"),
    path(f"{_BASE}bloquer/", blocks.block, name="block"),
    path(f"{_BASE}bloquer/<uuid:document_id>/", blocks.block_depositor, name="block_depositor"),
    path(f"{_BASE}debloquer/", blocks.unblock, name="unblock"),
]
