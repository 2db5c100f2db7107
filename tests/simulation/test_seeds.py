"""The storm in the gate: some seeds, what once failed, some planted bugs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.storm.campaign import KINDS, MANY, Campaign, run_seeds
from tests.simulation.storm.mutation import Bug, codes_of
from tests.simulation.storm.planted import BUGS, look_for
from tests.simulation.storm.run import forget_template, run_steps
from tests.simulation.storm.steps import What, read, schedule, written

SEEDS, PARTS = 500, 20
FAILED = tuple(
    line
    for line in (Path(__file__).parent / "failing_seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
)
QUICK = {
    "forget the result of a command",
    "drop a refused command",
    "let a withdrawn till go on",
    "release a reservation twice",
    "book one side only",
    "tell nobody of an order",
}
"""Planted bugs that a few seeds notice."""
FEWEST_BUGS = 40


@pytest.fixture(scope="module", autouse=True)
def _leave_nothing() -> Iterator[None]:
    yield
    forget_template()


@pytest.mark.parametrize("part", range(PARTS))
def test_seeds_keep_every_promise(part: int) -> None:
    campaign = run_seeds(range(part * SEEDS // PARTS, (part + 1) * SEEDS // PARTS))
    assert campaign.broken == {}
    assert campaign.calm >= SEEDS // PARTS // 10
    assert campaign.applied > SEEDS // PARTS
    assert len(campaign.fired) >= 15, "a fault that never fires proves nothing"


@pytest.mark.parametrize(
    ("seeds", "times", "failed"), [(MANY, 1000, False), (MANY, 999, True), (MANY - 1, 0, False)]
)
def test_many_seeds_that_try_a_fault_too_seldom_prove_nothing(
    seeds: int, times: int, *, failed: bool
) -> None:
    campaign = Campaign(seeds=seeds, fired=Counter(dict.fromkeys(KINDS, 1000)))
    campaign.fired["power cut"] = times
    assert campaign.failed is failed
    assert campaign.failed is bool(campaign.rare and seeds >= MANY)


@pytest.mark.parametrize("line", FAILED, ids=range(len(FAILED)))
def test_what_once_broke_a_promise_keeps_it(line: str) -> None:
    _, _, steps = line.partition(" ")
    assert run_steps(read(steps)).broken == []


@pytest.mark.parametrize("wrong", [one for one in BUGS if one.name in QUICK], ids=lambda one: str(one.name))
def test_a_planted_bug_is_noticed(wrong: Bug) -> None:
    assert look_for(wrong, most=60).seed is not None


def test_every_planted_bug_still_has_its_place() -> None:
    assert len({one.name for one in BUGS}) == len(BUGS) >= FEWEST_BUGS
    assert all(codes_of(one) for one in BUGS)


def test_the_same_seed_is_the_same_run() -> None:
    assert schedule(7) == schedule(7) == read(written(schedule(7)))
    assert {step.what for seed in range(300) for step in schedule(seed)} == set(What)
    first, second = (run_steps(schedule(7)) for _ in range(2))
    assert (first.fired, first.applied, first.commits) == (second.fired, second.applied, second.commits)
