"""A file held against the rules, without a server: the verdict that the server would give, rule by rule.

What a server alone knows is not looked at: whose matricule it is, what is there already, what an antivirus
says.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from carnet.standards.cda.model import Attachment
from carnet.standards.cda.rules import RULES as HEADER_RULES
from carnet.standards.cda.rules import Rule as HeaderRule
from carnet.standards.pdsm import bundles, content, documents, patches
from carnet.standards.pdsm.codes import Bindings, read_type
from carnet.standards.pdsm.findings import Broken, Findings, Issue, refuse
from carnet.standards.pdsm.model import DocumentIn
from carnet.standards.pdsm.reading import parse_value
from carnet.standards.pdsm.rules import Rule, rules_of

CDA: Final = "cda"
_ROOT: Final = "ClinicalDocument"
_OWN: Final = frozenset(
    {
        "cda.read",
        "pdsm.type.JDV_J07",
        "pdsm.type.health",
        "pdsm.coding.system",
        "pdsm.patient.ins",
        "pdsm.patient.birthPlace",
        "pdsm.securityLabel.JDV_J08",
        "pdsm.date.future",
        "pdsm.attachment.length",
    }
)
"""The rules of any deposit that a CDA by itself is held against, beside those of its header."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one rule: `issues` are empty when nothing breaks it."""

    rule: str
    clause: str
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """A verdict. `kind`: "cda", or the transaction (ITI-105, ITI-65, PATCH). `lines`: one for each rule.

    `files`: those that would be kept, for whoever looks into them.
    """

    kind: str
    strict: bool
    lines: tuple[Line, ...]
    files: tuple[Attachment, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Every line that was found, errors first."""
        found = [issue for line in self.lines for issue in line.issues]
        return tuple(sorted(found, key=lambda issue: issue.severity != "error"))

    @property
    def accepted(self) -> bool:
        """Whether nothing refuses it."""
        return not any(issue.severity == "error" for issue in self.issues)


def examine(data: bytes, *, strict: bool, bindings: Bindings, now: datetime) -> Examination:
    """Return the verdict on a file: a CDA, a DocumentReference, a transaction Bundle, or a patch."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _examine_json(data, strict=strict, bindings=bindings, now=now)
    return _examine_cda(data, strict=strict, bindings=bindings, now=now)


# FHIR


def _examine_json(data: bytes, *, strict: bool, bindings: Bindings, now: datetime) -> Examination:
    kind, requests = "FHIR", ""
    issues: tuple[Issue, ...]
    sent: tuple[DocumentIn, ...] = ()
    try:
        value = parse_value(data)
        kind, requests = _kind_of(value)
        sent, issues = _read(kind, data, value, strict=strict, bindings=bindings, now=now)
    except Broken as broken:
        issues = broken.issues
    files = tuple(file for document in sent for file in _files_of(document))
    return Examination(kind, strict, _lines(rules_of(requests), issues), files)


def _files_of(document: DocumentIn) -> tuple[Attachment, ...]:
    if document.cda is not None:
        return document.cda.document.attachments
    return (Attachment(document.media_type, document.data),)


def _kind_of(value: Any) -> tuple[str, str]:
    """Return the transaction that a request is, and the letters of its rules (rules.py)."""
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if isinstance(value, list) or kind == "Parameters":
        return "PATCH", "P"
    if kind == "DocumentReference":
        return "ITI-105", "S"
    if kind == "Bundle":
        return "ITI-65", "BC"
    told = kind[:40] if isinstance(kind, str) else "sans resourceType"
    raise refuse(
        "fhir.resourceType",
        "",
        f"Une ressource {told} ne s’envoie pas seule : DocumentReference, Bundle ou Parameters.",
    )


def _read(
    kind: str, data: bytes, value: Any, *, strict: bool, bindings: Bindings, now: datetime
) -> tuple[tuple[DocumentIn, ...], tuple[Issue, ...]]:
    """Read a request as the server does; return its documents and the warnings, or raise Broken."""
    match kind:
        case "ITI-105":
            document = documents.read_publish(value, strict=strict, bindings=bindings, now=now).document
            return (document,), document.warnings
        case "ITI-65":
            lot = bundles.read_provide(value, strict=strict, bindings=bindings, now=now)
            return lot.documents, lot.warnings
    media_type = patches.JSON_PATCH if isinstance(value, list) else patches.FHIR_JSON[0]
    return (), patches.read_patch(data, media_type, strict=strict).warnings


def _lines(rules: tuple[Rule, ...], issues: tuple[Issue, ...]) -> tuple[Line, ...]:
    """Return a line for each rule; one that is of no request of this kind is there when it is broken."""
    known = {rule.id: rule.clause for rule in rules} | {issue.rule: issue.clause for issue in issues}
    return tuple(
        Line(name, clause, tuple(issue for issue in issues if issue.rule == name))
        for name, clause in known.items()
    )


# CDA


def _examine_cda(data: bytes, *, strict: bool, bindings: Bindings, now: datetime) -> Examination:
    findings = Findings(strict=False)
    cda = _read_cda(data, findings)
    if cda is None:
        return Examination(CDA, strict, _lines((), tuple(findings.issues)))
    content.check_alone(cda, findings, path=_ROOT, now=now)
    code = cda.document.code
    coding = {"code": code.code, "system": f"urn:oid:{code.system}"}
    read_type({"type": {"coding": [coding]}}, findings, bindings, path=_ROOT)
    own = _lines(tuple(rule for rule in rules_of("CS") if rule.id in _OWN), tuple(findings.issues))
    header = tuple(_header_line(rule, cda, strict=strict) for rule in HEADER_RULES.values())
    return Examination(CDA, strict, (*own, *header), cda.document.attachments)


def _read_cda(data: bytes, findings: Findings) -> content.Cda | None:
    if len(data) > content.MAX_CDA_BYTES:
        findings.fault(
            "pdsm.attachment.length", _ROOT, f"Le document dépasse {content.MAX_CDA_BYTES} octets."
        )
        return None
    return content.read_cda(data, findings, path=_ROOT)


def _header_line(rule: HeaderRule, cda: content.Cda, *, strict: bool) -> Line:
    """A rule of the header; a lenient client is warned of it, and refused nothing."""
    severity = "error" if strict else "warning"
    issues = tuple(
        Issue(severity, "invariant", found.rule, found.clause, found.element, found.message_fr)
        for found in rule.findings(cda.tree)
    )
    return Line(rule.name, rule.clause, issues)
