"""Stock as it is promised: levels, the stock reservation journal, who holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, tuple_, union_all, update

from site_sync.domain.stock import StockLevel, StockMove, StockReason, sums
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Changed, Executor, Transaction

Key = tuple[str, str]
"""(store, SKU)."""
AT_ONCE = 400
"""Pairs that one statement locks: an expression of SQLite is at most a thousand deep."""
HELD = "held"
"""Where a checkout hold stands, in place of an order's stage."""

_LEVEL = tuple(
    t.stock.c[name] for name in ("store", "sku", "on_hand", "reserved", "safety", "back_order", "leased")
)
_MOVE = Prepared(
    update(t.stock)
    .where(t.stock.c.store == bindparam("at_store"), t.stock.c.sku == bindparam("of_sku"))
    .values(
        reserved=t.stock.c.reserved + bindparam("more_reserved"),
        on_hand=t.stock.c.on_hand + bindparam("more_on_hand"),
        version=t.stock.c.version + 1,
    )
)
_SETTLE = (
    update(t.journal)
    .where(
        t.journal.c.order_id == bindparam("of_order"),
        t.journal.c.line == bindparam("of_line"),
        t.journal.c.state == "open",
    )
    .values(state="posted", posted_at=bindparam("when"))
)
_INSERT_JOURNAL = Prepared(insert(t.journal), [column.name for column in t.journal.c if column.name != "id"])


def _level(row: Any) -> StockLevel:
    return StockLevel(row.sku, row.store, row.on_hand, row.reserved, row.safety, row.back_order, row.leased)


def lock_levels(tx: Transaction, keys: Iterable[Key]) -> dict[Key, StockLevel]:
    """Stock of some pairs, held still until the transaction ends; always locked by store and SKU."""
    wanted = sorted(set(keys))
    found: dict[Key, StockLevel] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        names = {f"store_{n}": store for n, (store, _) in enumerate(part)}
        names |= {f"sku_{n}": sku for n, (_, sku) in enumerate(part)}
        locked = (StockLevel(*row) for row in _locking(len(part)).rows(tx, names))
        found |= {(level.store, level.sku): level for level in locked}
    return found


@lru_cache(maxsize=64)
def _locking(count: int) -> Prepared:
    """The query for so many pairs; the lock is left out where there is only one writer."""
    s = t.stock.c
    pairs = [(s.store == bindparam(f"store_{n}")) & (s.sku == bindparam(f"sku_{n}")) for n in range(count)]
    query = select(s.sku, s.store, s.on_hand, s.reserved, s.safety, s.back_order, s.leased).where(or_(*pairs))
    return Prepared(query.order_by(s.store, s.sku).with_for_update())


def levels(db: Executor, keys: Iterable[Key]) -> dict[Key, StockLevel]:
    """Stock of some items at some stores; a pair never stocked is left out."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    query = select(*_LEVEL)
    query = query.where(tuple_(t.stock.c.store, t.stock.c.sku).in_(wanted))
    return {(row.store, row.sku): _level(row) for row in db.execute(query)}


def levels_of(db: Executor, sku: str) -> list[StockLevel]:
    """One item's stock at every store that ever had it."""
    query = select(*_LEVEL).where(t.stock.c.sku == sku).order_by(t.stock.c.store)
    return [_level(row) for row in db.execute(query)]


def post(tx: Transaction, moves: Iterable[StockMove]) -> None:
    """Move stock by what happened; the rows must be locked already if a decision rested on them."""
    net = sums(moves)
    if not net:
        return
    parameters = [
        {"at_store": store, "of_sku": sku, "more_reserved": reserved, "more_on_hand": on_hand}
        for (store, sku), (reserved, on_hand) in net.items()
    ]
    _MOVE.run(tx, parameters)
    for store, sku in net:
        tx.changed(stock_changed(store, sku))


def stock_changed(store: str, sku: str) -> Changed:
    """The change to tell when an item's stock at a store moved: all stores show each other's stock."""
    return Changed(RecordKind.STOCK.value, f"{store}/{sku}")


def ensure(tx: Transaction, keys: Iterable[Key], known: dict[Key, StockLevel]) -> None:
    """Give pairs that were never stocked their row, so that moves find it."""
    missing = [key for key in sorted(set(keys)) if key not in known]
    if missing:
        tx.execute(insert(t.stock), [_row(StockLevel(sku, store)) for store, sku in missing])


def _row(level: StockLevel) -> dict[str, object]:
    return {
        "store": level.store,
        "sku": level.sku,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "safety": level.safety,
        "back_order": level.back_order,
        "version": 1,
    }


