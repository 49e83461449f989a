"""Settings of the process for software as in production: no console of calls beside it."""

from tests.clients.api_settings import *  # noqa: F403

CARNET_CALLS = ""
