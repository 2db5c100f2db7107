"""What a new web order is measured by, read in few and ready-made statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refused
from site_sync.domain.shop import DeliveryMethod
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.web_shop import OrderRequest
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Transaction
from site_sync.service.web_order_words import Shop

_M, _I = t.delivery_methods.c, t.items.c
_SETTINGS = select(t.counters.c.value).where(t.counters.c.name == records.SETTINGS_COUNTER)
_METHOD = select(_M.body).where(_M.key == bindparam("method"), _M.removed.is_(False))
_SETTLED = Prepared(select(_SETTINGS.scalar_subquery(), _METHOD.scalar_subquery()))
_ITEM = Prepared(select(_I.body).where(_I.key == bindparam("sku"), _I.removed.is_(False)))
READ_ITEMS = "items read before"
MOST_ITEMS = 20_000


def shop_for(tx: Transaction, request: OrderRequest, now: datetime) -> Shop:
    """Settled records, items and delivery method of an order; refused with the items nobody knows."""
    version, body = _SETTLED.rows(tx, {"method": request.delivery.method})[0]
    method: DeliveryMethod | None = RECORDS[RecordKind.DELIVERY_METHOD].load(body) if body else None
    items = _items(tx, dict.fromkeys(line.sku for line in request.lines))
    return Shop(records.settled(tx, version or 0), items, method, now)


def _items(tx: Transaction, skus: Iterable[str]) -> dict[str, Item]:
    """The items as they are now; one that did not change since it was read is not parsed again."""
    read: dict[str, tuple[str, Item]] = tx.remembered.setdefault(READ_ITEMS, {})
    if len(read) > MOST_ITEMS:
        read.clear()
    found: dict[str, Item] = {}
    unknown: list[str] = []
    for sku in skus:
        rows = _ITEM.rows(tx, {"sku": sku})
        if not rows:
            unknown.append(sku)
            continue
        body: str = rows[0][0]
        known = read.get(sku)
        if known is None or known[0] != body:
            known = read[sku] = (body, RECORDS[RecordKind.ITEM].load(body))
        found[sku] = known[1]
    if unknown:
        raise Refused(Code.ITEM_UNKNOWN, skus=unknown)
    return found
