"""Damaged inputs by the million: `python -m tests.campaigns.parsers --inputs 1000000 [--of NAME]`."""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.campaigns.parsers.subjects import SUBJECTS

SLOWEST_SECONDS = 0.5
"""Of a processor, for one input; the largest samples take a hundredth of it."""
MOST_MEMORY_KB = 300_000
"""By how much the process may grow over the inputs of one reader."""


@dataclass
class Tally:
    """What became of the inputs of one reader."""

    read: int = 0
    slowest: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        named = ", ".join(f"{many} {name}" for name, many in self.refused.most_common())
        return f"{self.read} read, {named or 'none'} refused, the slowest in {self.slowest * 1000:.1f} ms"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run(name: str, inputs: int, seed: int, say: Callable[[str], object]) -> Tally:
    """So many inputs of one seed for one reader; whatever is neither read nor refused as named is raised."""
    subject, chance, tally = SUBJECTS[name], random.Random(f"{name} {seed}"), Tally()
    before = _memory()
    for number in range(inputs):
        given = subject.make(chance)
        began = time.thread_time()
        try:
            subject.read(given)
        except subject.errors as error:
            tally.refused[type(error).__name__] += 1
        except Exception as error:
            error.add_note(f"{name}, input {number} of seed {seed}: {given!r}")
            raise
        else:
            tally.read += 1
        took = time.thread_time() - began
        tally.slowest = max(tally.slowest, took)
        if took > SLOWEST_SECONDS:
            say(f"{name}, input {number} of seed {seed} took {took:.1f} s: {given!r}")
    if (grown := _memory() - before) > MOST_MEMORY_KB:
        say(f"{name}: the process grew by {grown} kB")
    return tally


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.parsers", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--of", choices=SUBJECTS, action="append", help="one reader, all without it")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    said: list[str] = []
    for name in given.of or SUBJECTS:
        began = time.monotonic()
        tally = run(name, given.inputs, given.seed, said.append)
        print(f"{name}: {given.inputs} inputs in {time.monotonic() - began:.0f} s: {tally}", flush=True)
    print("\n".join(said), file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
