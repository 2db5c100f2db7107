"""Lists of orders: tabs with counts, sorted by lateness, filtered, searched while typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_app.store import words
from pos_app.store.order_rows import ROW_COLUMNS, OrderRow, SyncState, instant, row_of
from pos_app.store.till_file import TillFile
from site_sync.domain.orders import Stage

MOST_FOUND = 2000
"""How many hits of a search are sorted; the newest when there are more."""


class Tab(StrEnum):
    """The tabs of the order list."""

    TO_PICK = "to_pick"
    TO_COLLECT = "to_collect"
    TO_PUT_BACK = "to_put_back"
    QUOTES = "quotes"
    DONE = "done"
    PROBLEMS = "problems"


STAGES: Mapping[Tab, tuple[Stage, ...]] = {
    Tab.TO_PICK: (Stage.TO_PICK, Stage.PICKING),
    Tab.TO_COLLECT: (Stage.TO_COLLECT, Stage.TO_SHIP),
    Tab.TO_PUT_BACK: (Stage.TO_PUT_BACK,),
    Tab.QUOTES: (Stage.QUOTE,),
    Tab.DONE: (Stage.DONE,),
}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to list; empty fields do not narrow. `store` is where the order is prepared and handed over."""

    tab: Tab | None = None
    store: str = ""
    typed: str = ""
    created_in: str = ""
    source: str = ""
    method: str = ""
    staff: str = ""
    customer_id: str = ""
    unpaid: bool | None = None
    here_now: bool = False
    to_put_back: bool = False
    since: datetime | None = None
    until: datetime | None = None


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

    def tab_counts(self, store: str) -> dict[Tab, int]:
        """How many orders of a store stand in each tab."""
        query = "SELECT stage, count(*) FROM orders_now WHERE work_store = ? GROUP BY stage"
        by_stage = dict(self._file.raw.execute(query, (store,)).fetchall())
        counts = {tab: sum(by_stage.get(stage, 0) for stage in stages) for tab, stages in STAGES.items()}
        problems = self._file.raw.execute("SELECT count(*) FROM problems WHERE state = 'open'").fetchone()
        return counts | {Tab.PROBLEMS: int(problems[0])}


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
        "store": wanted.created_in,
        "source": wanted.source,
        "method": wanted.method,
        "staff": wanted.staff,
        "customer_id": wanted.customer_id,
    }
    for column, value in columns.items():
        if value:
            add(f"{column} = ?", value)
    _add_moments(wanted, add)
    question = words.query(wanted.typed)
    if question is not None:
        found = "SELECT rowid FROM orders_search WHERE orders_search MATCH ? ORDER BY rowid DESC LIMIT ?"
        add(f"place IN ({found})", question, MOST_FOUND)
    return " AND ".join(parts), tuple(values)


def _add_moments(wanted: OrderFilter, add: Callable[..., None]) -> None:
    if wanted.unpaid is not None:
        add("to_pay > 0" if wanted.unpaid else "to_pay = 0")
    if wanted.to_put_back:
        add("put_back > 0")
    if wanted.here_now:
        add("arrival <> ''")
    if wanted.since:
        add("created_at >= ?", instant(wanted.since))
    if wanted.until:
        add("created_at < ?", instant(wanted.until))
