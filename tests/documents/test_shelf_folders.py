"""Folders: a name once whatever its spelling, documents in and out, two browsers at once."""

import pytest

from carnet.documents import api as documents
from carnet.documents.api import ArrangeRefused, Filters, FolderUnknownError
from carnet.journal.api import EventType, list_lines
from carnet.platform import crypto
from tests.documents.deposits import add_claire
from tests.documents.shelves import (
    add_document,
    make_versions,
    managed,
    new_folder,
    opened,
    row_of,
    set_columns,
    unknown,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    return add_claire()


def names(person):
    with opened(person) as a:
        return [folder.name for folder in documents.list_folders(a)]


@pytest.mark.parametrize(
    "name", ["Été 2026", "ete 2026", "  ÉTÉ   2026 ", "été-2026", "E\u0301te\u0301 2026"]
)
def test_a_name_stands_once_whatever_its_spelling(claire, name):
    new_folder(claire, "Été 2026")
    with pytest.raises(ArrangeRefused, match="déjà un dossier de ce nom"):
        new_folder(claire, name)
    assert names(claire) == ["Été 2026"]


@pytest.mark.parametrize("name", ["", "   ", "…", "x" * 51])
def test_a_name_has_letters_and_fifty_at_most(claire, name):
    with pytest.raises(ArrangeRefused) as refused:
        new_folder(claire, name)
    assert refused.value.field == "name"
    new_folder(claire, "y" * 50)


def test_folders_are_in_the_order_of_a_dictionary(claire):
    for name in ("zèbre", "École", "abeille", "2026"):
        new_folder(claire, name)
    assert names(claire) == ["2026", "abeille", "École", "zèbre"]


def test_renaming_to_its_own_spelling_is_allowed_to_anothers_refused(claire):
    folder = new_folder(claire, "dents")
    new_folder(claire, "Yeux")
    with managed(claire) as a:
        documents.rename_folder(a, folder_id=folder, name="Dents")
    with managed(claire) as a, pytest.raises(ArrangeRefused):
        documents.rename_folder(a, folder_id=folder, name="YEUX")
    with managed(claire) as a, pytest.raises(FolderUnknownError):
        documents.rename_folder(a, folder_id=unknown(), name="Autre")
    assert names(claire) == ["Dents", "Yeux"]


def test_deleting_a_folder_leaves_every_document_in_none(claire):
    folder = new_folder(claire)
    old, new, hidden = (add_document(claire, n, columns={"folder_id": folder}) for n in range(3))
    make_versions(claire, old, new)
    set_columns(claire, hidden, invisible_patient=True)
    with managed(claire) as a:
        documents.delete_folder(a, folder_id=folder)
    with opened(claire) as a:
        assert documents.list_folders(a) == []
        assert [card.folder_id for card in documents.list_documents(a, Filters())] == [None]
    with managed(claire) as a, pytest.raises(FolderUnknownError):
        documents.delete_folder(a, folder_id=folder)


def test_nothing_moves_into_a_folder_that_went(claire):
    folder, document = new_folder(claire), add_document(claire)
    with managed(claire) as a:
        documents.delete_folder(a, folder_id=folder)
    with pytest.raises(FolderUnknownError), managed(claire) as a:
        documents.move(a, document_ids=[document], folder_id=folder)
    other = new_folder(add_claire(birth_name="DURAND"), "Autre")
    with pytest.raises(FolderUnknownError), managed(claire) as a:
        documents.move(a, document_ids=[document], folder_id=other)
    assert row_of(claire, document)["folder_id"] is None


def test_ten_move_at_once_and_each_has_its_line(claire):
    folder = new_folder(claire)
    ten = [add_document(claire, number) for number in range(10)]
    with managed(claire) as a:
        documents.move(a, document_ids=ten, folder_id=folder)
    with opened(claire) as a:
        assert documents.list_folders(a)[0].count == 10
        lines = list_lines(claire, key=crypto.get_key(claire), limit=50)
        assert {one.reference for one in lines if one.event is EventType.DOCUMENT_ARRANGED} == set(ten)
    with managed(claire) as a:
        documents.move(a, document_ids=ten[:3], folder_id=None)
    with opened(claire) as a:
        assert documents.list_folders(a)[0].count == 7


def test_the_name_lies_sealed(claire):
    from django.db import connection

    new_folder(claire, "Cancérologie")
    with opened(claire), connection.cursor() as cursor:
        cursor.execute("select name_key, sealed from documents_folder where person_id = %s", [claire])
        for value in cursor.fetchone():
            assert b"anc" not in bytes(value)
