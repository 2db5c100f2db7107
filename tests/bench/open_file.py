"""How long the till's file takes to open with 50 000 orders in it: in order, after a crash, after a doubt."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from pos_app.store.recovery import OPEN_MARK, close_folder, open_folder, suspect
from tests.bench.figures import Figure
from tests.bench.search import fill
from tests.builders import NOW

ORDERS = 50_000
LIMIT_S, CLOSE_LIMIT_S = 5.0, 60.0


def _seconds(folder: Path, before: Callable[[], object]) -> float:
    before()
    begun = perf_counter()
    opened = open_folder(folder, NOW)
    taken = perf_counter() - begun
    close_folder(opened.store)
    return taken


def run() -> list[Figure]:
    """The same file opened each way; the check after a doubt reads every record as what it is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_folder(folder, NOW).store
        fill(store, ORDERS)
        close_folder(store)
        ways: tuple[tuple[str, Callable[[], object], float], ...] = (
            ("in order", lambda: None, LIMIT_S),
            ("after a crash", (folder / OPEN_MARK).touch, LIMIT_S),
            ("after a doubt", lambda: suspect(folder), CLOSE_LIMIT_S),
        )
        return [
            Figure(f"till: file of {ORDERS:,} orders open, {way}", _seconds(folder, before), limit, "s", 1.0)
            for way, before, limit in ways
        ]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
