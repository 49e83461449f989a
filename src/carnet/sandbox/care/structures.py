"""Who cares: structures and doctors of each département, all made up.

FINESS numbers of no département (they begin with 00) with a right key, the same for a place each time.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

from carnet.sandbox.personas.model import Tie
from carnet.sandbox.personas.staff import PRACTICES, PROFESSIONALS
from carnet.standards.finess import key_of

_NAMES: Final = {
    "laboratory": ("Laboratoire des Tilleuls", "Laboratoire du Moulin", "Biologie de la Source",
                   "Laboratoire du Vieux-Pont", "Laboratoire des Remparts"),
    "hospital": ("Hôpital de la Grand-Lande", "Centre hospitalier du Val-Clair", "Hôpital Sainte-Aubépine",
                 "Centre hospitalier des Trois-Rivières", "Hôpital du Mont-Rouvre"),
    "clinic": ("Clinique des Genêts", "Clinique du Belvoir", "Clinique de l’Aubraie",
               "Polyclinique du Cormier"),
    "imaging": ("Imagerie des Marronniers", "Centre d’imagerie du Parc", "Imagerie de la Halle"),
    "pharmacy": ("Pharmacie du Marché", "Pharmacie de la Fontaine", "Pharmacie des Arcades",
                 "Pharmacie de l’Horloge"),
}  # fmt: skip
_FACILITIES: Final = {
    "laboratory": ("SA25", "Laboratoire de biologie médicale"),
    "hospital": ("SA01", "Etablissement public de santé"),
    "clinic": ("SA04", "Etablissement privé non PSPH"),
    "imaging": ("SA05", "Centre de santé"),
    "practice": ("SA05", "Centre de santé"),
    "pharmacy": ("SA33", "Pharmacie d'officine"),
}
_FAMILIES: Final = (
    "ABRIVEL", "BELMONTE", "CASTERANE", "DORMOYER", "ESCAUDIN", "FOUQUEREL", "GUILVARD", "HAUTERIVE-LEBEL",
    "JAUBRANC", "KERVADEC", "LOUVERGNE", "MAURESSAC", "NOIRTERRE", "OZANNEAU", "PRADEILLES", "QUINSAC",
    "ROUVIERAN", "SAINT-ALBIN", "TOURNEMIRE", "VALCROZE",
)  # fmt: skip
_GIVEN: Final = (
    "Agnès", "Bertrand", "Chloé", "Damien", "Élise", "Fatou", "Guillaume", "Hélène", "Inès", "Julien",
    "Karine", "Laurent", "Mathilde", "Nicolas", "Olivia", "Pierre", "Samira", "Thomas", "Valérie", "Yann",
)  # fmt: skip


_GENERAL: Final = "MEDECINE_GENERALE"


@dataclass(frozen=True, slots=True)
class Place:
    """A structure: its kind, FINESS number, name, town, and the code and label of its sector (JDV_J02)."""

    kind: str
    finess: str
    name: str
    city: str
    sector: str
    sector_label: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """A professional. `national_id`: PS_IdNat, an 8 and eleven digits that no RPPS number begins with."""

    family: str
    given: str
    national_id: str
    speciality: str

    @property
    def name(self) -> str:
        return f"Dr {self.given} {self.family}"


@lru_cache(maxsize=20_000)
def place_of(kind: str, where: str, city: str) -> Place:
    """Return the structure of a kind in a commune or département (`where`), in or near that town."""
    drawn = _drawn(kind, where)
    if kind == "practice":
        name = f"Maison de santé de {city}"[:50]
    else:
        name = _NAMES[kind][drawn % len(_NAMES[kind])]
    number = f"00{100_000 + drawn % 900_000:06d}"
    return Place(kind, f"{number}{key_of(number)}", name, city, *_FACILITIES[kind])


@lru_cache(maxsize=20_000)
def doctor_of(speciality: str, where: str, rank: int = 0) -> Doctor:
    """Return a doctor of a speciality (code of terminology) in a commune or département."""
    drawn = _drawn("doctor", speciality, where, str(rank))
    family, given = _FAMILIES[drawn % len(_FAMILIES)], _GIVEN[drawn // 32 % len(_GIVEN)]
    return Doctor(family, given, f"8997{drawn % 100_000_000:08d}", speciality)


def practice_of(role: str, insee_code: str, city: str) -> tuple[Doctor, Place]:
    """Return the general practitioner of somebody and where: of a persona, whom the insurer names."""
    for one in PROFESSIONALS:
        if Tie(role, "treating") in one.ties:
            finess = one.practices[0].structure
            name = next(place.name for place in PRACTICES if place.finess == finess)
            doctor = Doctor(one.family_name, one.given_name, one.national_id, _GENERAL)
            return doctor, Place("practice", finess, name, city, *_FACILITIES["practice"])
    return doctor_of(_GENERAL, insee_code), place_of("practice", insee_code, city)


def _drawn(*words: str) -> int:
    return crc32("/".join(words).encode())
