"""Forgetting people by the calendar: closed orders older than the shop keeps them, some at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import OrderKind, Stage
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RecordKind
from site_sync.service import company, erasure, orders, personal_data, settings_audit
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.sentences import said
from site_sync.service.settings_audit import Author, Subject

KEPT = "personal_data_months"
MOST_MONTHS = 600
AT_ONCE = 50
MOST_BATCHES = 200
Months = Mapping[str, int]
_O = t.orders.c


def months(db: Executor) -> dict[str, int]:
    """For how many months after its end an order of a kind says whose it was; 0 keeps it until asked."""
    told = company.fact(db, KEPT) or {}
    return {kind.value: int(told.get(kind.value, 0)) for kind in OrderKind}


def settle(tx: Transaction, author: Author, wanted: Months) -> Refusal | None:
    """Settle the months for each kind of order."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    for kind, count in wanted.items():
        if kind not in set(OrderKind) or not 0 <= count <= MOST_MONTHS:
            return Refusal(Code.QUANTITY_INVALID, {"field": kind, "least": 0, "most": MOST_MONTHS})
    before = months(tx)
    company.keep_fact(tx, KEPT, dict(wanted))
    settings_audit.note(tx, author, Subject("personal_data", "months"), (before, dict(wanted)))
    return None


@dataclass(frozen=True, slots=True)
class _Batch:
    """The ids of orders that are over their time, after the last one looked at."""

    ids: tuple[str, ...]
    last: tuple[datetime, str] | None


def forget(database: Database, now: datetime, at_once: int = AT_ONCE) -> int:
    """Forget whose the orders were that are over their time; how many."""
    total = 0
    for kind, count in database.read(months).items():
        if count:
            over = _Over(kind, now - timedelta(days=count * 365 // 12), at_once)
            total += _of_kind(database, over, now)
    return total


@dataclass(frozen=True, slots=True)
class _Over:
    """Which orders are over their time, and how many of them one transaction takes."""

    kind: str
    before: datetime
    at_once: int


def _of_kind(database: Database, over: _Over, now: datetime) -> int:
    total, after = 0, None
    for _ in range(MOST_BATCHES):
        place = after
        batch = database.read(lambda db, place=place: _due(db, over, place))  # type: ignore[misc]
        if batch.ids:
            total += database.write(lambda tx, ids=batch.ids: _erase(tx, ids, now))  # type: ignore[misc]
        if batch.last is None:
            break
        after = batch.last
    return total


def _due(db: Executor, over: _Over, after: tuple[datetime, str] | None) -> _Batch:
    where = [_O.kind == over.kind, _O.stage == Stage.DONE.value]
    where += [_O.closed_at.is_not(None), _O.closed_at < over.before]
    where.append(erasure.without_trace(_O))
    if after is not None:
        later = (_O.closed_at > after[0]) | ((_O.closed_at == after[0]) & (_O.id > after[1]))
        where.append(later)
    query = select(_O.id, _O.closed_at).where(*where).order_by(_O.closed_at, _O.id).limit(over.at_once)
    rows = db.execute(query).all()
    last = (rows[-1].closed_at, rows[-1].id) if len(rows) == over.at_once else None
    return _Batch(tuple(row.id for row in rows), last)


def _erase(tx: Transaction, ids: tuple[str, ...], now: datetime) -> int:
    """Forget these orders but those something is still open of, and customers who have no other left."""
    locked = [one for one in (orders.load_locked(tx, order_id) for order_id in ids) if one is not None]
    held = {one.order_id for one in personal_data.of_orders(tx, tuple(locked))}
    free = [one for one in locked if one.id not in held]
    if not free:
        return 0
    for one in free:
        erasure.forget_orders(tx, [one], erasure.words_of_orders(tx, [one]), now)
    for customer in sorted({one.customer.id for one in free} - {""}):
        _forget_alone(tx, customer)
    author = Author("", said("the site"), frozenset(), now)
    settings_audit.note(tx, author, Subject(erasure.PERSON, "by age"), ({"orders": len(free)}, None))
    return len(free)


def _forget_alone(tx: Transaction, key: str) -> None:
    """Forget a customer whose orders are all forgotten and for whom nothing is kept; members stay."""
    known = records.find(tx, RecordKind.CUSTOMER, key)
    b = t.balances.c
    kept = tx.execute(select(exists().where(b.key == key, b.balance != 0))).scalar_one()
    named = tx.execute(select(exists().where(_O.customer_id == key, erasure.without_trace(_O)))).scalar_one()
    if known is not None and not (known.member_card or known.account_limit or kept or named):
        erasure.forget_customer(tx, key)
