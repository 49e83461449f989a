"""Each room is entered by its door: from outside, nothing of it is imported but its `api` (ARCHITECTURE.md)."""

import ast
from pathlib import Path

import carnet

SOURCES = Path(carnet.__file__).parent
ROOMS = {door.parent.name for door in SOURCES.glob("*/api.py")}
# The wiring: what reads a register's file is a whole subject of people, run by its command alone.
ALLOWED = {("config", "carnet.people.register")}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module.count(".") >= 2
            yield from [node.module] if whole else [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def entered(path):
    """Return what a file imports of other rooms, their doors apart."""
    own = path.relative_to(SOURCES).parts[0]
    for module in imported(ast.parse(path.read_text())):
        house, _, rest = module.partition(".")
        room, _, inside = rest.partition(".")
        if house == "carnet" and room in ROOMS - {own} and inside and inside.split(".")[0] != "api":
            yield own, module


def test_rooms_are_entered_by_their_doors():
    assert {"documents", "profile", "people"} <= ROOMS
    found = {pair for path in SOURCES.rglob("*.py") for pair in entered(path)}
    assert found == ALLOWED


def test_it_would_see_another_way_in(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.SOURCES", tmp_path)
    (tmp_path / "portal").mkdir()
    view = tmp_path / "portal" / "view.py"
    view.write_text("from carnet.documents import api, queries\nfrom carnet.people.models import Person\n")
    assert set(entered(view)) == {("portal", "carnet.documents.queries"), ("portal", "carnet.people.models")}
