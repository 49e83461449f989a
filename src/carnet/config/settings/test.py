"""Tests: the sandbox's settings on a database of their own, as the role that production uses."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("CARNET_HOME", str(Path(tempfile.gettempdir()) / f"carnet-test-{os.getuid()}"))

from carnet.config.settings.base import CARNET_HOME, TEMPLATES
from carnet.config.settings.sandbox import *  # noqa: F403
from carnet.platform.postgres.target import resolve

DATABASES = {"default": resolve(os.environ, CARNET_HOME).django("test")}
DATABASES["default"]["NAME"] = "carnet"
DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "assume_role": "carnet_owner"}
DATABASES["default"]["TEST"] = {"NAME": f"test_{os.environ.get('CARNET_TEST_DB', 'carnet')}"}
CARNET_BLOBS = str(CARNET_HOME / "test-blobs")
CARNET_KEY_FILE = CARNET_HOME / "keys" / "test.keys"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "⟪variable inconnue : %s⟫"
ALLOWED_HOSTS = ["*"]
WHITENOISE_AUTOREFRESH = True  # no collected files to look for
