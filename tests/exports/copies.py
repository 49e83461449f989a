"""A person who has something of everything, and her copy, made here and now or by a worker."""

import io
import zipfile
from pathlib import Path

from django.db import connection

from carnet.exports import api as exports
from carnet.exports.preparing import prepare
from carnet.measures.api import Kind
from carnet.platform import blobs
from carnet.profile import api as profile
from carnet.profile.api import LinkKind, Rubric
from tests.documents.deposits import deposit, header_of, holder, report, scanned
from tests.histories import insurer
from tests.measures import entering
from tests.profile import entries

HOSTILE = '<script>alert("x")</script> « Bilan » & fils ../../etc/passwd'
EMPTY = {Rubric.DISABILITIES, Rubric.WISHES}
DECLARED = Rubric.HOSPITALIZATIONS


def fill(person_id, folder: Path, *, measures=3):
    """Give a person a line of almost every rubric, measures of every kind, acts and documents."""
    deposit(report(person_id, 1))
    document = deposit(scanned(person_id, 2, title=HOSTILE)).document_id
    for rubric in Rubric:
        if rubric not in EMPTY | {DECLARED, Rubric.TREATMENTS, Rubric.LIFESTYLES}:
            entries.add(person_id, rubric)
    entries.add(person_id, Rubric.LIFESTYLES)
    disease = entries.add(person_id, Rubric.DISEASES, name="Diabète <b>de type 2</b>"[:8], episode="START")
    entries.add(
        person_id,
        Rubric.TREATMENTS,
        links=((LinkKind.DISEASE, disease), (LinkKind.DOCUMENT, document)),
    )
    with entries.managing(person_id) as a:
        profile.declare_unconcerned(a, rubric=DECLARED)
    for kind in Kind:
        if kind is not Kind.BODY_MASS_INDEX:
            entering.add_series(person_id, kind, measures)
    insurer.load(
        insurer.write(
            folder / "mhs.jsonl",
            [
                insurer.line(person_id, "R1"),
                insurer.line(
                    person_id, "R2", category="HOSPITALIZATION", day="2025-01-05", until="2025-01-09",
                    label="Appendicectomie", detail="Séjour de 4 nuits",
                ),
            ],
        )
    )  # fmt: skip


def make(person_id, by=None):
    """Ask for a copy and prepare it at once; return its id."""
    copy_id = exports.ask_copy(person_id, by=by or holder(person_id))
    prepare(copy_id)
    return copy_id


def find(copy_id):
    from carnet.exports import queries

    return queries.find(copy_id)


def download(copy_id, person_id, by=None) -> list[bytes]:
    """Return the archives of a ready copy."""
    by = by or holder(person_id)
    return [
        b"".join(exports.open_part(copy_id, part.number, person_id=person_id, by=by).chunks)
        for part in find(copy_id).parts
    ]


def unpack(archives, folder: Path) -> Path:
    """Extract every part in one folder, as its reader does."""
    for data in archives:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            assert opened.testzip() is None
            opened.extractall(folder)
    return folder


def stored(person_id) -> list[str]:
    """The names of the blobs of copies of a person."""
    return sorted(name for name in blobs.store().names(person_id) if name.startswith("copy-"))


def journal_of(person_id, *events):
    from tests.conftest import acting_as

    with acting_as("carnet_seal"), connection.cursor() as cursor:
        cursor.execute(
            "select event, actor_kind, purpose, allowed, reason, reference from journal where person_id = %s"
            " and (%s or event = any(%s)) order by id",
            [person_id, not events, [str(event) for event in events]],
        )
        return cursor.fetchall()


__all__ = [
    "DECLARED",
    "EMPTY",
    "HOSTILE",
    "download",
    "fill",
    "find",
    "header_of",
    "journal_of",
    "make",
    "stored",
    "unpack",
]
