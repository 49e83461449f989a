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


def pdf_with_javascript(*, damaged=False) -> bytes:
    """`damaged`: beside it stands what cannot be looked into."""

    def add(opened):
        if damaged:
            unread = opened.make_stream(b"x", Filter=pikepdf.Name.FlateDecode)
            opened.Root.AcroForm = pikepdf.Dictionary(XFA=unread)
            opened.Root.Names = pikepdf.Dictionary(EF=pikepdf.String("x"))
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")

    return rewritten(add, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pdf_with_hidden_javascript() -> bytes:
    """In an action that follows another, in a page's own actions."""

    def add(opened):
        further = opened.make_indirect(pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="x"))
        first = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=pikepdf.Array([further]))
        opened.pages[0].AA = pikepdf.Dictionary(O=first)

    return rewritten(add)


def pdf_with_deep_javascript(depth=60) -> bytes:
    """At the end of a row of actions, each written within the one before."""

    def add(opened):
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        for _ in range(depth):
            action = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=action)
        opened.Root.OpenAction = action

    return rewritten(add)


def pdf_with_javascript_in_its_trailer() -> bytes:
    """The catalogue itself has no number, and no table says where anything stands."""
    return (
        b"%PDF-1.4\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>\nendobj\n"
        b"trailer\n<</Root<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>/Size 4>>\n%%EOF\n"
    )


def pdf_with_form(xml: bytes, *, parts=False) -> bytes:
    """A form of XML (XFA), whole or in parts."""

    def add(opened):
        form = opened.make_stream(xml)
        packets = pikepdf.Array([pikepdf.String("template"), form]) if parts else form
        opened.Root.AcroForm = pikepdf.Dictionary(XFA=packets)

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
