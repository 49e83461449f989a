"""A child process that does not outlive the one which started it (Linux, PR_SET_PDEATHSIG).

The kernel sends the signal when the *thread* that started the child ends: start such children from the
main thread. Elsewhere than on Linux nothing is tied, and only an orderly stop ends the children.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# Loaded here, not in the child: between fork and exec only a bare system call is safe.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def in_main_thread() -> bool:
    """Tell whether children started here live as long as the process does."""
    return threading.current_thread() is threading.main_thread()


def tied_to_parent(sent: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` after which the child receives `sent` when its parent dies, however it dies.

    It runs after the change of user, which clears the setting. RuntimeError outside the main thread.
    """
    if not in_main_thread():
        raise RuntimeError("a child tied to its parent is started from the main thread only")
    parent = os.getpid()
    return lambda: tie(parent, sent)


def tie(parent: int, sent: signal.Signals) -> None:
    """Have the kernel send `sent` to this process when `parent`, which started it, dies, however it dies."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked: nobody will send the signal
        os._exit(1)
