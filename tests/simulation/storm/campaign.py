"""Many seeds one after another: what was broken by which, what fired how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from time import process_time

from tests.simulation.storm.run import Report, forget_template, run_seed
from tests.simulation.storm.steps import _FAULTS, What
from tests.simulation.storm.wire import Fault

CHUNK = 200
ONE_IN = 20
"""Every kind of fault is to fire at least once in so many seeds: 1 000 times in 20 000."""
ENOUGH = 400
"""Seeds from which on that can be told."""
MANY = 20_000
"""Seeds from which on it is a fault of the campaign itself."""

KINDS = frozenset(what.value for what in _FAULTS if what is not What.ON_THE_WIRE) | {
    one.value for one in Fault
}
"""Kinds of faults that are drawn; what never fired counts as too seldom as well."""


@dataclass
class Campaign:
    """What came of some seeds."""

    seeds: int = 0
    calm: int = 0
    seconds: float = 0.0
    commits: int = 0
    applied: int = 0
    refused: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)

    def add(self, seed: int, report: Report) -> None:
        """Count one run."""
        self.seeds += 1
        self.calm += not report.fired
        self.commits += report.commits
        self.applied += report.applied
        self.refused += report.refused
        self.fired += report.fired
        if report.broken:
            self.broken[seed] = report.broken

    def join(self, other: Campaign) -> None:
        """Take in what another process did."""
        self.seeds += other.seeds
        self.calm += other.calm
        self.seconds += other.seconds
        self.commits += other.commits
        self.applied += other.applied
        self.refused += other.refused
        self.fired += other.fired
        self.broken |= other.broken

    @property
    def rare(self) -> list[str]:
        """Kinds of faults that fired too seldom."""
        names = sorted({*self.fired, *KINDS})
        return [name for name in names if self.fired[name] * ONE_IN < self.seeds]

    @property
    def failed(self) -> bool:
        """Whether a promise was broken, or so many seeds tried some fault too seldom to tell."""
        return bool(self.broken or (self.seeds >= MANY and self.rare))

    def lines(self) -> Iterator[str]:
        """The campaign in words."""
        yield f"{self.seeds} seeds ({self.calm} calm) in {self.seconds:.0f} s of processor time"
        yield f"{self.applied} commands applied, {self.refused} refused, {self.commits} commits of the site"
        yield from (f"  {count:7} {name}" for name, count in sorted(self.fired.items()))
        if self.rare and self.seeds >= ENOUGH:
            yield f"  fired too seldom: {', '.join(self.rare)}"
        for seed, words in sorted(self.broken.items()):
            yield f"  BROKEN by seed {seed}: {words[0]}" + (
                f" (and {len(words) - 1} more)" if words[1:] else ""
            )
        yield "every promise was kept" if not self.broken else f"{len(self.broken)} seeds broke a promise"


def run_seeds(seeds: Iterable[int]) -> Campaign:
    """Some seeds in this process."""
    campaign, begun = Campaign(), process_time()
    for seed in seeds:
        campaign.add(seed, run_seed(seed))
    campaign.seconds = process_time() - begun
    return campaign


def _chunk(first: int, past: int) -> Campaign:
    try:
        return run_seeds(range(first, past))
    finally:
        forget_template()


def run_campaign(first: int, count: int, workers: int = 1) -> Iterator[Campaign]:
    """Many seeds, in so many processes; what there is so far, ever again."""
    whole = Campaign()
    chunks = [(start, min(start + CHUNK, first + count)) for start in range(first, first + count, CHUNK)]
    if workers == 1:
        for start, past in chunks:
            whole.join(run_seeds(range(start, past)))
            yield whole
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done in pool.map(_chunk, *zip(*chunks, strict=True)):
            whole.join(done)
            yield whole
