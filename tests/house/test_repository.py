"""Rules of the house that no tool checks."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 500


def tracked(*patterns):
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        found = (path for pattern in patterns for path in ROOT.glob(pattern.replace("*", "**/*", 1)))
        return [path for path in found if path.is_file()]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def test_files_are_read_in_one_sitting():
    long = {
        str(path): lines for path in tracked("src/*.py") if (lines := path.read_text().count("\n")) > LONGEST
    }
    assert long == {}


def test_the_person_is_set_for_one_transaction_only():
    """`set_config(..., false)` would leave a person on the connection for the next request."""
    setting = re.compile(r"set_config\([^)]*(false|%s\s*\))", re.IGNORECASE)
    assert [str(path) for path in tracked("src/*.py") if setting.search(path.read_text())] == []


def test_only_the_door_sets_the_person():
    setters = {
        path.relative_to(ROOT).as_posix()
        for path in tracked("src/*.py")
        if "set_config('carnet.person_id'" in path.read_text()
    }
    assert setters == {"src/carnet/access/door.py"}


def test_nothing_leaves_the_machine_to_fetch_an_asset():
    foreign = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")
    assert [str(path) for path in tracked("src/*.html") if foreign.search(path.read_text())] == []


def test_no_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", re.IGNORECASE)
    assert [str(path) for path in tracked("src/*.html") if inline.search(path.read_text())] == []


def test_locked_versions_have_hashes_and_no_addresses():
    for path in tracked("requirements/*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        assert text.count("==") <= text.count("--hash="), path


@pytest.mark.parametrize("word", ["to" + "do", "fix" + "me", "x" * 3])
def test_nothing_is_left_for_later_in_silence(word):
    marker = re.compile(rf"(#|<!--|//)\s*{word}\b", re.IGNORECASE)
    assert [
        str(path)
        for path in tracked("src/*")
        if path.suffix in {".py", ".html", ".js", ".css"} and marker.search(path.read_text())
    ] == []


def test_the_version_is_said_alike():
    import tomllib

    import carnet

    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == carnet.__version__
