"""Lists of orders: tabs with counts, sorted by lateness, filtered, searched while typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pos_app.store import words
from pos_app.store.order_rows import ROW_COLUMNS, OrderRow, SyncState, instant, row_of
from pos_app.store.till_file import TillFile
from site_sync.domain.deadlines import PREPARED
from site_sync.domain.orders import Stage

MOST_FOUND = 2000
"""How many hits of a search are sorted; the newest when there are more."""
MOST_SIFTED = 4_000
"""How many hits of a search are gone through when filters narrow it as well."""


class Tab(StrEnum):
    """The tabs of the order list."""

    TO_PICK = "to_pick"
    TO_COLLECT = "to_collect"
    TO_PUT_BACK = "to_put_back"
    QUOTES = "quotes"
    DONE = "done"
    PROBLEMS = "problems"


class PaidState(StrEnum):
    """How far an order is paid; one that costs nothing is paid, one paid too much has money to give back."""

    UNPAID = "unpaid"
    DEPOSIT = "deposit"
    PAID = "paid"
    REFUND = "refund"


_PAID_STATES = {
    PaidState.UNPAID: "to_pay = total AND total > 0",
    PaidState.DEPOSIT: "to_pay > 0 AND to_pay < total",
    PaidState.PAID: "to_pay = 0",
    PaidState.REFUND: "refund > 0",
}

STAGES: Mapping[Tab, tuple[Stage, ...]] = {
    Tab.TO_PICK: tuple(sorted(PREPARED)),
    Tab.TO_COLLECT: (Stage.TO_COLLECT, Stage.TO_SHIP),
    Tab.TO_PUT_BACK: (Stage.TO_PUT_BACK,),
    Tab.QUOTES: (Stage.QUOTE,),
    Tab.DONE: (Stage.DONE,),
}

_REQUESTED = (
    "SELECT requested, count(*) FROM orders_now WHERE work_store = ? AND requested >= ? AND requested < ? "
    "AND stage <> 'done' GROUP BY requested"
)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to list; empty fields do not narrow.

    `store` is where the order is prepared and handed over; `concerns` also lists those it took for others.
    """

    tab: Tab | None = None
    store: str = ""
    typed: str = ""
    concerns: str = ""
    source: str = ""
    method: str = ""
    staff: str = ""
    customer_id: str = ""
    paid: PaidState | None = None
    here_now: bool = False
    to_put_back: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def sifts(self) -> bool:
        """Whether more than tab, store and typed words narrows the list."""
        chosen = (self.source, self.method, self.staff, self.paid, self.since, self.until)
        return any(part for part in chosen)


class OrderList:
    """Reads the view only."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def rows(self, wanted: OrderFilter, limit: int = 200, offset: int = 0) -> tuple[OrderRow, ...]:
        """Listed orders, most late first; done ones newest first."""
        where, values = _where(wanted)
        order = "due DESC" if wanted.tab is Tab.DONE else "due"
        found = self._file.raw.execute(
            f"SELECT {ROW_COLUMNS} FROM orders_now WHERE {where} ORDER BY {order}, place LIMIT ? OFFSET ?",  # noqa: S608
            (*values, limit, offset),
        )
        return tuple(row_of(row) for row in found)

    def count(self, wanted: OrderFilter) -> int:
        """How many orders the filter lets through."""
        where, values = _where(wanted)
        query = f"SELECT count(*) FROM orders_now WHERE {where}"  # noqa: S608
        return int(self._file.raw.execute(query, values).fetchone()[0])

    def tab_counts(self, wanted: OrderFilter) -> dict[Tab, int]:
        """How many of the wanted orders stand in each tab, whatever tab is looked at."""
        where, values = _where(replace(wanted, tab=None))
        query = f"SELECT stage, count(*) FROM orders_now WHERE {where} GROUP BY stage"  # noqa: S608
        by_stage = dict(self._file.raw.execute(query, values).fetchall())
        counts = {tab: sum(by_stage.get(stage, 0) for stage in stages) for tab, stages in STAGES.items()}
        problems = self._file.raw.execute("SELECT count(*) FROM problems WHERE state = 'open'").fetchone()
        return counts | {Tab.PROBLEMS: int(problems[0])}

    def requested(self, store: str, since: datetime, until: datetime) -> dict[datetime, int]:
        """How many open orders of a store were asked for at each moment of a time."""
        found = self._file.raw.execute(_REQUESTED, (store, instant(since), instant(until)))
        return {datetime.fromisoformat(moment): int(count) for moment, count in found}


def _where(wanted: OrderFilter) -> tuple[str, tuple[object, ...]]:
    parts: list[str] = ["1"]
    values: list[object] = []

    def add(condition: str, *more: object) -> None:
        parts.append(condition)
        values.extend(more)

    stages = STAGES.get(wanted.tab, ()) if wanted.tab else ()
    if stages:
        add(f"stage IN ({', '.join('?' * len(stages))})", *(stage.value for stage in stages))
    elif wanted.tab is Tab.PROBLEMS:
        add(f"sync = '{SyncState.REFUSED.value}'")
    columns = {
        "work_store": wanted.store,
        "source": wanted.source,
        "method": wanted.method,
        "staff": wanted.staff,
        "customer_id": wanted.customer_id,
    }
    for column, value in columns.items():
        if value:
            add(f"{column} = ?", value)
    if wanted.concerns:
        add("(work_store = ? OR store = ?)", wanted.concerns, wanted.concerns)
    _add_moments(wanted, add)
    question = words.query(wanted.typed)
    if question is not None:
        found = "SELECT rowid FROM orders_search WHERE orders_search MATCH ? ORDER BY rowid DESC LIMIT ?"
        add(f"place IN ({found})", question, MOST_SIFTED if wanted.sifts else MOST_FOUND)
    return " AND ".join(parts), tuple(values)


def _add_moments(wanted: OrderFilter, add: Callable[..., None]) -> None:
    if wanted.paid is not None:
        add(_PAID_STATES[wanted.paid])
    if wanted.to_put_back:
        add("put_back > 0")
    if wanted.here_now:
        add("arrival <> ''")
    if wanted.since:
        add("created_at >= ?", instant(wanted.since))
    if wanted.until:
        add("created_at < ?", instant(wanted.until))
