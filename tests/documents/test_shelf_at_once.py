"""Two browsers at the same moment, on two connections: one folder, one title."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from carnet.documents import api as documents
from carnet.documents.api import ArrangeRefused, DocumentChangedError, FolderUnknownError
from carnet.terminology.api import Category
from tests.documents.deposits import add_claire
from tests.documents.shelves import add_document, add_own, managed, new_folder, opened, row_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run each act in a thread of its own, together; return how each ended: "done" or its refusal."""
    ends, together = Counter(), threading.Barrier(len(acts))

    def run(act):
        try:
            together.wait(10)
            act()
            ends["done"] += 1
        except (ArrangeRefused, DocumentChangedError, FolderUnknownError) as refused:
            ends[type(refused)] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(ends.values()) == len(acts)
    return ends


def test_a_folder_removed_while_a_document_moves_in_leaves_it_in_none():
    claire = add_claire()
    document = add_document(claire)

    def remove(folder):
        with managed(claire) as a:
            documents.delete_folder(a, folder_id=folder)

    def move(folder):
        with managed(claire) as a:
            documents.move(a, document_ids=[document], folder_id=folder)

    for number in range(4):
        folder = new_folder(claire, f"Dossier {number}")
        ends = at_once(lambda f=folder: remove(f), lambda f=folder: move(f))
        assert ends in (Counter(done=2), Counter({"done": 1, FolderUnknownError: 1}))
        assert row_of(claire, document)["folder_id"] is None


def test_one_name_is_taken_once():
    claire = add_claire()
    add_document(claire)
    assert at_once(*[lambda: new_folder(claire, "Été")] * 4) == Counter({"done": 1, ArrangeRefused: 3})
    with opened(claire) as a:
        assert len(documents.list_folders(a)) == 1


def test_one_of_two_corrections_wins_and_the_other_is_told():
    claire = add_claire()
    document = add_own(claire)
    shown = row_of(claire, document)["entry_id"]

    def correct(title):
        with managed(claire) as a:
            documents.change_own(a, document_id=document, title=title, category=Category.OTHER,
                                 day=date(2024, 5, 2), version=shown)  # fmt: skip

    ends = at_once(lambda: correct("Un"), lambda: correct("Deux"))
    assert ends == Counter({"done": 1, DocumentChangedError: 1})