def set_levels(tx: Transaction, given: Sequence[StockLevel]) -> None:
    """Set on hand, safety and back order as counted or loaded; what is reserved stays."""
    given = sorted(given, key=lambda level: (level.store, level.sku))
    known = lock_levels(tx, [(level.store, level.sku) for level in given])
    fresh = [level for level in given if (level.store, level.sku) not in known]
    if fresh:
        tx.execute(insert(t.stock), [{**_row(level), "reserved": 0} for level in fresh])
    if changed := [level for level in given if (level.store, level.sku) in known]:
        statement = (
            update(t.stock)
            .where(t.stock.c.store == bindparam("at_store"), t.stock.c.sku == bindparam("of_sku"))
            .values(
                on_hand=bindparam("counted"),
                safety=bindparam("kept"),
                back_order=bindparam("allowed"),
                version=t.stock.c.version + 1,
            )
        )
        rows = [
            {"at_store": at.store, "of_sku": at.sku, "counted": at.on_hand, "kept": at.safety}
            | {"allowed": at.back_order}
            for at in changed
        ]
        tx.execute(statement, rows)
    for level in given:
        tx.changed(stock_changed(level.store, level.sku))


@dataclass(frozen=True, slots=True)
class Cause:
    """What a journal entry goes back to: the order, the command, who and when."""

    order_id: str
    command_id: str
    staff: str
    at: datetime


def journalise(tx: Transaction, cause: Cause, moves: Iterable[StockMove], ended: frozenset[int]) -> None:
    """Write the stock reservation journal; `ended` are the lines that hold nothing any more."""
    rows = [
        {
            "order_id": cause.order_id,
            "line": move.line,
            "sku": move.sku,
            "store": move.store,
            "quantity": -move.reserved,
            "on_hand": move.on_hand,
            "reason": move.reason.value,
            "at": cause.at,
            "staff": cause.staff,
            "command_id": cause.command_id,
            "state": "posted" if move.line in ended else "open",
            "posted_at": cause.at if move.line in ended else None,
        }
        for move in moves
    ]
    _INSERT_JOURNAL.run(tx, rows)
    if ended:
        lines = [{"of_order": cause.order_id, "of_line": line, "when": cause.at} for line in sorted(ended)]
        tx.execute(_SETTLE, lines)


@dataclass(frozen=True, slots=True)
class Holding:
    """One line that holds stock back, for "explain": an order's, or a checkout hold's (without order id)."""

    order_id: str
    number: str
    stage: str
    customer_name: str
    line: int
    reserved: int


def explain(db: Executor, store: str, sku: str) -> list[Holding]:
    """The orders and checkout holds behind each reserved unit of an item at a store."""
    return _ordered(db, store, sku) + _held(db, store, sku)


def _held(db: Executor, store: str, sku: str) -> list[Holding]:
    h, line = t.holds.c, t.hold_lines.c
    query = (
        select(h.id, h.owner, line.line, line.reserved)
        .join_from(t.hold_lines, t.holds, h.id == line.hold_id)
        .where(line.store == store, line.sku == sku, line.reserved > 0)
        .order_by(h.created_at, h.id)
    )
    return [Holding("", row.id, HELD, row.owner, row.line, row.reserved) for row in db.execute(query)]


def _ordered(db: Executor, store: str, sku: str) -> list[Holding]:
    o, line = t.orders.c, t.order_lines.c
    query = (
        select(o.id, o.number, o.stage, o.customer_name, line.line, line.reserved)
        .join_from(t.order_lines, t.orders, o.id == line.order_id)
        .where(line.store == store, line.sku == sku, line.reserved > 0)
        .order_by(o.created_at)
    )
    return [
        Holding(row.id, row.number, row.stage, row.customer_name, row.line, row.reserved)
        for row in db.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Drift:
    """An item whose reserved total is not the sum over the open lines of orders and checkout holds."""

    store: str
    sku: str
    reserved: int
    by_lines: int


def drifts(db: Executor) -> list[Drift]:
    """All pairs of store and item whose reserved total and open lines disagree; normally none."""
    line = union_all(
        *(
            select(lines.c.store, lines.c.sku, lines.c.reserved).where(lines.c.reserved > 0)
            for lines in (t.order_lines, t.hold_lines)
        )
    ).subquery()
    by_lines = (
        select(line.c.store, line.c.sku, func.sum(line.c.reserved).label("held"))
        .group_by(line.c.store, line.c.sku)
        .subquery()
    )
    held = func.coalesce(by_lines.c.held, 0).label("by_lines")
    query = (
        select(t.stock.c.store, t.stock.c.sku, t.stock.c.reserved, held)
        .join_from(
            t.stock,
            by_lines,
            (by_lines.c.store == t.stock.c.store) & (by_lines.c.sku == t.stock.c.sku),
            isouter=True,
        )
        .where(t.stock.c.reserved != held)
    )
    return [Drift(row.store, row.sku, row.reserved, int(row.by_lines)) for row in db.execute(query)]


def repair(tx: Transaction, drift: Drift, cause: Cause) -> None:
    """Set a drifted total to what the lines say; a journal entry says so."""
    by = drift.by_lines - drift.reserved
    lock_levels(tx, [(drift.store, drift.sku)])
    post(tx, [StockMove(0, drift.sku, drift.store, by, 0, StockReason.CORRECTED)])
    move = StockMove(0, drift.sku, drift.store, by, 0, StockReason.CORRECTED)
    journalise(tx, cause, [move], frozenset({0}))
