"""The one decision: who may do what in a person's record, and why. Pure: no I/O, no clock, no ORM.

A Scope is enforced by its two renderings, `allows` (Python) and `sql` (the same rule for a query), and tells
the person its reasons. The matrix of professions is reference data, read once a process (access.matrix).
"""

from carnet.access.policies.deciding import decide_scope
from carnet.access.policies.facts import (
    DOCTOR,
    SECRETARY,
    Basis,
    Care,
    Means,
    PlaceKind,
    Relation,
    Rights,
    Visibility,
)
from carnet.access.policies.rules import ARTICLES, EXPLANATIONS, Rule
from carnet.access.policies.scope import Scope

__all__ = [
    "ARTICLES",
    "DOCTOR",
    "EXPLANATIONS",
    "SECRETARY",
    "Basis",
    "Care",
    "Means",
    "PlaceKind",
    "Relation",
    "Rights",
    "Rule",
    "Scope",
    "Visibility",
    "decide_scope",
]
