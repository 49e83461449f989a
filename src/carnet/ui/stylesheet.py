"""The part of the design system that our pages use, taken from the files of the ``dsfr`` package.

One stylesheet of the core and of the components below, without its fonts (the Marianne typeface is
reserved to the State, and pages use the fonts of the device), and only the pictures that it points to:
some thirty files to collect instead of 1,578. Nothing of it is kept in the repository:
``DesignSystemFinder`` (in ``STATICFILES_FINDERS``) makes it when static files are collected or served,
so ``dsfr`` need not be an installed app.
"""

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

COMPONENTS = ("link", "button", "input", "select", "form", "checkbox", "radio", "upload", "alert", "stepper")
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
PICTURE = re.compile(r"url\((?:\.\./)+icons/([\w/.-]+\.svg)\)")
DESIGN_SYSTEM = "ui/dsfr"


class DesignSystemMissingError(FileNotFoundError):
    """The package that brings the design system is not installed, or its layout changed."""


def find_source() -> Path:
    """The folder of the built files in the installed package. Raises DesignSystemMissingError."""
    spec = find_spec("dsfr")
    folder = Path(next(iter(spec.submodule_search_locations or ()), "")) if spec else Path()
    source = folder / "static/dsfr/dist"
    if not (source / "core/core.main.min.css").is_file():
        raise DesignSystemMissingError(
            f"django-dsfr is not installed as expected: {source} has no core stylesheet"
        )
    return source


def build(source: Path, target: Path) -> tuple[str, ...]:
    """Write the stylesheet and its pictures under ``target``; return the relative paths written."""
    css = FONT_FACE.sub("", "\n".join(path.read_text("utf-8") for path in _sheets(source)))
    pictures = sorted(set(PICTURE.findall(css)))
    _write(target / "dsfr.css", PICTURE.sub(r"url(icons/\1)", css).encode())
    for picture in pictures:
        _write(target / "icons" / picture, (source / "icons" / picture).read_bytes())
    return ("dsfr.css", *(f"icons/{picture}" for picture in pictures))


def _sheets(source: Path) -> Iterator[Path]:
    yield source / "core/core.main.min.css"
    for name in COMPONENTS:
        yield source / f"component/{name}/{name}.main.min.css"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class DesignSystemFinder(BaseFinder):
    """Serves ``ui/dsfr/…`` from a folder made once per process, and removed with it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._paths: tuple[str, ...] = ()

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        return []

    def _root(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="carnet-ui-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            self._paths = build(find_source(), self._folder / DESIGN_SYSTEM)
        return self._folder

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 the signature of Django
        """The absolute path of one file (a list with ``find_all``), or an empty list."""
        if not path.startswith(f"{DESIGN_SYSTEM}/"):
            return []
        full = self._root() / path
        if path.removeprefix(f"{DESIGN_SYSTEM}/") not in self._paths:
            return []
        return [str(full)] if find_all else str(full)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:  # noqa: ARG002 ours are all wanted
        storage = FileSystemStorage(location=self._root())
        for path in self._paths:
            yield f"{DESIGN_SYSTEM}/{path}", storage
