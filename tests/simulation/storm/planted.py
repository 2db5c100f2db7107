"""The list of planted bugs, and how soon some seed notices each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from tests.simulation.storm.mutation import Bug, codes_of, planted
from tests.simulation.storm.planted_agreed import AGREED_BUGS
from tests.simulation.storm.planted_site import SITE_BUGS
from tests.simulation.storm.planted_till import TILL_BUGS
from tests.simulation.storm.run import forget_template, run_steps
from tests.simulation.storm.steps import What, schedule
from tests.simulation.storm.template import template

BUGS = (*SITE_BUGS, *TILL_BUGS, *AGREED_BUGS)
_LOSES = (What.LOSE,)
_TALKS_OF_PROBLEMS = (What.POISON, What.CONTEND, What.WITHDRAW)
FAVOURED = {
    "answer a repeated command as applied": (What.POISON, What.CONTEND),
    "skip over changes": (What.SLOW_FEED, What.PARTITION, What.HEAL),
    "leave problems out of a snapshot": (What.POISON, What.JOIN),
    "follow the epoch of a new enrolment": (What.REVOKE, What.RESTORE),
    "promise one unit too many": (What.LAST_UNITS,),
    "decide before the other tills are back": (What.RESTORE, What.CONTEND, What.ACT, What.MEET),
    "give the numbers of a damaged file again": (What.DAMAGE, What.LONG_OFFLINE, What.ACT, What.MEET),
    "leave gaps in the journal": (What.POWER_CUT, What.PARTITION),
    "commit an act in pieces": (What.KILL_IN_ACT,),
    "do not wait for the disk": (What.POWER_CUT,),
    "keep the audit's head after a rollback": (What.DISK_FULL,),
    "promise a lease twice": (What.LONG_OFFLINE, What.LAST_UNITS, What.JOBS),
    "end a problem at the till alone": _TALKS_OF_PROBLEMS,
    "leave a problem open that a till ended": _TALKS_OF_PROBLEMS,
    "tell nobody how a problem ended": _TALKS_OF_PROBLEMS,
    "compare nothing with the site": _LOSES,
    "load a kind again and take nothing of it": _LOSES,
    "find no difference": _LOSES,
}
"""Faults that a bug needs, of which its seeds have more."""
MOST_SEEDS = 500
"""Seeds after which a planted bug counts as missed: as many as each run of the gate looks through."""
NOTICED = Path(__file__).parent / "noticed_by.txt"
"""Which seed noticed which bug when they were last looked for: tried first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """How a bug was noticed: by which seed, after how many, by which promise; seed None: never."""

    name: str
    seed: int | None
    tried: int
    words: str


@cache
def noticed_by() -> dict[str, int]:
    """The seed that noticed each bug the last time."""
    lines = (line.partition(" ") for line in NOTICED.read_text().splitlines() if line[:1].isdigit())
    return {name: int(seed) for seed, _, name in lines}


def _seeds(name: str, most: int) -> Iterator[int]:
    known = noticed_by().get(name)
    if known is not None:
        yield known
    yield from (seed for seed in range(1, most + 1) if seed != known)


def look_for(wrong: Bug, most: int = MOST_SEEDS) -> Notice:
    """Run seeds with the bug in the code until one breaks a promise."""
    template()  # is made of the code as it is shipped, and kept
    with planted(wrong):
        for tried, seed in enumerate(_seeds(wrong.name, most), start=1):
            broken = run_steps(schedule(seed, FAVOURED.get(wrong.name, ()))).broken
            if broken:
                return Notice(wrong.name, seed, tried, broken[0])
    return Notice(wrong.name, None, most, "")


def _of_number(number: int) -> Notice:
    return look_for(BUGS[number])


def notices(name: str = "", workers: int = 1) -> Iterator[Notice]:
    """Every planted bug whose name has these words."""
    wanted = [number for number, wrong in enumerate(BUGS) if name in wrong.name]
    if workers == 1:
        yield from map(_of_number, wanted)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_tidy_at_the_end) as pool:
        yield from pool.map(_of_number, wanted)


def _tidy_at_the_end() -> None:
    from multiprocessing.util import Finalize

    Finalize(None, forget_template, exitpriority=10)


def show(name: str = "", workers: int = 1) -> int:
    """The table; 1 when a bug was not noticed. A look for all of them keeps which seeds noticed."""
    for wrong in BUGS:  # all at once, as the files may change while it runs
        codes_of(wrong)
    found = []
    for notice in notices(name, workers):
        found.append(notice)
        how = f"seed {notice.seed:<4} after {notice.tried:<4}" if notice.seed is not None else "MISSED"
        print(f"{notice.name:44} {how:22} {notice.words[:90]}", flush=True)
    if not name:
        _keep(found)
    missed = sum(notice.seed is None for notice in found)
    print(f"{missed} missed" if missed else f"all {len(found)} planted bugs were noticed")
    return 1 if missed else 0


def _keep(found: list[Notice]) -> None:
    lines = [f"{notice.seed} {notice.name}" for notice in found if notice.seed is not None]
    head = "# Which seed noticed which planted bug; written by `python -m tests.simulation --planted`."
    NOTICED.write_text("\n".join((head, *lines)) + "\n")
