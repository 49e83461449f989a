"""The door of histories: the insurer's "histoire de santé", read by the person, fed by files.

Every function but `load` takes the open door; `feed` is for carnet_loader. Nobody corrects an act here: the
insurer does, by a file.
"""

from carnet.histories.actions import feed, share
from carnet.histories.lines import Line
from carnet.histories.loading import HistoryRefusedError, Summary, load
from carnet.histories.policies import Action, Category
from carnet.histories.queries import (
    count,
    find_neighbours,
    is_shared,
    list_days,
    list_months,
    list_years,
)
from carnet.histories.records import Episode, Period, Position

__all__ = ["Action", "Category", "Episode", "HistoryRefusedError", "Line", "Period",
           "Position", "Summary", "count", "feed", "find_neighbours", "is_shared", "list_days",
           "list_months", "list_years", "load", "share"]  # fmt: skip
