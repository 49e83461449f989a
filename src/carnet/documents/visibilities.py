"""From whom each document is hidden: what a simulation of rights compares (carnet.access.simulating)."""

from uuid import UUID

from carnet.access.api import Access, Visibility
from carnet.documents.queries import SHOWN, fetch


def list_visibilities(a: Access) -> dict[UUID, Visibility]:
    """Return how each document that the actor may read, and that stands in lists, is hidden; latest first.

    One statement; no title is opened.
    """
    rows = fetch(
        "select id, masked, invisible_patient, invisible_representatives, structure, professional_id,"  # noqa: S608 - own constants
        f" type_code, level from documents_document where person_id = %(person)s and ({a.scope.sql()})"
        f" and {SHOWN} order by created_on desc, id desc",
        {"person": a.person_id},
    )
    return {row[0]: Visibility(*row[1:]) for row in rows}
