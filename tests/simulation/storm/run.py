"""Runs by seed or by steps: what fired, what was broken."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import structlog
from structlog.typing import EventDict

from tests.simulation.storm.checks_agreed import check_agreed
from tests.simulation.storm.checks_site import check_site, read_site
from tests.simulation.storm.checks_tills import check_tills
from tests.simulation.storm.steps import Step, What, schedule
from tests.simulation.storm.stood import check_brought_back
from tests.simulation.storm.template import quick, template
from tests.simulation.storm.world import World

_folders = count(1)


@dataclass
class Report:
    """What came of one run."""

    fired: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    commits: int = 0
    applied: int = 0
    refused: int = 0

    @property
    def numbers(self) -> frozenset[str]:
        """Which invariants were broken."""
        return frozenset(words.partition(":")[0] for words in self.broken)


def run_steps(steps: Sequence[Step]) -> Report:
    """Carry out some steps, heal, check."""
    made = template()
    folder = made.folder / f"run-{next(_folders)}"
    folder.mkdir()
    try:
        with quick(), listening() as said:
            return _run(
                World(
                    made, folder, said=said, keeps_backups=any(step.what is What.RESTORE for step in steps)
                ),
                steps,
            )
    finally:
        shutil.rmtree(folder)


@contextmanager
def listening() -> Iterator[list[str]]:
    """What the shipped code logs is kept here and goes nowhere else."""
    said: list[str] = []

    def hear(_logger: object, _name: str, event: EventDict) -> EventDict:
        said.append(repr(event))
        raise structlog.DropEvent

    kept = structlog.get_config()
    structlog.configure(processors=[hear], cache_logger_on_first_use=False)
    try:
        yield said
    finally:
        structlog.configure(**kept)


def _run(world: World, steps: Sequence[Step]) -> Report:
    try:
        for step in steps:
            world.do(step)
        world.heal()
        rows = read_site(world.database)
        world.broken += world.commits.broken + world.answers.broken
        world.broken += check_site(rows)
        world.broken += check_tills(world, rows)
        world.broken += check_agreed(world, rows)
        world.broken += check_brought_back(world, rows)
        world.broken += (words for till in world.tills for words in till.broken)
    except Exception as error:  # outermost loop: of one run, whose seed is told with it
        world.broken.append(f"bug: {type(error).__name__}: {error}")
        if RAISE:
            raise
    finally:
        with suppress(Exception):
            world.close()
    return Report(
        world.fired, list(dict.fromkeys(world.broken)), world.commits.commits, world.answers.applied,
        world.answers.rejected,
    )  # fmt: skip


RAISE = False


def run_seed(seed: int) -> Report:
    """One seed's run."""
    return run_steps(schedule(seed))


def forget_template() -> None:
    """Throw the template's folder away at the end of a process."""
    shutil.rmtree(template().folder, ignore_errors=True)
    template.cache_clear()
