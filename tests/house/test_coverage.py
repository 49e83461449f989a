"""docs/coverage.md names functions and pages that exist."""

import re
from importlib import import_module
from pathlib import Path

from django.urls import get_resolver

PAGE = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text()
NAMED = re.compile(r"`([a-z_]+(?:\.[a-z_]+)*)\.api\.([A-Za-z_]+)")
ADDRESS = re.compile(r"(?<=[ (])(/[a-zé0-9/…-]*/)(?=[ ,)])")


def test_every_function_named_is_there():
    named = set(NAMED.findall(PAGE))
    assert len(named) > 40
    missing = [
        f"{room}.{name}" for room, name in named if not hasattr(import_module(f"carnet.{room}.api"), name)
    ]
    assert missing == []


def addresses(resolver, before=""):
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, here)
        else:
            yield re.sub(r"<[^>]+>", "…", "/" + here)


def test_every_page_named_is_there():
    known = {re.sub(r"/[^/]*…[^/]*", "/…", address) for address in addresses(get_resolver())}
    named = set(ADDRESS.findall(PAGE))
    assert len(named) > 40

    def exists(address):
        wanted = re.escape(address).replace("…", "[^/]+")
        return any(
            re.fullmatch(wanted, one) or re.fullmatch(re.escape(one).replace("…", "[^/]+"), address)
            for one in known
        )

    assert [address for address in sorted(named) if not exists(address)] == []
