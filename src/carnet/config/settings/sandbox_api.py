"""The sandbox: the process that serves the software of vendors. Nobody is real, the clock moves."""

from carnet.config.settings.base import DATABASES
from carnet.config.settings.sandbox import *  # noqa: F403

# What this process has of its own comes last: its addresses are not those of the portal.
# isort: split
from carnet.config.settings.edge import *  # noqa: F403

# No question to the database before each request: what fails on a lost connection is asked once more.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
