"""Ce qu’un serveur répondrait à un fichier : CDA, DocumentReference, lot (Bundle), PATCH. Sans serveur."""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from carnet.config.cli import Exit, Unavailable, say, why_not
from carnet.platform import confined
from carnet.standards import images, pdf, sniff
from carnet.standards.cda.model import Attachment
from carnet.standards.pdsm.examination import CDA, Examination, Line, examine
from carnet.standards.pdsm.findings import Issue
from carnet.standards.pdsm.reading import MAX_BYTES

HELP = "vérifier un document CDA ou une requête FHIR sans serveur, règle par règle"
ROLE = "app"
NEEDS_DJANGO = False
NEEDS_DATABASE = False

_KINDS: Final = {
    CDA: "Document CDA",
    "ITI-105": "Publication d’un document (ITI-105)",
    "ITI-65": "Lot de documents (ITI-65)",
    "PATCH": "Mise à jour de métadonnées (PATCH)",
    "FHIR": "Ressource FHIR",
}
_UNSEEN: Final = (
    "Non vérifié ici : à qui est le matricule, l’état de son espace, ce qui est déjà déposé, l’antivirus."
)
_CLAUSE: Final = "Un fichier ne contient ni programme, ni image démesurée"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FICHIER", help="document CDA (XML) ou requête FHIR (JSON)"
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="réponse en JSON")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--strict", action="store_true", default=True, help="toutes les règles (par défaut)")
    mode.add_argument(
        "--lenient",
        dest="strict",
        action="store_false",
        help="laisser passer les écarts connus, avec un avertissement",
    )


def run(args: argparse.Namespace) -> int:
    from carnet.terminology.api import BINDINGS

    verdict = examine(_read(args.file), strict=args.strict, bindings=BINDINGS, now=datetime.now(UTC))
    if verdict.accepted and verdict.files:
        verdict = replace(verdict, lines=(*verdict.lines, _look_inside(verdict.files)))
    text = "\n".join((_KINDS[verdict.kind], *_tell_rules(verdict), _conclude(verdict), _UNSEEN))
    say(
        args,
        text,
        kind=verdict.kind,
        strict=verdict.strict,
        accepted=verdict.accepted,
        passed=[line.rule for line in verdict.lines if not line.issues],
        issues=[_facts(issue) for issue in verdict.issues],
        exit=int(_exit(verdict)),
    )
    return _exit(verdict)


def _exit(verdict: Examination) -> Exit:
    return Exit.DONE if verdict.accepted else Exit.REFUSED


def _read(file: Path) -> bytes:
    """Return the file, or its first bytes when it is far beyond the bound: they are enough to refuse it."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"Le fichier {file} ne peut pas être lu ({why_not(error)}).") from error


def _look_inside(files: tuple[Attachment, ...]) -> Line:
    """Open the files as a deposit does (carnet.documents.text), in a helper process."""
    issues = tuple(
        Issue("error", "business-rule", "depot.906.content", _CLAUSE, file.media_type, message_fr)
        for file in files
        if (message_fr := _find_harm(file))
    )
    return Line("depot.906.content", _CLAUSE, issues)


def _find_harm(file: Attachment) -> str:
    """Return why a file may not be kept, "" when it may; what cannot be read harms nobody."""
    try:
        if file.media_type == sniff.PDF:
            confined.run(pdf.receive, file.data)
        elif file.media_type in {sniff.JPEG, sniff.PNG, sniff.TIFF}:
            confined.run(images.check, file.data)
    except sniff.FileRefused as refused:
        return refused.message_fr if file.media_type == sniff.PDF or refused.rule == "pixels" else ""
    except (confined.TooCostlyError, confined.BusyError):
        return ""
    return ""


def _tell_rules(verdict: Examination) -> list[str]:
    """Return one line for each rule, and under a broken one, each place where it is."""
    return [line for rule in verdict.lines for line in _tell(rule)]


def _tell(line: Line) -> list[str]:
    if not line.issues:
        return [f"✓ {line.rule} — {line.clause}"]
    refused = any(issue.severity == "error" for issue in line.issues)
    head = f"{'✗' if refused else '!'} {line.rule} — {line.clause}"
    return [head, *(f"    {issue.expression or 'le fichier'} : {issue.message_fr}" for issue in line.issues)]


def _conclude(verdict: Examination) -> str:
    mode = "strict" if verdict.strict else "souple"
    broken = [line for line in verdict.lines if any(issue.severity == "error" for issue in line.issues)]
    warned = sum(bool(line.issues) for line in verdict.lines) - len(broken)
    kept = len(verdict.lines) - len(broken) - warned
    counts = f"règles respectées : {kept}, avec avertissement : {warned}, enfreintes : {len(broken)}"
    if verdict.accepted:
        return f"Accepté en mode {mode} ({counts})."
    return f"Refusé en mode {mode} ({counts})."


def _facts(issue: Issue) -> dict[str, object]:
    return {
        "severity": issue.severity,
        "rule": issue.rule,
        "clause": issue.clause,
        "expression": issue.expression,
        "message": issue.message_fr,
        "code": issue.code,
        "status": issue.status,
        "xds": issue.xds,
    }
