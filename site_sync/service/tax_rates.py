"""Tax rates in use: on which items and delivery fees, and moving all of one rate to another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import Integer, cast, func, select

from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import BASIS_POINTS
from site_sync.domain.permissions import Right
from site_sync.domain.shop import DeliveryMethod
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import settings_audit
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.json_text import JsonText
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Subject

_rate_of = cast(JsonText(t.items.c.body, "tax_rate"), Integer)


@dataclass(frozen=True, slots=True)
class RateUse:
    """A rate in basis points and what it is on."""

    rate: int
    items: int
    fees: int


def in_use(db: Executor) -> list[RateUse]:
    """All rates that items or fees have, the highest first."""
    query = select(_rate_of.label("rate"), func.count().label("many")).where(t.items.c.removed.is_(False))
    items = {row.rate: row.many for row in db.execute(query.group_by(_rate_of))}
    methods: list[DeliveryMethod] = records.every(db, RecordKind.DELIVERY_METHOD)
    fees = Counter(method.fee_tax_rate for method in methods if method.fee_tax_rate is not None)
    return [RateUse(rate, items.get(rate, 0), fees[rate]) for rate in sorted({*items, *fees}, reverse=True)]


def move(tx: Transaction, author: Author, rate: int, new: int) -> Refusal | None:
    """Give all items and fees of one rate another one; prices stay, and so does what was sold or ordered."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    if not 0 <= new <= BASIS_POINTS:
        return Refusal(Code.QUANTITY_INVALID, {"field": "new", "least": 0, "most": 100})
    query = select(t.items.c.body).where(t.items.c.removed.is_(False), _rate_of == rate)
    items: list[Item] = [RECORDS[RecordKind.ITEM].load(body) for body in tx.execute(query).scalars()]
    methods: list[DeliveryMethod] = records.every(tx, RecordKind.DELIVERY_METHOD)
    fees = [replace(method, fee_tax_rate=new) for method in methods if method.fee_tax_rate == rate]
    if rate == new or not (items or fees):
        return Refusal(Code.NOTHING_CHANGED, {"field": "new"})
    for start in range(0, len(items), 500):
        part = [replace(item, tax_rate=new) for item in items[start : start + 500]]
        records.save(tx, RecordKind.ITEM, *part)
    if fees:
        records.save(tx, RecordKind.DELIVERY_METHOD, *fees)
    counts = {"items": len(items), "fees": len(fees)}
    settings_audit.note(tx, author, Subject("tax_rate", str(rate)), ({"rate": rate}, {"rate": new, **counts}))
    return None
