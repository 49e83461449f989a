"""The WSGI callable that Granian serves. It refuses to load where the settings would be unsafe to serve."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from carnet.platform import logging as carnet_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carnet.config.settings.portal")
carnet_logging.configure()
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - once the settings are there

from carnet.config import boot  # noqa: E402

# Every page's module is loaded now: a broken one stops the start, and no first visitor waits for them.
_ = get_resolver().url_patterns

try:
    boot.refuse_or_pass(boot.SETTINGS_CHECKS)
except boot.BootRefusedError as error:
    print(error, file=sys.stderr, flush=True)
    sys.exit(1)
