"""What an archive holds and in which order: documents, then pages, bundle and lists about them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from carnet.access.api import Teller
from carnet.exports import pages
from carnet.exports.bundle.whole import resources
from carnet.exports.originals import DocumentFiles, write_documents
from carnet.exports.policies import csv_cell
from carnet.exports.record import Record
from carnet.exports.stream import Archive
from carnet.platform.clock import PARIS
from carnet.platform.ids import uuid7
from carnet.standards.fhir.codec import write_bundle

AFTER_DOCUMENTS = 3
"""Steps after the documents: the pages, the list of accesses, the bundle."""
_HEADERS = ("date", "heure", "qui", "quoi", "précisions", "pourquoi", "autorisé")


def write_archive(record: Record, archive: Archive, *, done: Callable[[int], object]) -> None:
    """Write all of a record and close the archive; `done` is told the steps of `count_steps`."""
    teller = Teller(
        record.asker_id, record.person.id, record.names, record.titles, record.software, record.structures,
        record.professionals,
    )  # fmt: skip
    site = pages.Site(record, teller)
    files = list(write_documents(record, archive, page=site.document, done=done))
    steps = len(record.documents)
    for path, content in site.pages(files):
        archive.add(path, content)
    done(steps + 1)
    archive.add_stream("acces.csv", _accesses(record, teller))
    done(steps + 2)
    archive.add_stream("fhir/bundle.json", _bundle(record, files, teller))
    archive.close()
    done(steps + AFTER_DOCUMENTS)


def count_steps(record: Record) -> int:
    """Return how many steps `write_archive` will tell."""
    return len(record.documents) + AFTER_DOCUMENTS


def _bundle(record: Record, files: list[DocumentFiles], teller: Teller) -> Iterator[bytes]:
    return write_bundle(resources(record, files, teller), id=uuid7(), at=record.at)


def _accesses(record: Record, teller: Teller) -> Iterator[bytes]:
    """Yield the history as CSV for a French spreadsheet: semicolons, UTF-8 with its mark."""
    yield b"\xef\xbb\xbf" + _csv_line(_HEADERS)
    for line in record.lines:
        at = line.at.astimezone(PARIS)
        cells = (
            teller.who(line), teller.what(line), teller.details(line), teller.why(line),
            "oui" if line.allowed else "non",
        )  # fmt: skip
        yield _csv_line((f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", *cells))


def _csv_line(cells: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow([csv_cell(cell) for cell in cells])
    return text.getvalue().encode()
