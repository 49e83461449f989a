"""The persons of the sandbox who are the same in every world, with public logins (docs/personas.md)."""

from carnet.sandbox.personas.model import (
    PASSWORD,
    TOTP_SECRET,
    AgentPersona,
    FranceConnectPersona,
    Persona,
    Structure,
)
from carnet.sandbox.personas.people import AGENTS, FRANCECONNECT, PERSONAS, STRUCTURES

__all__ = ["AGENTS", "FRANCECONNECT", "PASSWORD", "PERSONAS", "STRUCTURES", "TOTP_SECRET", "AgentPersona",
           "FranceConnectPersona", "Persona", "Structure", "get_persona", "serial_of"]  # fmt: skip


def get_persona(key: str) -> Persona:
    """Return a persona by its key; raises KeyError."""
    for persona in PERSONAS:
        if persona.key == key:
            return persona
    raise KeyError(key)


def serial_of(persona: Persona) -> str:
    """Return the serial of the persona's carte Vitale, as printed on it."""
    return persona.serial or f"5550000{PERSONAS.index(persona) + 1:04d}"
