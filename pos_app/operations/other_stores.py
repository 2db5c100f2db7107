"""Orders of other stores, found at the centre: looked at by right, and taken in before they are acted on."""

from __future__ import annotations

from pos_app.operations.desk import Acting, Desk, need
from site_sync.domain.errors import Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RECORDS, Change, RecordKind


def may_search(_desk: Desk, acting: Acting) -> Refusal | None:
    """Who looks beyond this store needs the right to see every order."""
    return need(acting, Right.ORDER_VIEW_ALL)


def unknown_here(desk: Desk, found: tuple[OrderRecord, ...]) -> tuple[OrderRecord, ...]:
    """Those of the found orders that do not concern this store, which has its own list of the others."""
    here = desk.identity.store
    return tuple(one for one in found if here not in (one.order.store, one.order.work_store))


def take_in(desk: Desk, record: OrderRecord) -> OrderRecord:
    """Keep the centre's copy of an order, so that a command starts from its version.

    An older copy than the one known here is passed over; what this till did meanwhile stays on top.
    """
    body = RECORDS[RecordKind.ORDER].text(record)
    change = Change(kind=RecordKind.ORDER, key=record.order.id, version=record.order.version, body=body)
    with desk.store.file.transaction():
        desk.store.orders.apply(change)
    return desk.store.orders.record(record.order.id) or record
