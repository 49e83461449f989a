"""What the rooms refuse, as answers: one table from their errors to status, code and XDS code.

Sources: facts/interop.md 2.8; docs/adr/0014-uniform-answers.md for what is answered alike on purpose.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError

from carnet.access import api as access
from carnet.documents.api import Code, DepositRefused, HeldRefused, HeldUnknown, HeldWithdrawn
from carnet.fhir_api.outcomes import Refused, refuse
from carnet.standards.pdsm import Broken

log = structlog.get_logger("carnet.fhir")

RETRY_SECONDS: Final = "5"
_METADATA: Final = "XDSRegistryMetadataError"
_PDSM: Final = "PDSm 3.1.1"

# Code → status, IssueType, XDS code
_DEPOSIT: Final = {
    Code.WRONG_VERSION: (409, "conflict", "XDSReplaceFailed"),
    Code.AUTHOR_NOT_ALLOWED: (403, "forbidden", ""),
    Code.UNKNOWN_PATIENT: (404, "not-found", "XDSUnknownPatientId"),
    Code.INS_MISSING: (422, "required", _METADATA),
    Code.INS_DIFFERS: (422, "value", "XDSPatientIdDoesNotMatch"),
    Code.INS_INCOMPLETE: (422, "value", _METADATA),
    Code.OTHER: (422, "business-rule", _METADATA),
    Code.DUPLICATE: (409, "duplicate", "XDSDuplicateUniqueIdInRegistry"),
    Code.WITHDRAWN: (409, "duplicate", "XDSDuplicateUniqueIdInRegistry"),
    Code.NOT_FOUND: (404, "not-found", "XDSReplaceFailed"),
}


def of_error(error: Exception) -> Refused:
    """Return the answer to an error of any kind; what nobody expected tells nothing but a reference."""
    for kind, answer in _ANSWERS:
        if isinstance(error, kind):
            return answer(error)
    return _unexpected(error)


def of_broken(error: Broken) -> Refused:
    """Return the refusal of what breaks the profile: every line, the status of the first."""
    return Refused(error.status, error.issues, reasons=tuple(one.rule for one in error.issues[:3]))


def of_deposit(refused: DepositRefused, expression: str = "") -> Refused:
    """Return the refusal of a deposit. `expression`: the document at fault in what was sent."""
    status, code, xds = _DEPOSIT[refused.code]
    return refuse(
        status, code, refused.message_fr, rule=f"depot.{refused.code}.{refused.field}",
        clause=f"{_PDSM} ; codes applicatifs du dépôt", expression=expression, xds=xds,
        reasons=(refused.reason,),
    )  # fmt: skip


def of_change(refused: HeldRefused) -> Refused:
    """Return the refusal of a change of metadata."""
    return refuse(
        refused.code.status, str(refused.code), refused.message_fr, rule=f"maj.{refused.field}",
        clause=f"{_PDSM}, mise à jour des métadonnées", expression=_ELEMENTS.get(refused.field, ""),
        reasons=(f"{refused.code}:{refused.field}",),
    )  # fmt: skip


_ELEMENTS: Final = {
    "status": "DocumentReference.status",
    "labels": "DocumentReference.securityLabel",
    "archived": "DocumentReference.extension",
    "version": "DocumentReference.meta.versionId",
}


def of_door(refused: access.Refused) -> Refused:
    """Return the refusal of the door: who is blocked is told so, all the rest is what does not exist."""
    if refused.scope.rule is access.Rule.BLOCKED:
        return refuse(
            403, "forbidden", "La personne a bloqué votre structure : elle dépose, et ne relit rien.",
            rule="acces.blocked", clause="CSP L1111-19 et R1111-47", reasons=(refused.scope.rule,),
        )  # fmt: skip
    return document_unknown(reasons=(refused.scope.rule,))


def document_unknown(*, reasons: tuple[str, ...] = ()) -> Refused:
    """Return the one answer to a document that is absent, another's, or of a space that is not open."""
    return refuse(
        404, "not-found", "Aucun document de votre structure ne porte cet identifiant.",
        rule="registre.inconnu", xds="XDSDocumentUniqueIdError", reasons=reasons,
    )  # fmt: skip


def strict_reads_nothing() -> Refused:
    """Return the refusal of reading back to a strict client (facts/interop.md 0 and 3)."""
    return refuse(
        403, "forbidden", "Ce client est en mode strict : comme au DMP, une authentification indirecte dépose"
        " et ne relit rien.",
        rule="client.strict", clause="DMP, matrice des droits : authentification indirecte",
    )  # fmt: skip


def _reasons(error: Exception) -> tuple[str, ...]:
    """The rule of the door behind an answer that tells nothing, when there is one."""
    cause = error.__cause__
    return (cause.scope.rule,) if isinstance(cause, access.Refused) else ()


def _of_unknown(error: HeldUnknown) -> Refused:
    return document_unknown(reasons=_reasons(error))


def _withdrawn(_error: HeldWithdrawn) -> Refused:
    return refuse(
        410, "deleted", "Votre structure a retiré ce document : son contenu ne se donne plus.",
        rule="registre.retire",
    )  # fmt: skip


def _unavailable(error: Exception) -> Refused:
    log.error("database away", exc_info=error)
    return refuse(
        503, "transient", "Le service est momentanément indisponible : reprenez dans quelques secondes.",
        rule="service.indisponible", headers={"Retry-After": RETRY_SECONDS},
    )  # fmt: skip


def _unexpected(error: Exception) -> Refused:
    reference = secrets.token_hex(4).upper()
    log.error("failed", reference=reference, exc_info=error)
    return refuse(
        500, "exception", f"Le service n’a pas pu répondre. Référence à citer : {reference}.",
        rule="service.erreur",
    )  # fmt: skip


def _too_long(_error: RequestDataTooBig) -> Refused:
    return refuse(413, "too-long", "Le contenu est trop long.", rule="http.content-length")


_ANSWERS: Final[tuple[tuple[type[Exception], Callable[[Any], Refused]], ...]] = (
    (Broken, of_broken),
    (DepositRefused, of_deposit),
    (HeldRefused, of_change),
    (access.Refused, of_door),
    (HeldUnknown, _of_unknown),
    (HeldWithdrawn, _withdrawn),
    (OperationalError, _unavailable),
    (InterfaceError, _unavailable),
    (RequestDataTooBig, _too_long),
)
