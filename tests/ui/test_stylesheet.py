"""The design system as we take it: only what is used, nothing that is reserved to the State, within a weight."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from carnet.ui import stylesheet
from carnet.ui.stylesheet import DesignSystemFinder, DesignSystemMissingError

SOURCE = Path(stylesheet.__file__).parents[1]
UI = SOURCE / "ui"
OWN = UI / "static/ui"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dsfr")
    return folder, stylesheet.build(stylesheet.find_source(), folder)


def test_no_font_is_asked_for(built):
    css = (built[0] / "dsfr.css").read_text("utf-8") + "".join(
        p.read_text("utf-8") for p in OWN.glob("*.css")
    )
    assert "@font-face" not in css
    assert not re.search(r"\.woff2?|\.ttf", css)


def test_every_picture_that_the_stylesheet_points_to_is_there(built):
    folder, paths = built
    css = (folder / "dsfr.css").read_text("utf-8")
    asked = {url for url in re.findall(r"url\(([^)]+)\)", css) if not url.lstrip("\"'").startswith("data:")}
    assert asked
    assert asked <= set(paths)
    assert all((folder / path).stat().st_size for path in paths)


def test_the_package_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(stylesheet, "find_spec", lambda _name: None)
    with pytest.raises(DesignSystemMissingError, match="django-dsfr"):
        stylesheet.find_source()


def test_the_finder_lists_and_finds_the_same_files():
    finder = DesignSystemFinder()
    listed = dict(finder.list(None))
    assert "ui/dsfr/dsfr.css" in listed
    for path, storage in listed.items():
        assert storage.exists(path)
        assert Path(finder.find(path)).is_file()
        assert finder.find(path, find_all=True) == [finder.find(path)]
    for path in (
        "ui/dsfr/nope.css",
        "ui/dsfr/../dsfr/dsfr.css",
        "ui/dsfr/../../../../etc/passwd",
        "ui/theme.css",
    ):
        assert finder.find(path) == []


def test_a_page_weighs_less_than_its_budget(built):
    """250 kB for a home page: what this room adds to each page stays under a third of it."""
    files = [built[0] / "dsfr.css", *OWN.glob("*.css"), *OWN.glob("*.js")]
    files.append(Path(finders.find("django_htmx/htmx-2.min.js")))
    weight = sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert weight < 80_000


def templates(folder: Path) -> list[Path]:
    return sorted(folder.rglob("templates/**/*.html"))


def test_classes_of_the_design_system_stay_in_this_room():
    outside = [path for path in templates(SOURCE) if UI not in path.parents]
    for path in outside:
        text = path.read_text("utf-8")
        assert not re.search(r"\bfr-[a-z]", text), f"{path}: a class of the design system outside carnet.ui"


def test_every_class_that_we_write_is_known_to_a_stylesheet(built):
    css = (built[0] / "dsfr.css").read_text("utf-8") + (OWN / "carnet.css").read_text("utf-8")
    known = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", css))
    plain = {"ui-page", "ui-page--public", "ui-page--narrow", "ui-help"}  # names that carry a meaning only
    written = 0
    for path in templates(UI):
        text = re.sub(r"\{%.*?%\}|[\w-]*\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        for name in " ".join(re.findall(r'class="([^"]*)"', text)).split():
            written += 1
            assert name in known | plain, f"{path.name}: {name}"
    assert written > 100


def test_nothing_of_the_state_is_shown():
    for path in templates(UI):
        text = path.read_text("utf-8").lower()
        assert "république" not in text
        assert "marianne" not in text
        assert "fr-logo" not in text
