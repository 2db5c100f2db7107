"""Orders between their rows and the domain's values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, insert, update

from site_sync.domain.deadlines import due_at
from site_sync.domain.events import Recorded
from site_sync.domain.history import HistoryEntry, entry
from site_sync.domain.orders import Line, Order, OrderKind
from site_sync.domain.stock import StockMove
from site_sync.domain.totals import paid, total_of
from site_sync.protocol.codec import ORDER, RECORDED, Codec
from site_sync.service import order_words
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Transaction

ENTRY: Codec[HistoryEntry] = Codec(HistoryEntry, "history entry")

_INSERT_ORDER = Prepared(insert(t.orders), t.orders.c.keys())
_UPDATE_ORDER = (
    update(t.orders)
    .where(t.orders.c.id == bindparam("order_id"))
    .values({column.name: bindparam(f"new_{column.name}") for column in t.orders.c if column.name != "id"})
)
_INSERT_LINES = Prepared(insert(t.order_lines), t.order_lines.c.keys())
_LINE_COLUMNS = [column.name for column in t.order_lines.c if not column.primary_key]
_UPDATE_LINES = (
    update(t.order_lines)
    .where(
        t.order_lines.c.order_id == bindparam("of_order"),
        t.order_lines.c.line == bindparam("of_line"),
    )
    .values({name: bindparam(f"new_{name}") for name in _LINE_COLUMNS})
)
_INSERT_HISTORY = Prepared(insert(t.history), t.history.c.keys())
_UNSEARCHABLE = str.maketrans("", "", "\x00")


def reserved_by(order: Order, line: Line) -> int:
    """Units of stock that a line of an order holds back; a quote holds none."""
    held = order.kind is OrderKind.CUSTOMER_ORDER and line.stocked
    return line.quantities.reserved if held else 0


def order_row(order: Order) -> dict[str, Any]:
    """The row of an order: what it is searched and sorted by, and the whole of it as JSON."""
    customer, closed_as = order.customer, order.closed_as
    return {
        "id": order.id,
        "number": order.number,
        "kind": order.kind.value,
        "stage": order.stage.value,
        "closed_as": closed_as.value if closed_as else "",
        "version": order.version,
        "store": order.store,
        "work_store": order.work_store,
        "delivery_method": order.delivery.method,
        "staff": order.staff,
        "source": order.source,
        "external_id": order.external_id,
        "customer_id": customer.id,
        "customer_name": customer.name.lower().translate(_UNSEARCHABLE),
        "customer_phone": customer.phone,
        "customer_email": customer.email.lower(),
        "member_card": customer.member_card,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "ready_at": order.ready_at,
        "collect_by": order.collect_by,
        "expires_at": order.expires_at,
        "closed_at": order.closed_at,
        "due_at": due_at(order),
        "reminders": order.reminders,
        "currency": order.currency,
        "total": total_of(order),
        "paid": paid(order),
        "code_hash": order.code_hash,
        "page_hash": order.page_hash,
        "body": ORDER.text(order),
    }


def _line_row(order: Order, line: Line) -> dict[str, Any]:
    held = line.quantities
    return {
        "order_id": order.id,
        "line": line.id,
        "sku": line.sku,
        "store": line.source_store,
        "kind": line.kind.value,
        "to_pick": held.to_pick,
        "picked": held.picked,
        "collected": held.collected,
        "short": held.short,
        "cancelled": held.cancelled,
        "to_put_back": held.to_put_back,
        "put_back": held.put_back,
        "reserved": reserved_by(order, line),
    }


def write_order(tx: Transaction, before: Order | None, order: Order) -> None:
    """Write what changed of an order and its lines."""
    row = order_row(order)
    if before is None:
        _INSERT_ORDER.run(tx, [row])
    else:
        row["order_id"] = row.pop("id")
        renamed = {name if name == "order_id" else f"new_{name}": value for name, value in row.items()}
        tx.execute(_UPDATE_ORDER, renamed)
    order_words.write(tx, before, order)
    old = {} if before is None else {line.id: _line_row(before, line) for line in before.lines}
    fresh, changed = [], []
    for line in order.lines:
        line_row = _line_row(order, line)
        if line.id not in old:
            fresh.append(line_row)
        elif old[line.id] != line_row:
            changed.append(line_row)
    _INSERT_LINES.run(tx, fresh)
    if changed:
        tx.execute(_UPDATE_LINES, [_for_update(line_row) for line_row in changed])


def _for_update(row: dict[str, Any]) -> dict[str, Any]:
    keys = {"of_order": row["order_id"], "of_line": row["line"]}
    return keys | {f"new_{name}": row[name] for name in _LINE_COLUMNS}


def write_history(tx: Transaction, recorded: Iterable[Recorded], order: Order) -> None:
    """Append what happened, each event whole and as the short entry that people read."""
    rows = [
        {
            "order_id": event.order_id,
            "version": event.version,
            "n": n,
            "at": event.at,
            "kind": event.event.kind,
            "command_id": event.command_id,
            "body": RECORDED.text(event),
            "entry": ENTRY.text(entry(event, order)),
        }
        for n, event in enumerate(recorded)
    ]
    _INSERT_HISTORY.run(tx, rows)


def ended_lines(order: Order, moves: Iterable[StockMove]) -> frozenset[int]:
    """Lines among the moved ones that hold no stock any more."""
    moved = {move.line for move in moves}
    return frozenset(line.id for line in order.lines if line.id in moved and not reserved_by(order, line))
