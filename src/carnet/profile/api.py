"""The door of the medical profile: rubrics, lines, what the person says of a whole rubric."""

from carnet.profile import dates as partial_dates
from carnet.profile.actions import (
    EntryChangedError,
    EntryLockedError,
    add_entry,
    change_entry,
    declare_unconcerned,
    remove_entry,
    share,
    withdraw_unconcerned,
)
from carnet.profile.dates import ValueRefused
from carnet.profile.feeding import (
    confirm_entry,
    load_entries,
    record_professional_entry,
    take_back_entries,
)
from carnet.profile.fields import Choice, Field, Kind
from carnet.profile.policies import EntryRefused, is_open, validate
from carnet.profile.queries import (
    EntryUnknownError,
    count_entries,
    get_entry,
    get_rubric,
    list_linked,
    list_rubrics,
)
from carnet.profile.records import AuthorKind, Entry, Link, NewEntry, RubricView, State
from carnet.profile.rubrics import (
    DEFINITIONS,
    RUBRIC_OF_LINK,
    Definition,
    Group,
    LinkKind,
    Rubric,
    definition_of,
)
from carnet.profile.wording import Description, describe, describe_values

PartialDate = str
"""A date whose month and day may be unknown: "YYYY", "YYYY-MM" or "YYYY-MM-DD"."""

__all__ = ["DEFINITIONS", "RUBRIC_OF_LINK", "AuthorKind", "Choice", "Definition", "Description",
           "Entry", "EntryChangedError", "EntryLockedError", "EntryRefused", "EntryUnknownError",
           "Field", "Group", "Kind", "Link", "LinkKind", "NewEntry", "PartialDate", "Rubric",
           "RubricView", "State", "ValueRefused", "add_entry", "change_entry", "confirm_entry",
           "count_entries", "declare_unconcerned", "definition_of", "describe", "describe_values",
           "get_entry", "get_rubric", "is_open", "list_linked", "list_rubrics", "load_entries",
           "partial_dates", "record_professional_entry", "remove_entry", "share", "take_back_entries",
           "validate", "withdraw_unconcerned"]  # fmt: skip
