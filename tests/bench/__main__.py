"""`python -m tests.bench [NAME…]`: measure, print the table, keep it in bench/latest.json."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

from tests.bench import (
    drain,
    growth,
    open_file,
    scan_to_line,
    scanning,
    search,
    snapshot,
    start_up,
    sync_rates,
    till_save,
    till_to_till,
    waiting_tills,
    web_orders,
)
from tests.bench.figures import Figure, write

LATEST = Path(__file__).resolve().parents[2] / "bench" / "latest.json"
BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "till_save": till_save.run,
    "scan_to_line": scan_to_line.run,
    "start_up": start_up.run,
    "open_file": open_file.run,
    "search": search.run,
    "till_to_till": till_to_till.run,
    "web_orders": web_orders.run,
    "sync_rates": sync_rates.run,
    "waiting_tills": waiting_tills.run,
    "snapshot": snapshot.run,
    "drain": drain.run,
    "growth": growth.run,
    "scanning": scanning.run,
}


def measure(names: Iterable[str]) -> list[Figure]:
    """Run the named measurements, each alone, and print their lines as they come."""
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}")
    figures: list[Figure] = []
    for name in names:
        begun = perf_counter()
        found = BENCHES[name]()
        figures += found
        for figure in found:
            print(figure.line(), flush=True)
        print(f"{'':<4}{name}: {perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return figures


def main(names: list[str]) -> int:
    """All measurements unless some are named; 1 when a limit was missed, 2 when a name is unknown."""
    if unknown := [name for name in names if name not in BENCHES]:
        print(
            f"no measurement is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr
        )
        return 2
    figures = measure(names or BENCHES)
    write(figures, LATEST)
    missed = [figure.name for figure in figures if not figure.kept]
    print(f"{len(figures) - len(missed)} of {len(figures)} within their limits; kept in {LATEST}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
