"""Two hashes at a time, a short queue, then 503."""

import threading

import pytest

from carnet.people import passwords
from carnet.people.passwords import TooBusyError, Turnstile


def test_a_hash_is_checked_and_costs_what_was_said():
    stored = passwords.hash_password("Tournesol-7-brume")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(stored, "Tournesol-7-brume")
    assert not passwords.verify(stored, "tournesol-7-brume")
    assert not passwords.needs_rehash(stored)


def test_cheaper_hashes_are_made_again():
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("Tournesol-7-brume")
    assert passwords.verify(old, "Tournesol-7-brume")
    assert passwords.needs_rehash(old)


@pytest.mark.parametrize("stored", [None, passwords.UNUSABLE, "", "not a hash", "$argon2id$v=19$m=1"])
def test_nothing_opens_what_holds_no_password(stored):
    assert not passwords.verify(stored, "nobody has this password")
    assert not passwords.verify(stored, "")


def test_the_setting_says_how_many(settings):
    assert settings.CARNET_HASHES_AT_ONCE == 2
    passwords.turnstile.cache_clear()
    gate = passwords.turnstile()
    with gate.pass_through(), gate.pass_through():
        assert not gate._places.acquire(blocking=False)


class Rush:
    """Threads that stand in the turnstile until they are told to leave."""

    def __init__(self, gate):
        self.gate, self.leave = gate, threading.Event()
        self.entered, self.threads = threading.Semaphore(0), []
        self.inside, self.most, self._lock = 0, 0, threading.Lock()

    def come(self, count):
        for _ in range(count):
            thread = threading.Thread(target=self._pass)
            thread.start()
            self.threads.append(thread)

    def _pass(self):
        with self.gate.pass_through():
            with self._lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
            self.entered.release()
            self.leave.wait(10)
            with self._lock:
                self.inside -= 1

    def end(self):
        self.leave.set()
        for thread in self.threads:
            thread.join(10)


def wait_until(condition):
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never happened")


def test_never_more_than_two_inside_and_the_queue_is_short():
    rush = Rush(Turnstile(2, queue=3, wait_seconds=10))
    rush.come(5)
    assert rush.entered.acquire(timeout=5)
    assert rush.entered.acquire(timeout=5)
    wait_until(lambda: rush.gate._inside._value == 0)
    with pytest.raises(TooBusyError) as busy, rush.gate.pass_through():
        raise AssertionError("entered")
    rush.end()
    assert busy.value.retry_after > 0
    assert rush.most == 2


def test_nobody_waits_for_ever():
    rush = Rush(Turnstile(1, queue=3, wait_seconds=0.05))
    rush.come(1)
    assert rush.entered.acquire(timeout=5)
    with pytest.raises(TooBusyError), rush.gate.pass_through():
        raise AssertionError("entered")
    rush.end()
    with rush.gate.pass_through():
        assert rush.inside == 0
