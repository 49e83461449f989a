"""Images: bounded before they are decoded, upright, without what a telephone writes into them.

Photographs become one tagged PDF. Meant to run in a helper process (carnet.platform.confined).
"""

import base64
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from carnet.standards.sniff import JPEG, PNG, TIFF, FileRefused, sniff

MAX_PIXELS: Final = 64_000_000
MAX_SIDE: Final = 20_000
MAX_FRAMES: Final = 100
MAX_PHOTOS: Final = 20
MAX_PDF_BYTES: Final = 5_000_000
_FORMATS: Final = {JPEG: "JPEG", PNG: "PNG", TIFF: "TIFF"}
_SIDES: Final = (2_480, 1_754, 1_240)  # A4 at 300, 212 and 150 dots an inch: the next when it is too heavy
_QUALITIES: Final = (80, 70, 60)
_ORIENTATION: Final = 0x0112
_MARKER: Final = 0xFF
_SCAN: Final = 0xDA
_DECODING: Final = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD})  # frames, tables, restarts
_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # how colours are to be read
_TEMPLATE: Final = """\
#set document(title: sys.inputs.title, author: (), keywords: (), date: none)
#set text(lang: "fr")
#set page(paper: "a4", margin: 0pt)
#for number in range(1, int(sys.inputs.count) + 1) {
  let side = int(sys.inputs.at("wide" + str(number)))
  set page(flipped: side == 1)
  align(center + horizon, image(str(number) + ".svg", alt: "Page " + str(number),
    width: 100%, height: 100%, fit: "contain"))
}
"""


class Facts(msgspec.Struct, frozen=True):
    """An image's own header. `turned`: it says that it is to be shown another way than it is stored."""

    media_type: str
    width: int
    height: int
    frames: int
    turned: bool


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def wide(self) -> bool:
        return self.width > self.height


def check(data: bytes) -> Facts:
    """Return the facts of an image's header; nothing is decoded.

    Raises FileRefused: `broken`, `pixels`, `frames`.
    """
    with _decoding(), _opened(data) as image:
        frames = int(getattr(image, "n_frames", 1))
        if frames > MAX_FRAMES:
            raise FileRefused("frames", f"Cette image a {frames} pages : la limite est de {MAX_FRAMES}.")
        _check_size(*image.size)
        for number in range(1, frames):
            image.seek(number)
            _check_size(*image.size)
        turned = image.getexif().get(_ORIENTATION, 1) not in {0, 1}
        return Facts(sniff(data) or "", image.width, image.height, frames, turned)


def clean_jpeg(data: bytes) -> bytes:
    """Return a JPEG without place, time or camera, and upright.

    The image itself stays byte for byte, unless it must be turned: then it is written again.
    Raises FileRefused.
    """
    if check(data).turned:
        return _jpeg(_upright(data, _SIDES[0] * 2), 92)
    return _without_metadata(data)


def photos_to_pdf(
    photos: list[bytes], title: str, *, black_and_white: bool = False, turns: list[int] | None = None
) -> bytes:
    """Return one tagged PDF (PDF/UA-1) of A4 pages, one a photograph, at most 5,000,000 bytes.

    `turns`: for each photograph, the quarters of a turn to the right once it is upright. Raises FileRefused
    (`broken`, `pixels`, `frames`, `count`, `size`).
    """
    quarters = turns or [0] * len(photos)
    if not 0 < len(photos) <= MAX_PHOTOS:
        raise FileRefused("count", f"Un document réunit de une à {MAX_PHOTOS} photos.")
    for photo in photos:
        check(photo)
    for side, quality in zip(_SIDES, _QUALITIES, strict=True):
        pages = [
            _page(photo, side, quality, turn, black_and_white=black_and_white)
            for photo, turn in zip(photos, quarters, strict=True)
        ]
        if sum(len(page.data) for page in pages) < MAX_PDF_BYTES - 100_000:
            made = _compile(pages, title)
            if len(made) <= MAX_PDF_BYTES:
                return made
    raise FileRefused("size", "Ces photos font ensemble un document trop lourd : faites-en deux.")


