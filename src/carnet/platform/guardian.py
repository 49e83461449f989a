"""Ends what a supervisor leaves behind when it dies without a word (kill -9, out of memory).

Run as a program, by path: nothing of Carnet is imported, so it starts at once and stays small. On its
standard input the supervisor writes `+<group>` for each process group that it starts and `-<group>` for
each that has ended; the end of the input is the supervisor's end. The groups left have a few seconds to
end, then get SIGKILL.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 5.0


def main() -> None:
    """Follow the supervisor until its end, then end its groups."""
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # only the supervisor's end ends it
    groups: set[int] = set()
    for line in sys.stdin:
        change, group = line[:1], int(line[1:])
        if change == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end_all(groups)


def end_all(groups: set[int]) -> None:
    """Give these process groups at most GRACE_SECONDS to end, then kill what is left.

    On Linux the kernel has asked their leaders already (lifeline), and a second SIGTERM means "at once" to
    many programs; elsewhere they are asked here.
    """
    asked = 0 if sys.platform == "linux" else signal.SIGTERM
    left = {group for group in groups if _send(group, asked)}
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _send(group, 0)}
    for group in left:
        _send(group, signal.SIGKILL)


def _send(group: int, sent: int) -> bool:
    """Send a signal to a group; tell whether it still exists."""
    try:
        os.killpg(group, sent)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
