"""Logs say what happened, never to whom."""

import io
import json
import logging
import warnings

import pytest
import structlog

from carnet.platform import jobs
from carnet.platform import logging as carnet_logging
from carnet.standards import oauth

SECRETS = (
    "2690549588157 80",
    "269054958815780",
    "2 69 05 49 588 157 80",
    "1 85 05 2A 004 123 45",
    "zoe.dupont@exemple.test",
    "Dupont",
    "jeton-secret",
)


@pytest.fixture
def stream():
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configuration = structlog.get_config()
    stream = io.StringIO()
    carnet_logging.configure(terminal=False, stream=stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = before[0], before[1]
    logging.getLogger("django.request").setLevel(logging.NOTSET)
    structlog.configure(**configuration)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_moment_and_level(stream):
    structlog.get_logger("carnet.test").info("request", route="portal:home", status=200)
    (line,) = lines(stream)
    assert {key: line[key] for key in ("event", "route", "status", "level")} == {
        "event": "request",
        "route": "portal:home",
        "status": 200,
        "level": "info",
    }
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("secret", SECRETS[:5])
def test_numbers_and_addresses_are_masked_wherever_they_stand(stream, secret):
    log = structlog.get_logger()
    log.info("for", number=secret, where=[f"before {secret} after"], detail={"deep": secret})
    logging.getLogger("library").error("for " + secret)  # noqa: G003 - a careless library
    assert len(lines(stream)) == 2
    assert secret not in stream.getvalue()


def test_fields_that_name_somebody_are_masked(stream):
    structlog.get_logger().info("login", login="zdupont", name="Dupont", detail={"password": "jeton-secret"})
    assert not any(secret in stream.getvalue() for secret in (*SECRETS, "zdupont"))


def test_query_strings_are_masked(stream):
    logging.getLogger("server").warning("GET /recherche/?nom=Dupont&jeton=jeton-secret HTTP/1.1")
    (line,) = lines(stream)
    assert line["event"] == "GET /recherche/?⟪masqué⟫ HTTP/1.1"


def test_of_a_library_the_values_are_left_out(stream):
    logging.getLogger("django.other").error("Internal Server Error: %s", "/documents/Dupont")
    assert lines(stream)[0]["event"] == "Internal Server Error: %s"
    assert "Dupont" not in stream.getvalue()


def break_twice():
    try:
        int("Key (email)=(zoe.dupont@exemple.test) of Dupont already exists")
    except ValueError as error:
        raise RuntimeError("Dupont") from error


@pytest.mark.parametrize("through", ["ours", "library"])
def test_an_exception_leaves_its_kind_and_place_not_its_words(stream, through):
    try:
        break_twice()
    except RuntimeError:
        if through == "ours":
            structlog.get_logger().exception("it broke")
        else:
            logging.getLogger("django").exception("it broke")
    (line,) = lines(stream)
    assert line["error"] == "RuntimeError < ValueError"
    assert any("test_logging.py" in place for place in line["where"])
    assert "Dupont" not in stream.getvalue()


def test_warnings_go_the_same_way(stream):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        carnet_logging.configure(terminal=False, stream=stream)
        warnings.warn("of zoe.dupont@exemple.test", UserWarning, stacklevel=1)
    assert "zoe" not in stream.getvalue()


def test_identifiers_stay_readable(stream):
    structlog.get_logger().info("job", person_id="0198c0de-0000-7000-8000-000000000000", seconds=123456)
    assert "0198c0de-0000-7000-8000-000000000000" in stream.getvalue()
    assert "123456" in stream.getvalue()


def test_what_a_job_raises_is_told_at_each_try(stream):
    def broken(*, person_id):
        raise ValueError(person_id)

    with pytest.raises(ValueError):
        jobs._told("exports.prepare", broken)(person_id="Dupont")
    (line,) = lines(stream)
    assert (line["event"], line["job"]) == ("job failed", "exports.prepare")
    assert "ValueError" in json.dumps(line)
    assert "Dupont" not in stream.getvalue()


def test_keys_and_tokens_are_masked_wherever_they_stand(stream):
    key = oauth.make_key() | {"client_id": "labo"}
    assertion = oauth.sign_assertion(key, audience="https://api.exemple.test", now=1_800_000_000)
    log = structlog.get_logger()
    log.info("asked", key=key, jwk=key, client_assertion=assertion, authorization="Bearer jeton-secret")
    log.info("answered", detail={"private_key": key, "said": [f"{assertion} to Bearer jeton-secret"]})
    logging.getLogger("library").error("to " + assertion)  # noqa: G003 - a careless library
    said = stream.getvalue()
    assert len(lines(stream)) == 3
    for secret in (key["d"], assertion, assertion.split(".")[2], "jeton-secret"):
        assert secret not in said
