"""Putting back: what nobody fetched, by shelf, until the shop's shelf has it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pos_app.operations.desk import Acting, Changed, Desk, act_on
from pos_app.operations.orders import bringing
from pos_app.store.order_list import OrderFilter
from site_sync.domain.codes import Scan
from site_sync.domain.commands import PutBack
from site_sync.domain.documents.floor_papers import shelf_order
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import may_lie_in
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.quantities import Unit
from site_sync.domain.scales import units_of


@dataclass(frozen=True, slots=True)
class PutBackLine:
    """Units to put back: from a bag on the collect shelf to the shop's shelf; `reason` is expired, cancelled
    or changed."""

    order_id: str
    number: str
    customer: str
    line: int
    item: str
    sku: str
    quantity: int
    unit: Unit
    shelf: str
    bag_shelf: str
    reason: str


def rows(desk: Desk) -> tuple[PutBackLine, ...]:
    """All that waits to be put back in this store, or is on its way to or from it, by the shop's shelf."""
    lines: list[PutBackLine] = []
    for row in desk.store.lists.rows(OrderFilter(to_put_back=True), limit=500):
        order = desk.store.orders.order(row.id)
        if order is not None:
            lines.extend(_lines(order, desk.identity.store))
    return tuple(sorted(lines, key=lambda line: (shelf_order(line.shelf), line.item)))


def _reason(order: Order) -> str:
    if order.expired_at is not None:
        return "expired"
    return "cancelled" if order.cancelled_at is not None else "changed"


def _lines(order: Order, here: str) -> list[PutBackLine]:
    shelves = {line: bag.shelf for bag in order.bags for line, _ in bag.contents}
    first = order.bags[0].shelf if order.bags else ""
    return [
        PutBackLine(
            order_id=order.id,
            number=order.number,
            customer=order.customer.name,
            line=line.id,
            item=line.description,
            sku=line.sku,
            quantity=line.quantities.to_put_back,
            unit=line.unit,
            shelf=line.shelf,
            bag_shelf=shelves.get(line.id, first),
            reason=_reason(order),
        )
        for line in order.lines
        if line.quantities.to_put_back and may_lie_in(order, line, here)
    ]


def scan(desk: Desk, acting: Acting, scanned: Scan) -> Changed | Refusal:
    """One scanned unit lies on its shelf again."""
    item = desk.store.catalogue.by_code(scanned.barcode or scanned.raw)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN, {"code": scanned.shown})
    for line in rows(desk):
        if line.sku == item.sku:
            weighed = units_of(scanned.embedded, item.unit, item.price) if scanned.embedded else 0
            count = min(line.quantity, weighed or line.unit.scale)
            return put_back(desk, acting, line.order_id, {line.line: count})
    return Refusal(Code.LINE_UNKNOWN, {"sku": item.sku, "item": item.name})


def put_back(
    desk: Desk, acting: Acting, order_id: str, quantities: Mapping[int, int] | None = None
) -> Changed | Refusal:
    """Units (by line; all that wait when not named) lie on the shop's shelf again."""
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    if quantities is None:
        here = (line for line in order.lines if may_lie_in(order, line, desk.identity.store))
        quantities = {line.id: line.quantities.to_put_back for line in here}
    parts = tuple(LineQuantity(line, count) for line, count in sorted(quantities.items()) if count)
    return act_on(desk, acting, order_id, PutBack(parts), bringing(desk, acting, order_id))
