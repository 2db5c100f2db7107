"""Open quotes by what they are for."""

from __future__ import annotations

from pos_app.store.order_rows import MOST_ITEMS
from pos_app.store.till_file import TillFile
from site_sync.domain.orders import Order
from site_sync.protocol.changes import RECORDS, RecordKind

_RECORD = RECORDS[RecordKind.ORDER]
_FOR_ITEM = (
    "SELECT coalesce(n.body, s.body) FROM orders_now n LEFT JOIN site_orders s ON s.id = n.id "
    "WHERE n.stage = 'quote' AND (n.units > ? OR instr(n.search, ?))"
)
"""The words an order is found by name its first items; one of more may be for any item."""


class Quotes:
    """Reads the view only."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def with_item(self, sku: str) -> tuple[Order, ...]:
        """The open quotes that this till knows and that may have a line of an item."""
        rows = self._file.raw.execute(_FOR_ITEM, (MOST_ITEMS, sku)).fetchall()
        return tuple(_RECORD.load(body).order for (body,) in rows if body is not None)
