"""Refusals and how they are told: OperationOutcome (FHIR R4), with the XDS code of the same error.

Each refusal is made where it is known and rendered here alone. Sources: facts/interop.md 2.8
(statuses, codes); docs/adr/0014-uniform-answers.md (what must not be told apart).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from django.http import HttpResponse

from carnet.standards.pdsm import Issue

MEDIA_TYPE: Final = "application/fhir+json; charset=utf-8"
_RULES: Final = "urn:carnet:regle"
_XDS: Final = "urn:carnet:code-xds"  # IHE names these codes and gives them no code system
_MOST_ISSUES: Final = 50


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """A call is refused: `status` and what is wrong. `reasons`: the true ones, for the sandbox's console."""

    def __init__(
        self,
        status: int,
        issues: Iterable[Issue],
        *,
        headers: Mapping[str, str] | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        self.status = status
        self.issues = tuple(issues)[:_MOST_ISSUES]
        self.headers = dict(headers or {})
        self.reasons = reasons
        super().__init__(self.issues[0].rule if self.issues else str(status))


def refuse(
    status: int,
    code: str,
    message_fr: str,
    *,
    rule: str,
    clause: str = "",
    expression: str = "",
    xds: str = "",
    headers: Mapping[str, str] | None = None,
    reasons: tuple[str, ...] = (),
) -> Refused:
    """Return a refusal for one reason. `code`: FHIR IssueType; `rule`: our name of the rule."""
    issue = Issue("error", code, rule, clause, expression, message_fr, status, xds)
    return Refused(status, (issue,), headers=headers, reasons=reasons)


def answer(refused: Refused) -> HttpResponse:
    """Return the answer to a call that is refused."""
    response = HttpResponse(render(refused.issues), status=refused.status, content_type=MEDIA_TYPE)
    for name, value in refused.headers.items():
        response[name] = value
    return response


def render(issues: Iterable[Issue]) -> bytes:
    """Return an OperationOutcome as JSON."""
    return orjson.dumps(outcome(issues))


def outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """Return an OperationOutcome; one of warnings alone is what an accepted resource leaves to say."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(one) for one in issues]}


def _issue(issue: Issue) -> dict[str, Any]:
    """`details` carries the codes, `diagnostics` the words: element, rule and clause."""
    codings = [{"system": _XDS, "code": issue.xds}] if issue.xds else []
    codings.append({"system": _RULES, "code": issue.rule})
    told: dict[str, Any] = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {"coding": codings, "text": issue.message_fr},
        "diagnostics": diagnostics(issue),
    }
    if issue.expression:
        told["expression"] = [issue.expression]
    return told


def diagnostics(issue: Issue) -> str:
    """Return one French line: the element at fault, what is wrong, the rule and where it comes from."""
    where = f"{issue.expression} : " if issue.expression else ""
    source = f" ; {issue.clause}" if issue.clause else ""
    return f"{where}{issue.message_fr} [règle {issue.rule}{source}]"
