"""What the sender says of a document breaks no rule of the profile that the document does not break itself."""

from datetime import UTC, datetime

import pytest

from carnet.config.sending.metadata import describe
from carnet.standards.cda.model import CdaRefused
from carnet.standards.pdsm.examination import examine
from carnet.terminology.api import BINDINGS
from tests.standards.samples import FOREIGN_CDA, n1, n3, require_foreign

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def errors(data, strict):
    verdict = examine(data, strict=strict, bindings=BINDINGS, now=NOW)
    return [issue.rule for issue in verdict.issues if issue.severity == "error"]


@pytest.mark.parametrize(
    "data", [n1(), n3(), n1(media_type="text/plain", data=b"Bonjour")], ids=["pdf", "n3", "text"]
)
def test_our_own_documents_are_taken_by_a_strict_server(data):
    assert errors(describe(data, max_bytes=10**7).body, strict=True) == []


def test_documents_of_others():
    require_foreign()
    described = refused = 0
    for file in FOREIGN_CDA:
        data = file.read_bytes()
        try:
            body = describe(data, max_bytes=10**7).body
        except CdaRefused:
            refused += 1
            continue
        described += 1
        for strict in (True, False):
            if not errors(data, strict):
                assert errors(body, strict) == [], f"{file.name}, {'strict' if strict else 'lenient'}"
    assert described > refused
