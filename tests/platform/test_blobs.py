"""Both stores of contents keep the same promises."""

import os
from uuid import uuid4

import pytest

from carnet.platform.blobs import FolderStore, ObjectStore


@pytest.fixture(params=["folder", "objects"])
def store(request, tmp_path):
    return FolderStore(tmp_path) if request.param == "folder" else ObjectStore("memory:///")


def test_what_is_put_is_got_by_its_person_alone_until_all_of_hers_is_deleted(store):
    hers, another = uuid4(), uuid4()
    for name in ("a", "b", "a"):
        store.put(hers, name, name.encode())
    store.put(another, "a", b"another's")
    assert (store.get(hers, "b"), sorted(store.names(hers))) == (b"b", ["a", "b"])
    with pytest.raises(FileNotFoundError):
        store.get(another, "b")
    store.delete_all(hers)
    store.delete_all(hers)  # an erasure may be run again
    assert list(store.names(hers)) == []
    with pytest.raises(FileNotFoundError):
        store.get(hers, "a")
    assert store.get(another, "a") == b"another's"


def test_a_folder_that_cannot_be_deleted_is_not_said_to_be(tmp_path, monkeypatch):
    store, person = FolderStore(tmp_path), uuid4()
    store.put(person, "a", b"hers")

    def refused(*_args: object, **_kwargs: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "unlink", refused)
    with pytest.raises(PermissionError):
        store.delete_all(person)
