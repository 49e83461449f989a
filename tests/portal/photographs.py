"""Files for tests: a small real PDF, and photographs of one colour each, marked to tell how they stand."""

import io
from collections.abc import Mapping
from functools import lru_cache

from PIL import Image, ImageDraw

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "red": (200, 30, 30),
    "green": (30, 160, 60),
    "blue": (30, 60, 200),
}


def photograph(colour="red", *, width=600, height=800, kind="JPEG") -> bytes:
    """A picture of that colour with a white square in its upper left corner."""
    image = Image.new("RGB", (width, height), COLOURS[colour])
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, width // 4), fill="white")
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


@lru_cache(maxsize=1)
def real_pdf() -> bytes:
    """A PDF of one empty page."""
    import pikepdf

    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written)
    return written.getvalue()


def colours_of(pdf: bytes) -> list[tuple[str, str]]:
    """Each page of a PDF: its colour, and the corner in which its white square stands."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_seen(page.render(scale=0.5).to_pil().convert("RGB")) for page in document]
    finally:
        document.close()


def _seen(page: Image.Image) -> tuple[str, str]:
    """The page holds the photograph as large as it can, in its middle."""
    box = _extent(page)
    colour = min(COLOURS, key=lambda name: _distance(COLOURS[name], page.getpixel(_centre(box))))
    step = min(box[2] - box[0], box[3] - box[1]) // 10
    corners = {
        "upper left": (box[0] + step, box[1] + step),
        "upper right": (box[2] - step, box[1] + step),
        "lower right": (box[2] - step, box[3] - step),
        "lower left": (box[0] + step, box[3] - step),
    }
    return colour, next(name for name, at in corners.items() if min(page.getpixel(at)) > 230)


def _extent(page: Image.Image) -> tuple[int, int, int, int]:
    coloured = (
        page.point(lambda value: 255 if value < 220 else 0).convert("L").point(lambda v: 255 if v else 0)
    )
    box = coloured.getbbox()
    assert box is not None
    return box


def _centre(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
