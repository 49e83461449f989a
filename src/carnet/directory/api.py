"""The door of the directory: structures of care, their software, and the tokens of that software.

A client is one installation of a software in one structure. It proves itself by a signed assertion or a
certificate, gets a token of thirty minutes, and acts as its structure (docs/software.md).
"""

from carnet.directory.actions import (
    create_client,
    register_structure,
    renew_client,
    revoke_client,
    set_strict,
)
from carnet.directory.assertions import authenticate
from carnet.directory.policies import SCOPES, DirectoryRefused, OAuthRefused
from carnet.directory.queries import (
    ClientCard,
    StructureCard,
    find_client,
    find_keys,
    find_software,
    find_structure,
    list_clients,
    list_structures,
    name_structures,
)
from carnet.directory.tokens import LIFE_SECONDS, Caller, Token, issue_token, read_token

__all__ = [
    "LIFE_SECONDS",
    "SCOPES",
    "Caller",
    "ClientCard",
    "DirectoryRefused",
    "OAuthRefused",
    "StructureCard",
    "Token",
    "authenticate",
    "create_client",
    "find_client",
    "find_keys",
    "find_software",
    "find_structure",
    "issue_token",
    "list_clients",
    "list_structures",
    "name_structures",
    "read_token",
    "register_structure",
    "renew_client",
    "revoke_client",
    "set_strict",
]
