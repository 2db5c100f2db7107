"""The day at a glance: orders by stage and lateness per store, how fast they were picked, what left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select

from site_sync.domain.orders import ClosedAs, Stage
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.order_enquiry import OPEN, deadlines, overdue, unpromised, within
from site_sync.service.outbox import OutState
from site_sync.service.problem_enquiry import count_open

DAYS = 14
PICKED_SINCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StoreToday:
    """A store's open orders per stage, and how many of them are late."""

    code: str
    name: str
    counts: dict[Stage, int]
    late: dict[Stage, int]

    @property
    def all_late(self) -> int:
        """Late orders of every stage."""
        return sum(self.late.values())


@dataclass(frozen=True, slots=True)
class Day:
    """Orders made and orders collected on one day of the shop's calendar."""

    day: date
    made: int
    collected: int


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the first page shows; picking minutes are None when nothing was picked this week."""

    stores: tuple[StoreToday, ...]
    days: tuple[Day, ...]
    expired: int
    problems: int
    unsent: int
    pick_median: int | None
    pick_p90: int | None

    def total(self, stage: Stage) -> int:
        """Open orders of one stage at all stores."""
        return sum(store.counts.get(stage, 0) for store in self.stores)

    @property
    def late(self) -> int:
        """Late orders at all stores."""
        return sum(store.all_late for store in self.stores)


def today(db: Executor, now: datetime, zone: str, stores: frozenset[str] | None) -> Today:
    """The day so far, of some stores or all; days begin at midnight in `zone`."""
    picked = sorted(_picking_minutes(db, now, stores))
    days = _days(db, now, zone, stores)
    return Today(
        stores=_stores(db, now, stores),
        days=days,
        expired=_ended(db, _midnight(days[-1].day, zone), stores, ClosedAs.EXPIRED),
        problems=count_open(db, stores),
        unsent=_unsent(db, stores),
        pick_median=_quantile(picked, 50),
        pick_p90=_quantile(picked, 90),
    )


def _stores(db: Executor, now: datetime, stores: frozenset[str] | None) -> tuple[StoreToday, ...]:
    due = deadlines(db)
    counts: dict[str, Counter[Stage]] = {code: Counter() for code in due.stores}
    late: dict[str, Counter[Stage]] = {code: Counter() for code in due.stores}
    for row in db.execute(_open_counts(now, stores)):
        counts.setdefault(row.work_store, Counter())[Stage(row.stage)] += row.orders
        late.setdefault(row.work_store, Counter())[Stage(row.stage)] += row.late
    for one in unpromised(db, due, stores, now):
        late.setdefault(one.store, Counter())[one.stage] += int(one.late)
    shown = [code for code in sorted(counts) if stores is None or code in stores]
    return tuple(
        StoreToday(
            code,
            due.stores[code].name if code in due.stores else code,
            {stage: counts[code][stage] for stage in OPEN},
            {stage: late[code][stage] for stage in OPEN},
        )
        for code in shown
    )


def _open_counts(now: datetime, stores: frozenset[str] | None) -> Select[tuple[str, str, int, int]]:
    """Open orders per store and stage, and those of them that were due before now."""
    o = t.orders.c
    late = func.sum(case((overdue(now), 1), else_=0))
    query = select(o.work_store, o.stage, func.count().label("orders"), late.label("late"))
    return query.where(t.STILL_OPEN, *within(stores)).group_by(o.work_store, o.stage)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _days(db: Executor, now: datetime, zone: str, stores: frozenset[str] | None) -> tuple[Day, ...]:
    local = ZoneInfo(zone)
    last = now.astimezone(local).date()
    shown = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    o = t.orders.c
    collected = o.closed_as == ClosedAs.COLLECTED.value
    return tuple(
        Day(
            day,
            _between(db, o.created_at, (day, zone), *within(stores)),
            _between(db, o.closed_at, (day, zone), collected, *within(stores)),
        )
        for day in shown
    )


def _between(
    db: Executor, moment: ColumnElement[Any], day: tuple[date, str], *where: ColumnElement[bool]
) -> int:
    """How many orders have that moment within a day of a zone."""
    on, zone = day
    begin, end = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    query = select(func.count()).select_from(t.orders).where(moment >= begin, moment < end, *where)
    return int(db.execute(query).scalar_one())


def _ended(db: Executor, since: datetime, stores: frozenset[str] | None, how: ClosedAs) -> int:
    o = t.orders.c
    query = select(func.count()).select_from(t.orders)
    return int(
        db.execute(query.where(o.closed_at >= since, o.closed_as == how.value, *within(stores))).scalar_one()
    )


def _unsent(db: Executor, stores: frozenset[str] | None) -> int:
    """Messages and webhooks that were given up."""
    total = 0
    for table in (t.messages, t.webhook_deliveries):
        query = select(func.count()).select_from(table).where(table.c.state == OutState.DEAD.value)
        if stores is not None:
            seen = select(t.orders.c.id).where(*within(stores))
            query = query.where(table.c.order_id.in_(seen))
        total += int(db.execute(query).scalar_one())
    return total


def _picking_minutes(db: Executor, now: datetime, stores: frozenset[str] | None) -> list[int]:
    """Minutes from claim to ready of every order picked in the last week."""
    h = t.history.c
    seen = select(t.orders.c.id).where(t.orders.c.ready_at >= now - PICKED_SINCE, *within(stores))
    kinds = ("picking_claimed", "order_ready")
    query = select(h.order_id, h.kind, h.at).where(h.order_id.in_(seen), h.kind.in_(kinds))
    claimed: dict[str, datetime] = {}
    minutes: list[int] = []
    for row in db.execute(query.order_by(h.order_id, h.version, h.n)):
        if row.kind == "picking_claimed":
            claimed[row.order_id] = row.at
        elif row.order_id in claimed:
            minutes.append(int((row.at - claimed[row.order_id]).total_seconds() // 60))
    return minutes


def _quantile(ordered: Sequence[int], percent: int) -> int | None:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else None
