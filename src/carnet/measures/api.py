"""The door of measures: the catalogue, the person's values, her tiles and target, the growth of a child."""

from carnet.measures.actions import (
    Measure,
    add_value,
    arrange_tiles,
    change_value,
    check_entry,
    load_values,
    record_professional_value,
    remove_value,
    set_target,
    share,
)
from carnet.measures.catalogue import KINDS, Kind, KindInfo, Part, Unit, days_code, find_by_slug
from carnet.measures.growth import GROWTH_KINDS, Curves, GrowthFileError, growth_curves
from carnet.measures.indices import body_mass_index
from carnet.measures.lasts import list_lasts
from carnet.measures.policies import LONGEST_COMMENT, Entry, check_target
from carnet.measures.queries import (
    Bounds,
    Point,
    Position,
    Target,
    Tile,
    count_values,
    get_bounds,
    get_value,
    is_shared,
    list_points,
    list_values,
    overview,
)
from carnet.measures.records import AuthorKind, Value, show
from carnet.measures.refusals import (
    MeasureChangedError,
    MeasureLockedError,
    MeasureRefused,
    MeasureUnknownError,
    MeasureUnlikely,
)
from carnet.measures.units import read_value, show_number, write_value

__all__ = ["GROWTH_KINDS", "KINDS", "LONGEST_COMMENT", "AuthorKind", "Bounds", "Curves", "Entry",
           "GrowthFileError", "Kind", "KindInfo", "Measure", "MeasureChangedError", "MeasureLockedError",
           "MeasureRefused", "MeasureUnknownError", "MeasureUnlikely", "Part", "Point", "Position", "Target",
           "Tile", "Unit", "Value", "add_value", "arrange_tiles", "body_mass_index", "change_value",
           "check_entry", "check_target", "count_values", "days_code", "find_by_slug", "get_bounds",
           "get_value", "growth_curves", "is_shared", "list_lasts", "list_points", "list_values",
           "load_values", "overview", "read_value", "record_professional_value", "remove_value",
           "set_target", "share", "show", "show_number", "write_value"]  # fmt: skip
