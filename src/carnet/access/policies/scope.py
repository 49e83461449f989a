"""What was decided, with its two renderings side by side: `allows` in Python, `sql` in a query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from carnet.access.policies.facts import Visibility
from carnet.access.policies.rules import EXPLANATIONS, Rule

_SAFE: Final = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


@dataclass(frozen=True)
class Scope:
    """What is allowed, by which rule; what is hidden from this actor.

    `own_of`: the structure (FINESS) that reads what it deposited itself, and nothing else. Of a professional
    (`reader`, who acts at the structure `reader_at`): `types`, the document types that the matrix gives him,
    `parts`, the rubrics and other parts of the record, and `levels` of confidentiality (None: all of them);
    `hides_masked`; `own_only`, only what he deposited, or the structure `reader_at`. What he deposited
    himself is never hidden from him. `governs`: decides who else enters, closes, copies (no caregiver).
    """

    allowed: bool
    rule: Rule
    reads: bool = False
    hides_from_patient: bool = False
    hides_from_representatives: bool = False
    own_of: str = ""
    types: frozenset[str] | None = None
    parts: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    hides_masked: bool = False
    own_only: bool = False
    reader: UUID | None = None
    reader_at: str = ""
    governs: bool = False

    @property
    def explanation(self) -> str:
        """Why, in French, for whoever was let in or refused."""
        return EXPLANATIONS[self.rule]

    def gives(self, part: str) -> bool:
        """Say whether a part of the record (a rubric of the profile, measures, care_history) may be read."""
        if not (self.allowed and self.reads) or self.own_of:
            return False
        return self.parts is None or part in self.parts

    # -- the two renderings: a condition of one is a condition of the other

    def allows(self, thing: Visibility) -> bool:
        """Say whether the actor may read a thing of that visibility."""
        if not (self.allowed and self.reads):
            return False
        if self.own_of:
            return thing.structure == self.own_of and thing.professional_id is None
        if self.hides_from_patient and thing.invisible_patient:
            return False
        if self.hides_from_representatives and thing.invisible_representatives:
            return False
        return self._is_given(thing)

    def _is_given(self, thing: Visibility) -> bool:
        mine = self.reader is not None and thing.professional_id == self.reader
        ours = self.reader_at != "" and thing.structure == self.reader_at
        own = mine or (ours and thing.professional_id is None)
        return (
            (not self.own_only or mine or ours)
            and (self.types is None or thing.type_code in self.types or mine)
            and (self.levels is None or thing.level in self.levels or own)
            and (not self.hides_masked or not thing.masked or own)
        )

    def sql(self) -> str:
        """Return `allows` as a condition over the columns of the same names."""
        if not (self.allowed and self.reads):
            return "false"
        if self.own_of:
            return f"depositor = 'HEALTHCARE_FACILITY' and structure = {_quoted(self.own_of)}"
        conditions = ["true"]
        if self.hides_from_patient:
            conditions.append("not invisible_patient")
        if self.hides_from_representatives:
            conditions.append("not invisible_representatives")
        return " and ".join(conditions + self._given_sql())

    def _given_sql(self) -> list[str]:
        mine = f"professional_id is not distinct from '{self.reader}'" if self.reader else "false"
        ours = f"structure = {_quoted(self.reader_at)}" if self.reader_at else "false"
        own = f"{mine} or ({ours} and professional_id is null)"
        conditions = []
        if self.own_only:
            conditions.append(f"({mine} or {ours})")
        if self.types is not None:
            conditions.append(f"(type_code = any({_listed(self.types)}) or {mine})")
        if self.levels is not None:
            conditions.append(f"(level = any({_listed(self.levels)}) or {own})")
        if self.hides_masked:
            conditions.append(f"(not masked or {own})")
        return conditions


def _quoted(code: str) -> str:
    """Return a code as a literal of a statement; raises ValueError for what is no code."""
    if not _SAFE.fullmatch(code):
        raise ValueError(f"{code!r} is no code")
    return f"'{code}'"


def _listed(codes: Iterable[str]) -> str:
    return f"array[{', '.join(map(_quoted, sorted(codes)))}]::text[]"
