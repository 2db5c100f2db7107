"""What happens in a run, in order: drawn from the seed, each step with luck of its own so that any may go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.simulation.storm.wire import Fault

TILLS = 3
LENGTHS = (4, 7, 11)


class What(StrEnum):
    """What one step does; the later ones are faults."""

    ACT = "act"
    MEET = "meet"
    WEB = "web shop"
    JOBS = "jobs"
    TIME = "time"
    ON_THE_WIRE = "on the wire"
    PARTITION = "partition"
    HEAL = "heal"
    LONG_OFFLINE = "long offline"
    KILL = "till killed"
    KILL_IN_ACT = "till killed in an act"
    POWER_CUT = "power cut"
    POWER_CUT_IN_WRITE = "power cut in a write"
    DISK_FULL = "disk full"
    DAMAGE = "till's file damaged"
    CLOCK_JUMP = "clock jump"
    SITE_RESTART = "site restart"
    BACKUP = "backup"
    RESTORE = "restore of an older backup"
    CLONE = "till cloned"
    REVOKE = "till revoked"
    POISON = "poison command"
    WITHDRAW = "staff right withdrawn"
    SLOW_FEED = "slow feed"
    WEBHOOKS = "webhook chaos"
    CONTEND = "two tills at one order"
    LAST_UNITS = "two tills at the last units"
    JOIN = "a new till joins"
    LOSE = "a till loses a record"


_USUAL = {What.ACT: 46, What.MEET: 30, What.WEB: 8, What.JOBS: 6, What.TIME: 10}
_FAULTS = {
    What.ON_THE_WIRE: 50, What.PARTITION: 4, What.LONG_OFFLINE: 4, What.KILL: 4, What.KILL_IN_ACT: 4,
    What.POWER_CUT: 4, What.POWER_CUT_IN_WRITE: 4, What.DISK_FULL: 4, What.DAMAGE: 4, What.CLOCK_JUMP: 4,
    What.SITE_RESTART: 4, What.BACKUP: 5, What.RESTORE: 6, What.CLONE: 4, What.REVOKE: 4, What.POISON: 4,
    What.WITHDRAW: 4, What.SLOW_FEED: 4, What.WEBHOOKS: 5, What.HEAL: 4,
    What.CONTEND: 8, What.LAST_UNITS: 5, What.JOIN: 4, What.LOSE: 4,
}  # fmt: skip
_WIRE = tuple(Fault)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, where, and the luck it has."""

    what: What
    till: int
    luck: int

    @property
    def fault(self) -> Fault:
        """Which fault of the wire it is."""
        return _WIRE[self.luck % len(_WIRE)]


def is_calm(seed: int) -> bool:
    """One run in ten has no faults."""
    return seed % 10 == 0


def schedule(seed: int, favoured: tuple[What, ...] = ()) -> tuple[Step, ...]:
    """Every step of a seed's run; what is favoured happens more often."""
    draw = Random(seed)
    steps = []
    often = 0.0 if is_calm(seed) else draw.choice((0.35, 0.5, 0.7))
    usual = {what: weight * (8 if what in favoured else 1) for what, weight in _USUAL.items()}
    faults = {what: weight * (8 if what in favoured else 1) for what, weight in _FAULTS.items()}
    for _ in range(draw.choice(LENGTHS)):
        kinds = faults if draw.random() < often else usual
        what = draw.choices(tuple(kinds), tuple(kinds.values()))[0]
        steps.append(Step(what, draw.randrange(TILLS), draw.randrange(1 << 30)))
    return tuple(steps)


def written(steps: tuple[Step, ...]) -> str:
    """The steps in one line, as `read` takes them."""
    return " ".join(f"{step.what.name}:{step.till}:{step.luck}" for step in steps)


def read(text: str) -> tuple[Step, ...]:
    """The steps of a line."""
    parts = (word.split(":") for word in text.split())
    return tuple(Step(What[name], int(till), int(luck)) for name, till, luck in parts)
