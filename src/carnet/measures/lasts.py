"""The latest value of some kinds, for a page that reads many things at once: one statement.

Whether the person shows her measures is read in the same statement: hidden, nothing of them is opened.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access
from carnet.measures.catalogue import Kind
from carnet.measures.records import COLUMNS, Value, open_rows

_LASTS: Final = (
    f"select s.shared, v.* from (select {access.SHARED_OF} as shared) s"  # noqa: S608 - constants of the house
    " left join unnest(%(kinds)s::text[]) with ordinality k (kind, rank) on s.shared or %(hers)s"
    f" left join lateral (select {COLUMNS} from measures_value"
    " where person_id = %(person)s and kind = k.kind order by at desc, id desc limit 1) v on true"
    " order by k.rank"
)


def list_lasts(a: Access, kinds: Sequence[Kind]) -> list[Value]:
    """Return the latest value of each of these kinds that has one, in their order; computed kinds have none.

    Raises what `access.must_read` raises: NotSharedError for a professional from whom they are hidden.
    """
    hers = a.by.kind in access.PEOPLE
    access.must_be_given(a, access.Part.MEASURES)
    values: dict[str, Any] = {"kinds": [str(kind) for kind in kinds], "hers": hers}
    with connection.cursor() as cursor:
        cursor.execute(_LASTS, values | access.sharing_values(a, access.Part.MEASURES))
        rows = cursor.fetchall()
    if not rows[0][0] and not hers:
        raise access.NotSharedError(f"{access.Part.MEASURES} of {a.person_id}")
    return open_rows([row[1:] for row in rows if row[1] is not None], a.key)
