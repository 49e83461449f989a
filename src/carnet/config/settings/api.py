"""Production: the process that serves software of care. TLS in front or its own, real time."""

from carnet.config.settings.base import *  # noqa: F403
from carnet.config.settings.base import DATABASES
from carnet.config.settings.edge import *  # noqa: F403

# No question to the database before each request: what fails on a lost connection is asked once more.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
