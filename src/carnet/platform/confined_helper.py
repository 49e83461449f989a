"""The process in which foreign files are opened: reads an order, answers it, waits for the next.

It knows no setting and no database. Each order sets its own bounds; what crosses one kills the process.
It may write no file, and ends with its parent, whose end of the pipe closes.
"""

import os
import resource
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

import msgspec

from carnet.platform.confined import Answer, Order
from carnet.standards.sniff import FileRefused

_LENGTH_BYTES = 8
_ROOM = "carnet.standards."


def main() -> None:
    """Answer orders until the standard input ends."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # what a library prints is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while head := orders.read(_LENGTH_BYTES):
        _answer(orders.read(int.from_bytes(head)), answers)


def _answer(sent: bytes, answers: BinaryIO) -> None:
    answer = msgspec.msgpack.encode(_obey(msgspec.msgpack.decode(sent, type=Order)))
    answers.write(len(answer).to_bytes(_LENGTH_BYTES) + answer)
    answers.flush()


def _obey(order: Order) -> Answer:
    function = _find(order.function)
    _bound(order)
    try:
        return Answer(value=msgspec.msgpack.encode(function(*order.arguments, **order.options)))
    except FileRefused as refused:
        return Answer(rule=refused.rule, message_fr=refused.message_fr)
    except MemoryError:
        return Answer(fault="le fichier demande trop de mémoire")
    except Exception as error:  # noqa: BLE001 - whatever a library raises on a foreign file
        return Answer(fault=f"le fichier n’a pas pu être traité ({type(error).__name__})")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _find(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    if not module.startswith(_ROOM):
        raise ValueError(f"{module} is none of ours")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found


def _bound(order: Order) -> None:
    """Bound what follows: memory of the process, its processor time, the time by the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(
        resource.RLIMIT_CPU, (spent + max(1, round(order.seconds)) + 1, resource.RLIM_INFINITY)
    )
    resource.setrlimit(resource.RLIMIT_AS, (order.megabytes * 1_000_000, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, 2 * order.seconds)


if __name__ == "__main__":
    main()
