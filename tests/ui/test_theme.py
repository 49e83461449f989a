"""The colours of the theme keep the contrast that the French accessibility reference asks for (RGAA 3.2, 3.3)."""

import re
from pathlib import Path

import pytest

from carnet.ui import stylesheet

CSS = (Path(stylesheet.__file__).parent / "static/ui/theme.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", CSS))

TEXT_ON = [
    ("ink", "paper"), ("ink", "page-ground"), ("ink", "brand-tint"), ("ink", "neutral-ground"),
    ("ink-soft", "paper"), ("ink-soft", "page-ground"), ("ink-soft", "brand-soft"), ("ink-soft", "brand-tint"),
    ("brand", "paper"), ("brand", "page-ground"), ("brand", "brand-tint"), ("on-brand", "brand"),
    ("on-brand", "brand-deep"), ("on-brand", "brand-accent"), ("brand-accent", "paper"),
    ("on-brand", "blue-france-sun-113-625-hover"), ("on-brand", "blue-france-sun-113-625-active"),
    ("tone-info", "tone-info-ground"), ("tone-success", "tone-success-ground"),
    ("tone-warning", "tone-warning-ground"), ("tone-error", "tone-error-ground"), ("tone-error", "paper"),
    ("on-brand", "tone-error"), ("ink", "tone-info-ground"), ("ink", "tone-error-ground"),
    ("ink", "tone-success-ground"), ("ink", "tone-warning-ground"), ("ribbon-ink", "ribbon"), ("desk", "paper"),
    ("pro", "paper"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_a_text_is_read_on_its_ground(text, ground):
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


def test_own_names_do_not_change_those_of_the_design_system(tmp_path):
    """Except the action colour and the error, changed on purpose."""
    stylesheet.build(stylesheet.find_source(), tmp_path)
    theirs = set(re.findall(r"(--[\w-]+)\s*:", (tmp_path / "dsfr.css").read_text("utf-8")))
    ours = set(re.findall(r"^\s+(--[\w-]+)\s*:", CSS, re.MULTILINE))
    shared = {name for name in ours & theirs if not name.startswith(("--blue-france-", "--error-425-625"))}
    assert not shared
