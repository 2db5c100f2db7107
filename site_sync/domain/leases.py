"""Stock quota leases: part of an item's stock that a store's till may promise by itself, cut off or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from site_sync.domain.stock import StockLevel

Key = tuple[str, str]
"""(store, SKU)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What one till (`device`) was lent of an item: counters that only grow, so that no message counts twice.

    `id` names the lease itself: one that ended is never taken up again. `wanted` is what the centre would
    like the till to hold at most; only the till itself gives units back. `version` counts the changes.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    device: str
    store: str
    sku: str
    granted: int = 0
    spent: int = 0
    returned: int = 0
    wanted: int = 0
    version: int = 0

    @property
    def left(self) -> int:
        """What the till may still promise."""
        return self.granted - self.spent - self.returned

    @property
    def key(self) -> Key:
        """Store and SKU."""
        return self.store, self.sku


@dataclass(frozen=True, slots=True)
class Drawn:
    """Units of an item that a command promises out of a lease of its till."""

    __pydantic_config__ = {"extra": "forbid"}

    lease: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class LeaseReturn:
    """Units that a till gives back to the centre because it wants to lend less; `id` is made once."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    at: datetime
    store: str
    till: str
    parts: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """How much of what is available all tills of a store are lent, in percent, and the most of each till."""

    percent: int = 0
    most: int = 0

    @property
    def lends(self) -> bool:
        """Whether anything is lent at all."""
        return self.percent > 0 and self.most > 0


@dataclass(frozen=True, slots=True)
class Step:
    """What changes of one till's lease: units granted now, and what it should hold at most."""

    device: str
    grant: int
    wanted: int


def share(level: StockLevel, terms: Terms, tills: int) -> int:
    """What each of so many tills of a store is lent of an item; nothing of what is not there."""
    pool = level.available + level.leased
    if pool <= 0 or tills <= 0 or not terms.lends:
        return 0
    return min(terms.most, pool * terms.percent // 100 // tills)


def plan(
    level: StockLevel, terms: Terms, held: Mapping[str, tuple[int, int]], tills: Iterable[str]
) -> tuple[Step, ...]:
    """What to lend more or to ask back of an item, so that each of the tills holds its share.

    `held` is (left, wanted) by device. A lease is filled up once half of it is spent and asked back once it
    is well above its share, so that not every sale moves it; what is none of the tills gives all back.
    """
    lending = sorted(set(tills))
    target = share(level, terms, len(lending))
    room = max(0, level.available)
    steps = []
    for device in sorted({*lending, *held}):
        left, wanted = held.get(device, (0, 0))
        aim = target if device in lending else 0
        grant = min(aim - left, room) if left < aim and left <= aim // 2 else 0
        room -= grant
        most = aim if left > aim + aim // 2 else max(aim, left + grant)
        if grant or (left and most != wanted):
            steps.append(Step(device, grant, most))
    return tuple(steps)


def surplus(lease: Lease, left: int) -> int:
    """What a till with so much left gives back of a lease, as the centre wants it to hold less."""
    return max(0, left - lease.wanted)
