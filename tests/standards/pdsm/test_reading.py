"""JSON is bounded before anything looks at it; what is not bounded JSON is answered 400."""

import time

import pytest

from carnet.standards.pdsm import Broken, parse
from carnet.standards.pdsm.reading import MAX_BYTES, MAX_DEPTH, MAX_NODES


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"resourceType":"Bundle",}',
        b'{"a":NaN}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b"[]",
        b"7",
        b"null",
        b"<Bundle/>",
        b"\xef\xbb\xbf{}",
        b"\x1f\x8b\x08\x00",
        b"{}{}",
    ],
)
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(Broken) as caught:
        parse(data)
    assert (caught.value.status, caught.value.issues[0].code) == (400, "structure")
    assert caught.value.issues[0].rule == "fhir.json"


@pytest.mark.parametrize(
    "data",
    [
        b" " * (MAX_BYTES + 1),
        b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
        b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"a":[' + b"0," * MAX_NODES + b"0]}",
    ],
)
def test_what_is_beyond_the_bounds_is_refused(data):
    begun = time.process_time()
    with pytest.raises(Broken) as caught:
        parse(data)
    assert caught.value.status == 400
    assert caught.value.issues[0].rule == "fhir.json.bounds"
    assert time.process_time() - begun < 2


def test_a_resource_is_returned_as_it_is():
    assert parse(b'{"resourceType":"Patient","active":true}') == {"resourceType": "Patient", "active": True}
