"""One life of a house, for all the drills: filled, backed up while it serves, killed, restored elsewhere."""

import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from carnet.sandbox.personas import PASSWORD as PUBLIC_PASSWORD
from carnet.sandbox.personas import get_persona
from tests.drills.running import House, house
from tests.drills.space import Space, come_back, deposit, fill, structured
from tests.drills.visitor import Visitor

PERSONS = "30"


@dataclass
class Life:
    """What happened: the house that was killed, the one restored from its backup, and what she found there.

    `history`: what she saw before the backup; `originals` and `acts`: her files and history once restored;
    `answers`: statuses of the pages asked for while it was backed up; `processes`: how many were killed.
    """

    killed: House
    restored: House
    space: Space
    history: list[str]
    answers: list[int]
    processes: int
    originals: dict[str, bytes]
    acts: list[str]


@pytest.fixture(scope="session")
def life(tmp_path_factory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("drill")
    seed = random.randrange(2**32)
    print(f"markers drawn with seed {seed}")
    first = house(folder / "first", CARNET_ERASURE_DELAY_DAYS="1")
    second = house(folder / "second", CARNET_ERASURE_DELAY_DAYS="1")
    with first as killed, second as restored:
        killed.start("demo", "--persons", PERSONS)
        space = fill(killed, folder, random.Random(seed))
        history = space.history()
        with visits(killed) as answers:
            killed.carnet("backup", str(folder / "backup"))
        deposit(space, "title late", structured(space.words, "late"), folder)
        processes = killed.kill()
        keys = restored.home / "keys" / "carnet.keys"
        keys.parent.mkdir(parents=True, mode=0o700)
        shutil.copy(killed.home / "keys" / "carnet.keys", keys)  # kept apart from the backup
        restored.carnet("restore", str(folder / "backup"), "--sandbox")
        restored.start("serve")
        again = come_back(space, restored)
        yield Life(
            killed, restored, space, history, answers, processes, again.take_originals(), again.history()
        )  # fmt: skip


class visits:  # noqa: N801 - read as what goes on meanwhile
    """Somebody who reads her home page again and again; gives the statuses of the answers."""

    def __init__(self, house: House) -> None:
        estelle = get_persona("estelle")
        self._visitor = Visitor(house.url)
        self._visitor.log_in(estelle.login, PUBLIC_PASSWORD, estelle.email)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.answers: list[int] = []

    def _go_on(self) -> None:
        while not self._over.is_set():
            self._visitor.get("/")
            self.answers.append(self._visitor.status)
            self._over.wait(0.05)

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self.answers

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
