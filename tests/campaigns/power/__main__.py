"""`python -m tests.campaigns.power --cuts N [--workers K] [--first SEED] [--synchronous NORMAL]`."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context

from tests.campaigns.power.run import Report, run_seeds

CHUNK = 12
"""Runs that a process does with the world made once; each is about fifty cuts."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.power", description=__doc__)
    parser.add_argument("--cuts", type=int, default=500, help="how many cuts at least")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--synchronous", default="FULL", help="how hard SQLite writes; FULL is shipped")
    return parser.parse_args()


def main() -> int:
    """Cut until there are enough; 1 when a promise was broken."""
    asked, whole = _arguments(), Report()
    firsts = count(asked.first, CHUNK)
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        while whole.cuts < asked.cuts:
            chunks = [next(firsts) for _ in range(asked.workers * 3)]
            waiting = [pool.submit(run_seeds, one, one + CHUNK, asked.synchronous) for one in chunks]
            for one in waiting:
                whole.join(one.result())
            print(f"{whole.cuts} cuts, {len(whole.broken)} broken", flush=True)
    print(*whole.lines(), sep="\n")
    return 1 if whole.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
