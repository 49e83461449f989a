"""The door of exports: the copy of everything, asked for, followed, downloaded; the history alone."""

from uuid import UUID

from carnet.exports import actions
from carnet.exports.actions import CopyUnderWayError, delete_copy
from carnet.exports.downloading import PartStream, open_part
from carnet.exports.history import Format, NotGovernedError, read_history, write_history
from carnet.exports.policies import KEPT, Part, State
from carnet.exports.queries import CopyUnknownError, get_copy, list_copies
from carnet.exports.records import CopyCard
from carnet.exports.stream import CopyDamagedError
from carnet.exports.tasks import prepare_copy
from carnet.journal.api import Actor

__all__ = ["KEPT", "CopyCard", "CopyDamagedError", "CopyUnderWayError", "CopyUnknownError", "Format",
           "NotGovernedError", "Part", "PartStream", "State", "ask_copy", "delete_copy", "get_copy",
           "list_copies", "open_part", "read_history", "write_history"]  # fmt: skip


def ask_copy(person_id: UUID, *, by: Actor) -> UUID:
    """Ask for a copy of everything that `by` may see of a person's record; return its id.

    Raises access.Refused, and CopyUnderWayError while another one asked by the same is being prepared.
    """
    return actions.ask_copy(person_id, by=by, prepare=prepare_copy)
