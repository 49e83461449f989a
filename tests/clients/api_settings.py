"""What the process for software runs with in the tests: the sandbox's settings on the session's database."""

import os

from carnet.config.settings.base import DATABASES
from carnet.config.settings.sandbox_api import *  # noqa: F403

DATABASES["default"]["NAME"] = os.environ["CARNET_TEST_DATABASE"]
