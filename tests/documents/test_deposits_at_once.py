"""Deposits at the same moment as each other, and as what the person does with her documents."""

import threading

import pytest
from django.db import connection

from carnet.documents import api as documents
from tests.documents.deposits import FINESS, add_claire, deposit, header_of, report, scanned
from tests.documents.shelves import managed, opened, row_of, set_columns

pytestmark = pytest.mark.django_db(transaction=True)
_SECONDS = 1.0  # a deposit that nothing holds back is done well before


def begin(act, *, times=1):
    """Run an act on other connections, together; return how to wait for their ends."""
    together, ended = threading.Barrier(times), []

    def run():
        try:
            together.wait(10)
            ended.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()

    def wait(seconds=20):
        for thread in threads:
            thread.join(seconds)
        return ended

    return wait


def listed(person):
    with opened(person) as a:
        return [card.id for card in documents.list_recent(a)]


def test_a_paper_that_comes_while_hers_is_deleted_is_not_lost():
    claire = add_claire()
    hers = deposit(scanned(claire, 1)).document_id
    set_columns(claire, hers, depositor="PATIENT", structure="")
    same = scanned(claire, 1, unique_id="1.2.250.1.999.1^AUTRE")
    with managed(claire) as a:
        documents.delete_own(a, document_ids=[hers])
        wait = begin(lambda: deposit(same))
        wait(_SECONDS)
    (done,) = wait()
    assert listed(claire) == [done.document_id]


def test_a_new_version_that_comes_while_the_old_one_is_hidden_is_hidden():
    claire = add_claire()
    old = deposit(report(claire, 1)).document_id
    new = report(
        claire, 2, set_id=header_of(claire, 1).set_id, version_number=3,
        replaces=(header_of(claire, 1).unique_id,),
    )  # fmt: skip
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[old], masked=True)
        wait = begin(lambda: deposit(new))
        wait(_SECONDS)
    (done,) = wait()
    assert row_of(claire, done.document_id)["masked"]


def test_a_twin_that_comes_while_a_document_is_hidden_is_hidden():
    claire = add_claire()
    shown = deposit(scanned(claire, 1)).document_id
    same = scanned(claire, 1, unique_id="1.2.250.1.999.1^AUTRE")
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[shown], masked=True)
        wait = begin(lambda: deposit(same))
        wait(_SECONDS)
    (done,) = wait()
    assert row_of(claire, done.document_id)["masked"]


def test_one_content_that_comes_four_times_at_once_shows_once():
    claire = add_claire()
    numbers = iter(range(100))
    for number in range(1, 4):
        wait = begin(
            lambda n=number: deposit(
                scanned(claire, n, unique_id=f"1.2.250.1.999.1^{n}-{next(numbers)}"),
                structure=FINESS,
            ),
            times=4,
        )
        assert len(wait()) == 4
        assert len(listed(claire)) == number
