"""A process of its own on the test's database, which may kill itself (-9) at a chosen function."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

_SCRIPT = """
import importlib, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "carnet.config.settings.sandbox"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django; django.setup()
module, name, after = sys.argv[2:5]
if name:
    holder = importlib.import_module(module)
    original = getattr(holder, name)
    def fatal(*args, **kwargs):
        if after:
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(holder, name, fatal)
    if hasattr(holder, "STEPS"):
        holder.STEPS = tuple(fatal if step is original else step for step in holder.STEPS)
print("ready", flush=True)
exec(sys.argv[5])
"""


def start(act, *, role, module="", name="", after=False):
    """Start a process that executes the Python text `act`; it dies before or after `module.name` if given."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "PYTEST_"))}
    environment = kept | {
        "CARNET_HOME": str(settings.CARNET_HOME),
        "CARNET_KEY_FILE": str(settings.CARNET_KEY_FILE),
        "CARNET_BLOBS": str(settings.CARNET_BLOBS),
        "CARNET_ROLE": role,
        "PYTHONPATH": "src",
    }
    arguments = [connection.settings_dict["NAME"], module, name, "1" if after else "", act]
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, *arguments],
        env=environment, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == b"ready\n"
    return process


def finish(process, seconds=60):
    """Wait for the end; return the code."""
    with process:
        return process.wait(seconds)
