"""Which adapter stands behind each port, and which rooms listen to the outbox."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

ROOMS = (
    "platform", "journal", "people", "directory", "notices", "enrolment", "access",
    "documents", "profile", "measures", "histories", "papers", "exports", "summaries", "support",
    "pro", "desk", "fhir_api", "sandbox",
)  # fmt: skip


def connect() -> None:
    """Import each installed room's event handlers and daily jobs, so that they register themselves."""
    for room in ROOMS:
        if f"carnet.{room}" not in settings.INSTALLED_APPS:
            continue
        for module in ("events", "post_events", "tasks"):
            if find_spec(f"carnet.{room}.{module}"):
                import_module(f"carnet.{room}.{module}")
    _connect_agenda()


def _connect_agenda() -> None:
    """Say whom professionals expect: the sandbox, until there is an agenda."""
    if "carnet.sandbox" in settings.INSTALLED_APPS:
        from carnet.pro import agenda
        from carnet.sandbox.agenda import expected

        agenda.use(expected)
