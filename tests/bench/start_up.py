"""How long from the start of the till's process until the sign-in screen is painted, on the demo shop."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.bench.demo_till import OFFSCREEN
from tests.bench.figures import Figure

STARTS = 5
LIMIT_S = 2.0


def _start(folder: Path) -> float:
    """Seconds of one start, compiled already as an installed till is; it ends once somebody could sign in."""
    words = [sys.executable, "-m", "tests.bench.started_till", "--demo", "--data", str(folder)]
    kept = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    around = {name: word for name, word in OFFSCREEN.items() if name != "PYTHONDONTWRITEBYTECODE"} | kept
    begun = perf_counter()
    done = subprocess.run(words, env=around, check=True, stdout=subprocess.PIPE, timeout=120)
    return float(done.stdout) - begun


def run() -> list[Figure]:
    """The first start makes the shop; the later ones, on a till that is set up, count."""
    with tempfile.TemporaryDirectory() as name:
        _start(Path(name))
        times = [_start(Path(name)) for _ in range(STARTS)]
    note = f"median of {STARTS}, interpreter included, its site starting beside it"
    return [Figure("till: start to sign-in screen", statistics.median(times), LIMIT_S, "s", 1.0, note=note)]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
