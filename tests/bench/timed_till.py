"""A till without screens that tells when an order was begun, and when one of another till could be seen."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import Qt

from pos_app.operations import orders
from pos_app.operations.cart import with_customer
from pos_app.operations.desk import Changed, Desk
from site_sync.domain.customers import Customer
from tests.together.till_process import TillProcess, run


class TimedTill(TillProcess):
    """Times are of the machine's steady clock, which all processes share, in seconds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._seen: dict[str, float] = {}
        self.sync.orders_changed.connect(self._orders_changed, Qt.ConnectionType.DirectConnection)

    def _orders_changed(self, changed: frozenset[str]) -> None:
        now = perf_counter()
        with self.news:
            for order_id in changed:
                self._seen.setdefault(order_id, now)
            self.news.notify_all()

    def do(self, word: str, *what: Any) -> dict[str, Any]:
        """One word more: `wait_seen`."""
        return {"result": self.wait_seen(*what)} if word == "wait_seen" else super().do(word, *what)

    def wait_seen(self, order_id: str) -> float:
        """When the order was in this till's store and its screens were told."""
        self.wait(lambda: order_id in self._seen)
        return self._seen[order_id]

    def timed_order(self, desk: Desk, sku: str) -> list[Any]:
        """Save an order as the till's button does; its id and when the button was pressed."""
        who, details = self.acting(desk), orders.new_details(desk)
        cart = with_customer(self._cart(desk, sku, 1), Customer(name="Ann", phone="+4520203040"))
        begun = perf_counter()
        made = orders.save(desk, who, cart, details)
        if not isinstance(made, Changed):
            raise RuntimeError(f"the order was refused: {made}")
        return [made.order.id, begun]


if __name__ == "__main__":
    run(TimedTill(Path(sys.argv[1])))
