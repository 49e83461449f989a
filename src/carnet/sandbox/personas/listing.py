"""The table of the personas, for the command line, the sandbox's page and the documentation."""

from typing import Any

from carnet.people import api as people
from carnet.platform import clock
from carnet.sandbox.personas import (
    AGENTS,
    FRANCECONNECT,
    PASSWORD,
    PERSONAS,
    STRUCTURES,
    TOTP_SECRET,
    Persona,
    Structure,
    serial_of,
)
from carnet.sandbox.personas.staff import PRACTICES, PROFESSIONALS, STRANGERS


def as_facts() -> dict[str, Any]:
    """Return everything public about the personas, as plain values."""
    return {
        "password": PASSWORD,
        "totp_secret": TOTP_SECRET,
        "personas": [_facts(persona) for persona in PERSONAS],
        "agents": [{"login": one.login, "roles": list(one.roles), "use": one.use} for one in AGENTS],
        "franceconnect": [{"login": one.login, "use": one.use} for one in FRANCECONNECT],
        "professionals": [
            {"login": one.login, "name": one.name, "use": one.use} for one in (*PROFESSIONALS, *STRANGERS)
        ],
        "structures": [{"finess": one.finess, "name": one.name} for one in _structures()],
    }


def as_text() -> str:
    """Return the same as text for a terminal."""
    facts = as_facts()
    lines = [f"Mot de passe de tous : {PASSWORD}    Secret TOTP : {TOTP_SECRET}", ""]
    for one in facts["personas"]:
        login = f"  identifiant {one['login']}" if one["login"] else ""
        lines.append(f"{one['name']} : {one['use']}")
        lines.append(f"    INS {one['matricule']}  carte {one['serial']}{login}")
    lines += ["", "Agents"]
    lines += [f"    {one['login']} ({', '.join(one['roles'])}) : {one['use']}" for one in facts["agents"]]
    lines += ["", "FranceConnect (simulateur)"]
    lines += [f"    {one['login']} : {one['use']}" for one in facts["franceconnect"]]
    lines += ["", "Professionnels (Pro Santé Connect simulé)"]
    lines += [f"    {one['login']} {one['name']} : {one['use']}" for one in facts["professionals"]]
    lines += ["", "Structures (FINESS, ou SIRET précédé de 3)"]
    lines += [f"    {one['finess']} {one['name']}" for one in facts["structures"]]
    return "\n".join(lines)


def _structures() -> list[Structure]:
    return [*STRUCTURES, *(one for one in PRACTICES if one not in STRUCTURES)]


def _facts(persona: Persona) -> dict[str, Any]:
    return {
        "key": persona.key,
        "name": persona.name,
        "matricule": matricule_of(persona),
        "serial": serial_of(persona),
        "login": persona.login,
        "factor": persona.factor if persona.login else "",
        "stage": persona.stage,
        "use": persona.use,
    }


def matricule_of(persona: Persona) -> str:
    """Return a persona's matricule in the present world.

    A newborn's follows the day on which the world was made: it is read from the register through the
    parent to whom the child is attached.
    """
    today = clock.today()
    if persona.days_old is None:
        return persona.matricule(today)
    parent = next(one for one in PERSONAS if one.key == persona.parent)
    known = people.find_by_matricule(parent.matricule(today))
    children = people.list_children(known.id) if known else []
    return next((child.matricule for child in children), persona.matricule(today))
