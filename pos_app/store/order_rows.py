"""The columns by which orders are listed, sorted and searched, read off an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pos_app.store import words
from site_sync.domain import deposits
from site_sync.domain.deadlines import PREPARED, due_at
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, OrderKind, Stage
from site_sync.domain.totals import paid, total_of


class SyncState(StrEnum):
    """Where the newest change of an order is known: only here, at the site, or refused by it."""

    LOCAL = "local"
    CENTRAL = "central"
    REFUSED = "refused"


COLUMNS = (
    "id", "number", "kind", "stage", "closed_as", "store", "work_store", "source", "method", "customer",
    "phone", "customer_id", "member_card", "staff", "currency", "created_at", "updated_at", "due",
    "collect_by", "total", "to_pay", "units", "bags", "arrival", "claimed_by", "put_back", "refund",
    "requested", "search",
)  # fmt: skip
"""What `columns` gives, in this order; the view adds `sync` and `body`."""

MOST_ITEMS = 200
"""By so many of its items an order is found."""


def instant(moment: datetime) -> str:
    """A moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def due(order: Order, stage: Stage) -> datetime:
    """The moment that sorts an order by lateness: when its next step is or was due; its end when done."""
    if stage is Stage.DONE:
        return order.closed_at or order.updated_at
    if stage is Stage.TO_PUT_BACK:
        return order.expired_at or order.cancelled_at or order.updated_at
    if stage is Stage.QUOTE or stage in PREPARED:
        return due_at(order) or order.created_at
    return order.collect_by or order.ready_at or order.created_at


def search_text(order: Order) -> str:
    """The words an order is found by: its numbers, its people and its items."""
    customer = order.customer
    items = [f"{line.sku} {line.description}" for line in order.lines if line.blocks]
    return words.joined(
        words.number_words(order.number),
        customer.name,
        words.phone_words(customer.phone),
        customer.email,
        customer.member_card,
        order.collector.name if order.collector else "",
        order.external_id,
        order.delivery.tracking,
        *items[:MOST_ITEMS],
    )


def columns(order: Order) -> tuple[object, ...]:
    """The values of COLUMNS."""
    total, stage, customer = total_of(order), order.stage, order.customer
    closed_as = order.closed_as if stage is Stage.DONE else None
    units = sum(line.quantities.live for line in order.lines if line.blocks)
    return (
        order.id,
        order.number,
        order.kind.value,
        stage.value,
        closed_as.value if closed_as else "",
        order.store,
        order.work_store,
        order.source,
        order.delivery.method,
        customer.name,
        customer.phone,
        customer.id,
        customer.member_card,
        order.staff,
        order.currency,
        instant(order.created_at),
        instant(order.updated_at),
        instant(due(order, stage)),
        instant(order.collect_by) if order.collect_by else None,
        total,
        max(0, total - paid(order)),
        units,
        len(order.bags),
        order.arrival.state.value if order.arrival else "",
        order.claim.name if order.claim else "",
        sum(line.quantities.to_put_back for line in order.lines),
        deposits.surplus(order),
        instant(order.delivery.requested_at) if order.delivery.requested_at else None,
        search_text(order),
    )


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list; `due` sorts by lateness, `claimed_by` is a name, `units` counts live goods."""

    id: str
    number: str
    kind: OrderKind
    stage: Stage
    closed_as: str
    store: str
    work_store: str
    source: str
    method: str
    customer: str
    phone: str
    created_at: datetime
    due: datetime
    collect_by: datetime | None
    total: Money
    to_pay: Money
    units: int
    bags: int
    arrival: str
    claimed_by: str
    sync: SyncState


ROW_COLUMNS = (
    "id, number, kind, stage, closed_as, store, work_store, source, method, customer, phone, created_at, "
    "due, collect_by, total, to_pay, currency, units, bags, arrival, claimed_by, sync"
)


def row_of(values: tuple[Any, ...]) -> OrderRow:
    """A listed order from the values of ROW_COLUMNS."""
    order_id, number, kind, stage, *texts, created, late, collect_by, total, to_pay, currency = values[:17]
    units, bags, arrival, claimed_by, sync = values[17:]
    closed_as, store, work_store, source, method, customer, phone = texts
    return OrderRow(
        id=order_id,
        number=number,
        kind=OrderKind(kind),
        stage=Stage(stage),
        closed_as=closed_as,
        store=store,
        work_store=work_store,
        source=source,
        method=method,
        customer=customer,
        phone=phone,
        created_at=datetime.fromisoformat(created),
        due=datetime.fromisoformat(late),
        collect_by=datetime.fromisoformat(collect_by) if collect_by else None,
        total=Money(total, currency),
        to_pay=Money(to_pay, currency),
        units=units,
        bags=bags,
        arrival=arrival,
        claimed_by=claimed_by,
        sync=SyncState(sync),
    )


def row_from(order: Order, sync: SyncState = SyncState.CENTRAL) -> OrderRow:
    """An order as one row of a list."""
    values = dict(zip(COLUMNS, columns(order), strict=True)) | {"sync": sync.value}
    return row_of(tuple(values[name] for name in ROW_COLUMNS.split(", ")))
