"""The door of the directory: professionals, structures of care, their software, sessions and tokens.

A client is one installation of a software in one structure. It proves itself by a signed assertion or a
certificate, gets a token of thirty minutes, and acts as its structure (docs/software.md).
"""

from carnet.directory import annuaire, psc, sessions
from carnet.directory.actions import (
    create_client,
    register_structure,
    renew_client,
    revoke_client,
    set_strict,
)
from carnet.directory.annuaire_export import export as export_annuaire
from carnet.directory.assertions import authenticate
from carnet.directory.equipment import EquipmentCard, list_equipment, note_authors, note_equipment
from carnet.directory.policies import SCOPES, DirectoryRefused, OAuthRefused
from carnet.directory.professionals import (
    SECRETARIAT,
    STANDING_OF,
    PlaceCard,
    ProfessionalCard,
    actor_of,
    find_by_national_id,
    find_place,
    find_professional,
    list_at,
    list_places,
    name_authors,
    name_professionals,
    register_place,
    register_professional,
    search_professionals,
)
from carnet.directory.queries import (
    ClientCard,
    StructureCard,
    find_client,
    find_keys,
    find_software,
    find_structure,
    identify_structure,
    list_clients,
    list_structures,
    name_structures,
)
from carnet.directory.sessions import ProVisitor
from carnet.directory.tokens import LIFE_SECONDS, Caller, Token, issue_token, read_token

__all__ = [
    "LIFE_SECONDS",
    "SCOPES",
    "SECRETARIAT",
    "STANDING_OF",
    "Caller",
    "ClientCard",
    "DirectoryRefused",
    "EquipmentCard",
    "OAuthRefused",
    "PlaceCard",
    "ProVisitor",
    "ProfessionalCard",
    "StructureCard",
    "Token",
    "actor_of",
    "annuaire",
    "authenticate",
    "create_client",
    "export_annuaire",
    "find_by_national_id",
    "find_client",
    "find_keys",
    "find_place",
    "find_professional",
    "find_software",
    "find_structure",
    "identify_structure",
    "issue_token",
    "list_at",
    "list_clients",
    "list_equipment",
    "list_places",
    "list_structures",
    "name_authors",
    "name_professionals",
    "name_structures",
    "note_authors",
    "note_equipment",
    "psc",
    "read_token",
    "register_place",
    "register_professional",
    "register_structure",
    "renew_client",
    "revoke_client",
    "search_professionals",
    "sessions",
    "set_strict",
]
