"""A till without screens that tells when an order was begun, and when one of another till could be seen."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import Qt

from pos_app.operations.desk import Changed, Desk
from tests.together.till_process import TillProcess, run


class TimedTill(TillProcess):
    """Times are of the machine's steady clock, which all processes share, in seconds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._seen: dict[str, float] = {}
        self.sync.orders_changed.connect(self._orders_changed, Qt.ConnectionType.DirectConnection)

    def _orders_changed(self, orders: frozenset[str]) -> None:
        now = perf_counter()
        with self.news:
            for order_id in orders:
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
        """Make an order; its id and when the act began."""
        begun = perf_counter()
        made = self.order(desk, sku, 1)
        if not isinstance(made, Changed):
            raise RuntimeError(f"the order was refused: {made}")
        return [made.order.id, begun]


if __name__ == "__main__":
    run(TimedTill(Path(sys.argv[1])))
