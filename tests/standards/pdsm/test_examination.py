"""The verdict on every CDA of the samples is that of its deposit, as docs/conformance.md tells it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carnet.standards.pdsm.examination import examine
from carnet.terminology.api import BINDINGS
from tests.standards.collection import collection
from tests.standards.samples import require_foreign

PAGE = (Path(__file__).parents[3] / "docs/conformance.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` (\|.*)$", PAGE, re.MULTILINE))
DOCUMENTS = collection()


def verdict(name: str, *, strict: bool):
    return examine(DOCUMENTS[name], strict=strict, bindings=BINDINGS, now=datetime.now(UTC))


@pytest.mark.parametrize("name", DOCUMENTS or ["none"])
def test_a_document_is_judged_as_it_is_deposited(name):
    require_foreign()
    told = verdict(name, strict=True)
    assert told.accepted == ("| deposited |" in ROWS[name]), [
        issue for issue in told.issues if issue.severity == "error"
    ]
    if not told.accepted and (rule := re.search(r"refused, 90\d, `([^`]+)`", ROWS[name])):
        names = {issue.rule for issue in told.issues} | {issue.message_fr for issue in told.issues}
        assert any(rule[1] in one for one in names) or "pdsm.patient.ins" in names


def test_no_document_is_refused_more_by_a_lenient_mode():
    require_foreign()
    for name in DOCUMENTS:
        if verdict(name, strict=True).accepted:
            assert verdict(name, strict=False).accepted, name
