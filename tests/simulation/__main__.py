"""`python -m tests.simulation --seeds N [--seed S] [--workers K]`, `--steps "…"` or `--planted`."""

from __future__ import annotations

import argparse

from tests.simulation.storm import planted
from tests.simulation.storm.campaign import run_campaign
from tests.simulation.storm.run import forget_template, run_seed, run_steps
from tests.simulation.storm.shrink import shrink
from tests.simulation.storm.steps import read, schedule, written


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument(
        "--seed", type=int, help="the first seed; alone: only this one, shrunk when it breaks"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--steps", help="a schedule as it is written when a seed breaks a promise")
    parser.add_argument("--planted", action="store_true", help="break the shipped code on purpose")
    parser.add_argument("--bug", help="only the planted bugs with this in their name")
    return parser.parse_args()


def _one(seed: int) -> int:
    report = run_seed(seed)
    print(*(report.broken or ["every promise was kept"]), sep="\n")
    if report.broken:
        print("steps:", written(shrink(schedule(seed), report.numbers)))
    return 1 if report.broken else 0


def _many(first: int, count: int, workers: int) -> int:
    done, told = None, set[int]()
    for done in run_campaign(first, count, workers):
        print(f"{done.seeds} seeds, {len(done.broken)} broken", *sorted({*done.broken} - told), flush=True)
        told = {*done.broken}
    if done is None:
        return 0
    print(*done.lines(), sep="\n")
    return 1 if done.failed else 0


def main() -> int:
    """Run what was asked for; 1 when a promise was broken, a planted bug not noticed, a fault too rare."""
    asked = _arguments()
    try:
        if asked.planted:
            return planted.show(asked.bug or "", asked.workers)
        if asked.steps:
            broken = run_steps(read(asked.steps)).broken
            print(*(broken or ["every promise was kept"]), sep="\n")
            return 1 if broken else 0
        if asked.seed is not None and asked.seeds == 1:
            return _one(asked.seed)
    finally:
        forget_template()
    return _many(asked.seed or 0, asked.seeds, asked.workers)


if __name__ == "__main__":
    raise SystemExit(main())
