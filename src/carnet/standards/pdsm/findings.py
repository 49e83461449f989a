"""What reading finds: one line for each fault, under the rule that it breaks, and the refusal that they make.

A line names its rule, the clause it comes from, the element (FHIRPath) and says in French what is wrong; the
server answers with it and `carnet check` prints it.
"""

from dataclasses import dataclass, field
from typing import Final

from carnet.standards.pdsm.deviations import Deviation
from carnet.standards.pdsm.rules import RULES, Rule

MAX_ISSUES: Final = 50
"""Enough to mend a request by; a hostile one could be at fault a million times."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of an OperationOutcome, and of `carnet check`.

    `severity`: error, warning or information. `code`: the IssueType of FHIR. `status`: of the HTTP answer
    that an error leads to. `xds`: the error code of XDS with the same meaning (facts/interop.md 2.8).
    """

    severity: str
    code: str
    rule: str
    clause: str
    expression: str
    message_fr: str
    status: int = 422
    xds: str = ""


class Broken(ValueError):  # noqa: N818 - the outcome is a refusal
    """What was sent is refused. `issues`: every line, errors first; the first gives the answer's status."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("; ".join(f"{issue.expression}: {issue.message_fr}" for issue in issues[:3]))
        self.issues = issues

    @property
    def status(self) -> int:
        """The status of the HTTP answer."""
        return self.issues[0].status


@dataclass(slots=True)
class Findings:
    """The lines found so far. `strict`: a known deviation is a fault; else a warning."""

    strict: bool
    issues: list[Issue] = field(default_factory=list)
    faulted: set[str] = field(default_factory=set)
    """Elements that are already at fault: what depends on them is not reported again."""
    errors: int = 0

    def fault(self, rule: str, expression: str, message_fr: str) -> None:
        """Report that a rule is broken at an element."""
        self._add("error", RULES[rule], expression, message_fr)

    def deviate(self, deviation: Deviation, expression: str, message_fr: str) -> None:
        """Report a known deviation: refused in strict mode, else let through with a warning."""
        if self.strict:
            self._add("error", RULES[deviation.rule], expression, message_fr)
        else:
            self._add("warning", RULES[deviation.rule], expression, f"{message_fr} {deviation.accepted_fr}")

    def note(self, rule: str, expression: str, message_fr: str) -> None:
        """Report what is let through in both modes, and has no effect."""
        self._add("warning", RULES[rule], expression, message_fr)

    def _add(self, severity: str, rule: Rule, expression: str, message_fr: str) -> None:
        if severity == "error":
            self.faulted.add(expression)
            self.errors += 1
        if len(self.issues) < MAX_ISSUES or (severity == "error" and self.errors == 1):
            self.issues.append(
                Issue(
                    severity, rule.code, rule.id, rule.clause, expression, message_fr, rule.status, rule.xds
                )
            )

    @property
    def broken(self) -> bool:
        """Whether a rule was broken."""
        return self.errors > 0

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The lines that refuse nothing."""
        return tuple(issue for issue in self.issues if issue.severity != "error")

    def settle(self) -> None:
        """Raise Broken when a rule was broken: every line, errors first."""
        if self.broken:
            errors = [issue for issue in self.issues if issue.severity == "error"]
            raise Broken((*errors, *self.warnings)[:MAX_ISSUES])


def refuse(rule: str, expression: str, message_fr: str) -> Broken:
    """Return the refusal of one fault that leaves nothing else to look at; for the caller to raise."""
    findings = Findings(strict=True)
    findings.fault(rule, expression, message_fr)
    return Broken(tuple(findings.issues))
