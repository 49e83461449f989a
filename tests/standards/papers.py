"""Files that people send, good and bad, made for the tests."""

import io
from functools import lru_cache

import pikepdf
from PIL import Image


@lru_cache(maxsize=64)
def pdf(text="Compte rendu", pages=1) -> bytes:
    """A tagged PDF with that text on each page."""
    import typst

    lines = "\n#pagebreak()\n".join([f'#text("{text}")'] * pages)
    source = f'#set document(title: "Essai")\n{lines}'
    return typst.compile({"main": source.encode()}, format="pdf", ignore_system_fonts=True)


def rewritten(change, **options) -> bytes:
    """The same PDF after `change(opened)`."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        change(opened)
        opened.save(written, **options)
    return written.getvalue()


def pdf_with_javascript() -> bytes:
    def add(opened):
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")

    return rewritten(add, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pdf_with_hidden_javascript() -> bytes:
    """In an action that follows another, in a page's own actions."""

    def add(opened):
        further = opened.make_indirect(pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="x"))
        first = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=pikepdf.Array([further]))
        opened.pages[0].AA = pikepdf.Dictionary(O=first)

    return rewritten(add)


def pdf_that_launches() -> bytes:
    def add(opened):
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")

    return rewritten(add)


def pdf_with_embedded(data: bytes, name="piece.bin") -> bytes:
    def add(opened):
        opened.attachments[name] = pikepdf.AttachedFileSpec(opened, data, filename=name)

    return rewritten(add)


def pdf_encrypted(user="secret") -> bytes:
    return rewritten(lambda _opened: None, encryption=pikepdf.Encryption(owner="owner", user=user))


@lru_cache(maxsize=4)
def pdf_of_pages(count: int) -> bytes:
    with pikepdf.new() as made:
        for _ in range(count):
            made.add_blank_page()
        written = io.BytesIO()
        made.save(written)
    return written.getvalue()


@lru_cache(maxsize=32)
def image(kind="JPEG", size=(60, 40), *, mode="RGB", exif=None, **options) -> bytes:
    """An image whose left half is black."""
    made = Image.new(mode, size, "white")
    made.paste("black", (0, 0, size[0] // 2, size[1]))
    if exif == "turned, in Paris":
        data = Image.Exif()
        data[0x0112] = 6
        data[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}
        options["exif"] = data
    elif exif == "in Paris":
        data = Image.Exif()
        data[0x010F] = "Telephone"
        data[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}
        options["exif"] = data
    written = io.BytesIO()
    made.save(written, kind, **options)
    return written.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header announces a size, with next to nothing behind."""
    import struct
    import zlib

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10))
        + chunk(b"IEND", b"")
    )


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\author Secret}}\pard H\'e9patite"
    rb" B\par\u339?d\'e8me {\b gras}\tab fin{\*\generator Msftedit;}}"
)
EXE = b"MZ\x90\x00" + b"\0" * 200
ZIP = b"PK\x03\x04" + b"\0" * 200
