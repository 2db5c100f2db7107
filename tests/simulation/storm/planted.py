"""The list of planted bugs, and how soon some seed notices each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.storm.mutation import Bug, code_of, planted
from tests.simulation.storm.planted_site import SITE_BUGS
from tests.simulation.storm.planted_till import TILL_BUGS
from tests.simulation.storm.run import run_steps
from tests.simulation.storm.steps import What, schedule
from tests.simulation.storm.template import template

BUGS = (*SITE_BUGS, *TILL_BUGS)
FAVOURED = {
    "answer a repeated command as applied": (What.POISON, What.ON_THE_WIRE),
    "skip over changes": (What.SLOW_FEED, What.PARTITION, What.HEAL),
    "leave problems out of a snapshot": (What.POISON, What.DAMAGE),
    "follow the epoch of a new enrolment": (What.REVOKE, What.RESTORE),
    "leave gaps in the journal": (What.POWER_CUT, What.DAMAGE),
    "commit an act in pieces": (What.KILL_IN_ACT,),
    "do not wait for the disk": (What.POWER_CUT,),
    "keep the audit's head after a rollback": (What.DISK_FULL,),
}
"""Faults that a bug needs, of which its seeds have more."""
MOST_SEEDS = 200
"""Seeds after which a planted bug counts as missed."""


@dataclass(frozen=True, slots=True)
class Notice:
    """How a bug was noticed: by which seed, after how many, by which promise; seed None: never."""

    bug: Bug
    seed: int | None
    tried: int
    words: str


def look_for(wrong: Bug, most: int = MOST_SEEDS, first: int = 1) -> Notice:
    """Run seeds with the bug in the code until one breaks a promise."""
    template()  # is made of the code as it is shipped, and kept
    with planted(wrong):
        for tried, seed in enumerate(range(first, first + most), start=1):
            broken = run_steps(schedule(seed, FAVOURED.get(wrong.name, ()))).broken
            if broken:
                return Notice(wrong, seed, tried, broken[0])
    return Notice(wrong, None, most, "")


def notices(name: str = "") -> Iterator[Notice]:
    """Every planted bug whose name has these words."""
    yield from (look_for(wrong) for wrong in BUGS if name in wrong.name)


def show(name: str = "") -> int:
    """The table; 1 when a bug was not noticed."""
    missed = 0
    for wrong in BUGS:  # all at once, as the files may change while it runs
        for edit in wrong.edits:
            code_of(edit)
    for notice in notices(name):
        missed += notice.seed is None
        found = f"seed {notice.seed:<4} after {notice.tried:<4}" if notice.seed is not None else "MISSED"
        print(f"{notice.bug.name:44} {found:22} {notice.words[:90]}", flush=True)
    print(f"{missed} missed" if missed else "every planted bug was noticed")
    return 1 if missed else 0
