"""Receipts at the site: found by number, and each unit of them taken back once at whatever till."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from site_sync.domain.sales import Sale
from site_sync.protocol.balances import ClaimAnswer, ReceiptAnswer, ReturnClaim, TakenBack
from site_sync.protocol.codec import SALE
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device

CLAIM_FOR = timedelta(minutes=30)
"""How long units stay claimed by a till that never finished."""


class ReturnState(StrEnum):
    """Whether units are being taken back or came back."""

    CLAIMED = "claimed"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class TwiceReturned:
    """Units that came back although they had come back before, as a till that was cut off may do."""

    number: str
    line: int
    units: int
    before: TakenBack

    def facts(self) -> dict[str, object]:
        """Who took them before, when, where."""
        return {
            "number": self.number,
            "line": self.line,
            "units": self.units,
            "staff": self.before.staff,
            "at": self.before.at.isoformat(),
            "store": self.before.store,
            "till": self.before.till,
        }


def receipt(db: Executor, number: str, now: datetime) -> ReceiptAnswer:
    """The receipt of that number, of any till."""
    body = db.execute(select(t.sales.c.body).where(t.sales.c.number == number)).scalar_one_or_none()
    if body is None:
        return ReceiptAnswer()
    sale = SALE.load(body)
    r = t.return_lines.c
    took = select(r.id).where(r.sale_id == sale.id, r.state == ReturnState.BACK.value)
    bodies = db.execute(select(t.sales.c.body).where(t.sales.c.id.in_(took))).scalars()
    return ReceiptAnswer(
        sale=sale, returns=tuple(SALE.load(one) for one in bodies), back=_back(db, sale.id, now)
    )


def _counts(now: datetime) -> ColumnElement[bool]:
    r = t.return_lines.c
    return or_(r.state == ReturnState.BACK.value, r.expires_at > now)


def _back(db: Executor, sale_id: str, now: datetime, besides: str = "") -> tuple[TakenBack, ...]:
    r = t.return_lines.c
    query = select(t.return_lines).where(r.sale_id == sale_id, r.id != besides, _counts(now))
    return tuple(
        TakenBack(
            line=row.line, units=row.units, at=row.at, store=row.store, till=row.till, staff=row.staff,
            number=row.number,
        )
        for row in db.execute(query.order_by(r.at, r.id, r.line))
    )  # fmt: skip


def claim(tx: Transaction, device: Device, wanted: ReturnClaim, now: datetime) -> ClaimAnswer:
    """Let this till take the units back, if nobody has or is about to; the same id again replaces it."""
    query = select(t.sales.c.body).where(t.sales.c.id == wanted.sale)
    body = tx.execute(query.with_for_update() if tx.postgres else query).scalar_one_or_none()
    if body is None:
        return ClaimAnswer(granted=False)
    sold = Counter({line.id: line.quantity for line in SALE.load(body).lines})
    back = _back(tx, wanted.sale, now, wanted.id)
    for one in back:
        sold[one.line] -= one.units
    release(tx, device.id, (wanted.id,))
    if any(line.units > sold[line.line] for line in wanted.lines):
        return ClaimAnswer(granted=False, back=back)
    rows = [
        {
            "id": wanted.id, "line": line.line, "sale_id": wanted.sale, "units": line.units,
            "state": ReturnState.CLAIMED.value, "expires_at": now + CLAIM_FOR, "at": now,
            "device": device.id, "store": device.store, "till": device.till, "staff": wanted.staff,
            "number": "",
        }
        for line in wanted.lines
    ]  # fmt: skip
    tx.execute(insert(t.return_lines), rows)
    return ClaimAnswer(granted=True, back=back)


def release(tx: Transaction, device: str, ids: tuple[str, ...]) -> int:
    """Let go what this till claimed; what came back stays."""
    r = t.return_lines.c
    mine = and_(r.id.in_(ids), r.device == device, r.state == ReturnState.CLAIMED.value)
    return tx.execute(delete(t.return_lines).where(mine)).rowcount


def keep(tx: Transaction, device: Device, sale: Sale, now: datetime) -> tuple[TwiceReturned, ...]:
    """Write down what a return took back; units that were back already are told."""
    found: list[TwiceReturned] = []
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for line in sale.lines:
        origin = line.returned
        if origin is None or line.quantity >= 0:
            continue
        first = origin not in rows
        rows.setdefault(origin, _kept(device, sale, origin, now))["units"] -= line.quantity
        if first:
            r = t.return_lines.c
            own = and_(r.sale_id == origin[0], r.device == device.id, r.state == ReturnState.CLAIMED.value)
            tx.execute(delete(t.return_lines).where(own, r.line == origin[1]))
    for (sale_id, number), row in rows.items():
        found.extend(_twice(tx, sale_id, number, row["units"], now))
    if rows:
        tx.execute(insert(t.return_lines), list(rows.values()))
    return tuple(found)


def _kept(device: Device, sale: Sale, origin: tuple[str, int], now: datetime) -> dict[str, Any]:
    return {
        "id": sale.id, "line": origin[1], "sale_id": origin[0], "units": 0, "state": ReturnState.BACK.value,
        "expires_at": now, "at": sale.at, "device": device.id, "store": sale.store, "till": sale.till,
        "staff": sale.by.name or sale.by.id, "number": sale.number,
    }  # fmt: skip


def _twice(tx: Transaction, sale_id: str, line: int, units: int, now: datetime) -> list[TwiceReturned]:
    query = select(t.sales.c.body).where(t.sales.c.id == sale_id)
    body = tx.execute(query.with_for_update() if tx.postgres else query).scalar_one_or_none()
    if body is None:
        return []
    sale = SALE.load(body)
    sold = sum(one.quantity for one in sale.lines if one.id == line)
    before = [one for one in _back(tx, sale_id, now) if one.line == line and one.number]
    over = sum(one.units for one in before) + units - sold
    return [TwiceReturned(sale.number, line, over, before[-1])] if over > 0 and before else []
