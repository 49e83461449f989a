"""The product's own application, which dies at a given step of a transaction, if it was told to.

The order is a file (CARNET_TEST_ORDER): a moment of `tests.kills.driver` as JSON. How many steps a transaction
made is written beside it, and its name.
"""

import json
import os
from pathlib import Path

from carnet.config.wsgi import application as product
from tests.kills.driver import Moment, _stepping

ORDER = Path(os.environ["CARNET_TEST_ORDER"])


def application(environ, start_response):
    if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].rstrip("/").endswith("/fhir"):
        return product(environ, start_response)
    found = json.loads(ORDER.read_text()) if ORDER.exists() else None
    with _stepping(Moment(**found) if found else None) as steps:
        answer = product(environ, start_response)
        body = [b"".join(answer)]
    ORDER.with_suffix(".steps").write_text(str(steps.made))
    return body
