"""The fewest steps that still break the same promise."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulation.storm.run import run_steps
from tests.simulation.storm.steps import Step


def shrink(steps: Sequence[Step], numbers: frozenset[str]) -> tuple[Step, ...]:
    """Leave out ever smaller pieces of a schedule while one of these invariants stays broken."""
    kept = tuple(steps)
    size = max(1, len(kept) // 2)
    while size:
        place = 0
        while place < len(kept):
            fewer = kept[:place] + kept[place + size :]
            if run_steps(fewer).numbers & numbers:
                kept = fewer
            else:
                place += size
        size //= 2
    return kept
