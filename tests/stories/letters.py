"""What a hospital writes about a persona, and what she holds in her hands: letters, photographs, small notes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import typst
from PIL import Image, ImageDraw, ImageFont

from carnet.sandbox.personas import get_persona
from carnet.standards.cda.model import Attachment, Code, Patient
from carnet.standards.cda.writer import write_n1
from carnet.standards.ins import OID_INS_TEST, Traits
from tests.standards.samples import HEADER
from tests.stories.conftest import Demo

HOSPITAL, CLINIC = "000000026", "000000034"

_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
#set page(paper: "a4", margin: 2.4cm)
#set text(lang: "fr", size: 11pt)
= #data.title
#for paragraph in data.paragraphs [#paragraph

]
"""


def letter_pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """A letter as a PDF whose text is text."""
    facts = json.dumps({"title": title, "paragraphs": list(paragraphs)})
    made: bytes = typst.compile(_TEMPLATE.encode(), sys_inputs={"data": facts}, ignore_system_fonts=True)
    return made


def report(
    key: str, pdf: bytes, *, number: int, title: str, at: datetime, version: int = 1, replaces: int = 0
) -> bytes:
    """A CDA of level 1 around a letter about a persona; `replaces`: the number of the one that it corrects."""
    one = get_persona(key)
    first = one.given_names.split()[0]
    traits = Traits(
        birth_name=one.birth_name, first_given_name=first, given_names=one.given_names,
        birth_date=one.born, sex=one.sex, birth_place=one.birth_place,
    )  # fmt: skip
    patient = Patient(
        ins=one.matricule(one.born), ins_oid=OID_INS_TEST, local_ids=("1.2.250.1.999.2^1",), traits=traits,
        used_family=one.birth_name, used_given=first,
    )  # fmt: skip
    header = replace(
        HEADER, unique_id=f"1.2.250.1.999.1^LETTER-{number}",
        set_id=f"1.2.250.1.999.1^SET-{replaces or number}", version_number=version,
        replaces=(f"1.2.250.1.999.1^LETTER-{replaces}",) if replaces else (),
        code=Code("11490-0", "2.16.840.1.113883.6.1", "Lettre de liaison à la sortie"),
        title=title, effective_time=at, service_start=at, service_stop=None, patient=patient,
    )  # fmt: skip
    return write_n1(header, Attachment("application/pdf", pdf))


def deposit(demo: Demo, file: Path, data: bytes, *, key: str, by: str) -> dict:
    """Deposit as a structure does: one command; return what it answers to software."""
    file.write_bytes(data)
    one = get_persona(key)
    done = demo.carnet(
        "--json", "documents", "deposit", str(file), "--ins", one.matricule(one.born), "--by", by
    )
    return json.loads(done.stdout.splitlines()[-1])


def photograph(words: str, number: int) -> bytes:
    """A sheet of paper as a telephone sees it."""
    sheet = Image.effect_noise((1200, 1600), 24).convert("RGB").point(lambda level: 150 + level // 3)
    font = ImageFont.load_default(size=54)
    ImageDraw.Draw(sheet).multiline_text(
        (110, 160), f"{words}\n\nPage {number}", fill=(30, 30, 60), font=font
    )
    out = BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()
