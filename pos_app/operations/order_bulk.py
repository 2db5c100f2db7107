"""Acts on several orders at once: each is done, or refused with its reason, by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from pos_app.operations import orders, printing
from pos_app.operations.desk import Acting, BulkResult, Changed, Desk, act_on, in_bulk
from site_sync.domain.commands import MarkReady
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Bucket, Order


class Bulk(StrEnum):
    """What the bulk bar offers."""

    PICKING_LIST = "picking_list"
    RECEIPT_COPY = "receipt_copy"
    MARK_READY = "mark_ready"
    MARK_DELIVERED = "mark_delivered"
    REMIND = "remind"
    EXTEND = "extend"


Report = tuple[BulkResult, ...]
One = Callable[[Desk, Acting, str], Changed | Refusal]


def run(desk: Desk, acting: Acting, act: Bulk, order_ids: tuple[str, ...]) -> Report:
    """Do an act on the orders; a result for each, in their order."""
    if act is Bulk.PICKING_LIST:
        return _picking_list(desk, acting, order_ids)
    if act is Bulk.RECEIPT_COPY:
        return tuple(_copy(desk, acting, order_id) for order_id in order_ids)
    return in_bulk(desk, order_ids, lambda order_id: _ONE[act](desk, acting, order_id))


def _result(order: Order | None, order_id: str, refusal: Refusal | None) -> BulkResult:
    if order is None:
        return BulkResult(order_id, "", Refusal(Code.ORDER_UNKNOWN, {"order": order_id}))
    return BulkResult(order_id, order.number, refusal)


def _picking_list(desk: Desk, acting: Acting, order_ids: tuple[str, ...]) -> Report:
    """One list for one walk through all orders that have something to pick."""
    results, wanted = [], []
    for order_id in order_ids:
        order = desk.store.orders.order(order_id)
        refusal = None
        if order is not None and not order.count(Bucket.TO_PICK):
            refusal = Refusal(Code.NOTHING_TO_PICK, {"number": order.number})
        elif order is not None:
            wanted.append(order_id)
        results.append(_result(order, order_id, refusal))
    if wanted:
        printing.print_picking_slip(desk, acting, tuple(wanted))
    return tuple(results)


def _copy(desk: Desk, acting: Acting, order_id: str) -> BulkResult:
    printed = printing.print_order(desk, acting, order_id, (DocumentKind.ORDER_CONFIRMATION,))
    refusal = printed if isinstance(printed, Refusal) else None
    return _result(desk.store.orders.order(order_id), order_id, refusal)


def _ready(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Ready as it lies there, without a scan of each unit; the customer is told."""
    return act_on(desk, acting, order_id, MarkReady(), orders.bringing(desk, acting, order_id))


def _extended(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """As much longer as the shop's policy gives, from the deadline or from now."""
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    hours = desk.policy(order.work_store, order.delivery.method).extension_hours
    until = max(desk.now(), order.collect_by or order.expires_at or desk.now()) + timedelta(hours=hours)
    return orders.extend(desk, acting, order_id, until)


def _reminded(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Once more; somebody without phone and e-mail cannot be reminded."""
    order = desk.store.orders.order(order_id)
    if order is not None and not order.customer.reachable:
        return Refusal(Code.CONTACT_NEEDED)
    return orders.remind(desk, acting, order_id)


_ONE: Mapping[Bulk, One] = {
    Bulk.MARK_READY: _ready,
    Bulk.MARK_DELIVERED: orders.deliver,
    Bulk.REMIND: _reminded,
    Bulk.EXTEND: _extended,
}
