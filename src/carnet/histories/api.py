"""The door of histories: the insurer's "histoire de santé", read by the person, fed by files.

Every function but `load` takes the open door. Nobody corrects an act here: the insurer does, by a file.
"""

from carnet.histories.actions import share
from carnet.histories.loading import HistoryRefusedError, Summary, load
from carnet.histories.policies import Category
from carnet.histories.queries import count, find_neighbours, is_shared, list_days, list_months, list_years
from carnet.histories.records import Episode, Period, Position

__all__ = ["Category", "Episode", "HistoryRefusedError", "Period", "Position", "Summary", "count",
           "find_neighbours", "is_shared", "list_days", "list_months", "list_years", "load",
           "share"]  # fmt: skip