def png_to_pdf(data: bytes, title: str) -> bytes:
    """Return a PNG as a tagged PDF of one page, each of its points kept. Raises FileRefused."""
    if sniff(data) != PNG:
        raise FileRefused("broken", "Ce fichier n’est pas une image PNG.")
    check(data)
    with _decoding(), _opened(data) as image:
        kept = image if image.mode in {"RGB", "RGBA", "L", "LA", "1", "P"} else image.convert("RGB")
        written = io.BytesIO()
        kept.save(written, "PNG", compress_level=6)
        page = _Page(written.getvalue(), PNG, image.width, image.height)
    return _compile([page], title)


def _opened(data: bytes) -> Any:
    """Return an image whose header was read. Raises FileRefused."""
    from PIL import Image

    media_type = sniff(data)
    if media_type not in _FORMATS:
        raise FileRefused("broken", "Ce fichier n’est pas une image JPEG, PNG ou TIFF.")
    Image.MAX_IMAGE_PIXELS = None  # our own bounds are lower and say so in French
    warnings.simplefilter("ignore")
    return Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]])


@contextmanager
def _decoding() -> Iterator[None]:
    """Say in one way what decoders say in many."""
    try:
        yield
    except (FileRefused, MemoryError):
        raise
    except Exception as error:
        raise _broken() from error


def _broken() -> FileRefused:
    return FileRefused("broken", "Cette image est abîmée : elle ne peut pas être ouverte.")


def _check_size(width: int, height: int) -> None:
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise FileRefused(
            "pixels",
            f"Cette image est trop grande : {width} × {height} points, la limite est de"
            f" {MAX_PIXELS // 1_000_000} millions de points.",
        )


def _upright(data: bytes, side: int) -> Any:
    """Return the image as it is to be seen, on white, within a square of `side` points."""
    from PIL import Image, ImageOps

    with _decoding():
        opened = _opened(data)
        if opened.format == "JPEG":
            opened.draft("RGB", (side, side))  # decodes a smaller image when a smaller one is wanted
        turned = ImageOps.exif_transpose(opened)
        if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
            layer = turned.convert("RGBA")
            turned = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
        turned = turned.convert("RGB")
        turned.thumbnail((side, side))
        return turned


def _page(photo: bytes, side: int, quality: int, turn: int, *, black_and_white: bool) -> _Page:
    """Return a page's JPEG, turned by so many quarters to the right."""
    from PIL import ImageOps

    image = _upright(photo, side).rotate(-90 * (turn % 4), expand=True)
    if black_and_white:
        image = ImageOps.autocontrast(image.convert("L"), cutoff=2)
    return _Page(_jpeg(image, quality), JPEG, image.width, image.height)


def _jpeg(image: Any, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True, exif=b"")
    return written.getvalue()


def _without_metadata(data: bytes) -> bytes:
    """Copy of a JPEG what it takes to decode it: neither EXIF, XMP, IPTC, nor comments."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == _MARKER:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            return b"".join([*kept, data[at : _end(data, at)]])
        known = _KEPT.get(marker)
        if marker in _DECODING or (known and data.startswith(known, at + 4)):
            kept.append(data[at : at + 2 + size])
        at += 2 + max(size, 2)
    raise _broken()


def _end(data: bytes, at: int) -> int:
    """Return where the image ends: what telephones append after it (a film, a depth) is left out."""
    found = data.find(b"\xff\xd9", at)
    while found >= 0 and data[found + 2 : found + 4] in {b"\xff\xc4", b"\xff\xda"}:  # the next scan
        found = data.find(b"\xff\xd9", found + 2)
    return found + 2 if found >= 0 else len(data)


def _compile(pages: list[_Page], title: str) -> bytes:
    import typst

    files = {f"{number}.svg": _vector(page) for number, page in enumerate(pages, 1)}
    wide = {f"wide{number}": str(int(page.wide)) for number, page in enumerate(pages, 1)}
    made = typst.compile(
        {"main": _TEMPLATE.encode(), **files}, format="pdf", pdf_standards=["ua-1"],  # type: ignore[call-overload]
        ignore_system_fonts=True,
        sys_inputs={"title": title or "Document", "count": str(len(pages)), **wide},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def _vector(page: _Page) -> bytes:
    """Wrap an image into a drawing, which keeps it as it is: from memory typst takes files of text alone."""
    size = f'width="{page.width}" height="{page.height}"'
    inside = base64.b64encode(page.data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {page.width} {page.height}">'
        f'<image {size} href="data:{page.media_type};base64,{inside}"/></svg>'
    ).encode()
