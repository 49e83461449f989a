"""Documents for tests of the shelf: rows as a deposit leaves them, whatever their state."""

from contextlib import contextmanager

from django.db import connection

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.standards.cda.writer import Section, write_n3
from tests.documents.deposits import deposit, header_of, holder
from tests.standards.samples import N3_TEMPLATES, RESULTS


def opened(person, *, by=None):
    """Return the person's door, as she opens it herself to look."""
    return access.open(person, by=by or holder(person), purpose=Purpose.CONSULT)


@contextmanager
def managed(person, *, by=None):
    """The door for acts that write their own lines; a line stands for what tests do behind them."""
    with access.open(person, by=by or holder(person), purpose=Purpose.MANAGE, late=True) as a:
        yield a
        if not a.lines:
            a.record(EventType.SPACE_CONSULTED)


def add_document(person, number=1, *, text="", columns=None, **changes):
    """Deposit a report with those words inside, and give its row the columns of a state; return its id."""
    changes.setdefault("template_ids", N3_TEMPLATES)
    blocks = (text or "Rien à signaler.", f"Feuille {number}.")  # each its own content: else they are twins
    section = Section(title="Texte", code=RESULTS.code, blocks=blocks)
    document = deposit(write_n3(header_of(person, number, **changes), (section,))).document_id
    if columns:
        set_columns(person, document, **columns)
    return document


def add_own(person, number=1, **options):
    """A document of the person's own."""
    columns = {"depositor": "PATIENT", "structure": "", **options.pop("columns", {})}
    return add_document(person, number, columns=columns, **options)


def set_columns(person, document, **columns):
    names = ", ".join(f"{name} = %s" for name in columns)
    with managed(person), connection.cursor() as cursor:
        cursor.execute(
            f"update documents_document set {names} where person_id = %s and id = %s",
            [*columns.values(), person, document],
        )
        assert cursor.rowcount == 1


def make_versions(person, *documents):
    """Make of documents the versions of one, oldest first."""
    set_key = crypto.ensure_key(person).hash("set", str(documents[0]))
    for number, document in enumerate(documents, 1):
        last = document == documents[-1]
        set_columns(
            person, document, set_key=set_key, version=number,
            status="current" if last else "superseded",
            status_at=None if last else clock.now(),
            replaced_by=None if last else documents[number],
        )  # fmt: skip


def make_twins(person, shown, *others):
    """Make of documents one content that came several ways; the first is the one that is shown."""
    content = crypto.ensure_key(person).hash("content", str(shown))
    for document in (shown, *others):
        give_source(person, document)
    set_columns(person, shown, content_key=content)
    for other in others:
        set_columns(person, other, content_key=content, same_as=shown)


def new_folder(person, name="Opération du genou"):
    from carnet.documents import api as documents

    with managed(person) as a:
        return documents.create_folder(a, name=name)


def row_of(person, document):
    """Return a row as it lies in the table, by column name."""
    with opened(person), connection.cursor() as cursor:
        cursor.execute(
            "select * from documents_document where person_id = %s and id = %s", [person, document]
        )
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def unknown():
    return uuid7()


def give_source(person, document):
    """Write the way by which a document came, unless its deposit did."""
    with managed(person), connection.cursor() as cursor:
        cursor.execute(
            "insert into documents_source (person_id, id, document_id, depositor, structure, at, sealed)"
            " select person_id, id, id, depositor, structure, deposited_at, ''::bytea from documents_document d"
            " where person_id = %s and id = %s and not exists (select from documents_source s"
            " where s.person_id = d.person_id and s.document_id = d.id)",
            [person, document],
        )
