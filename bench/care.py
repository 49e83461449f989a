"""What lives of care cost: seconds for a world, processor time of each side, and where one process spends it.

    python bench/care.py [--persons 1000] [--seed 1] [--profile]

Everything stands in a folder of its own, removed at the end. The bound is 60 s for 1,000 persons.
"""

import argparse
import cProfile
import json
import os
import platform
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MOST_SECONDS = 60.0
PARTS = ("compose", "write_papers", "load_documents", "load_values", "load_entries", "feed", "read_facts")


def main() -> int:
    """Measure, print a table and one JSON line; exit code 1 beyond the bound."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--profile", action="store_true", help="40 lives in this process, by part")
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        home = Path(folder)
        (home / "sandbox").touch()
        os.environ |= {"CARNET_HOME": folder, "PYTHONPATH": str(ROOT / "src")}
        carnet("keys", "init")
        with database(home):
            carnet("db", "prepare")
            carnet("world", "make", "--persons", str(args.persons), "--seed", str(args.seed))
            figures = profile(args.seed) if args.profile else measure(args.seed)
    figures["load"] = round(os.getloadavg()[0], 1)
    figures["machine"] = f"{os.cpu_count()} x {platform.processor() or platform.machine()}"
    for name, value in figures.items():
        print(f"{name:18} {value}")
    print(json.dumps(figures))
    return int(figures.get("seconds", 0) > MOST_SECONDS * args.persons / 1000)


def database(home: Path) -> Any:
    """Return the embedded server, to be kept running for the block."""
    sys.path[:0] = [str(ROOT / "src")]
    from carnet.platform.postgres.cluster import Cluster

    return Cluster(home)


def measure(seed: int) -> dict[str, Any]:
    """Run the command as it is; return what it says and the processor seconds of its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    said = carnet("--json", "world", "care", "--seed", str(seed))
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(said.splitlines()[-1]) | {"seconds": round(seconds, 1), "cpu_seconds": round(used, 1)}


def profile(seed: int) -> dict[str, Any]:
    """Lay down 40 lives in this process; return the milliseconds of a life spent in each part."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "carnet.config.settings.sandbox", "CARNET_ROLE": "loader"}
    import django

    django.setup()
    from carnet.sandbox.care import running

    profiler = cProfile.Profile()
    with_lives = profiler.runcall(running.care, seed=seed, processes=1, most=40)
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    found: dict[str, Any] = {"lives": with_lives.lives}
    for (file, _, name), (_, _, _, cumulated, _) in stats.items():
        if name in PARTS and "carnet" in file:
            found[f"ms {Path(file).stem}.{name}"] = round(1000 * cumulated / max(1, with_lives.lives), 1)
    return found


def carnet(*words: str) -> str:
    """Run one command of ours to its end and return what it printed."""
    command = [sys.executable, "-m", "carnet.config.cli", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
