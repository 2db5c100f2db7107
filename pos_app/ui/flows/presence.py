"""Who else changes an order: said to the centre while one is in the sale here, shown where orders are."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.background.sync import Sync
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.views.presence import being_changed
from site_sync.protocol.presence import Others, Presence
from site_sync.worker.worker import Link

LOOK_MS = 20_000
PLACES = frozenset({"orders", "sale", "order_details", "payment_actions"})
"""Screens where it matters who else is at an order."""


class OrderPresence(QObject):
    """Says what lies in the sale when that changes; asks again now and then. Cut off, nobody is shown."""

    changed = Signal()

    def __init__(self, at: Workplace, sync: Sync) -> None:
        super().__init__(at.window)
        self._at = at
        self._sync = sync
        self._said = ""
        self._told = ""
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.look)
        self._clock.start()
        at.sale_changed.connect(self._sale_changed)
        at.window.navigation.changed.connect(self._page_changed)

    def _page_changed(self, page: str) -> None:
        if page == "orders":
            self.look()

    def _sale_changed(self) -> None:
        if self._in_sale != self._said:
            self.look()

    @property
    def _in_sale(self) -> str:
        base = self._at.sale.cart.base
        return base.id if base is not None and self._at.staff is not None else ""

    def look(self) -> None:
        """Say what lies in the sale here, and hear who else is at work."""
        if self._sync.state.link is not Link.ONLINE:
            self._heard(Others())
            return
        order_id = self._in_sale
        if not (order_id or self._said or self._at.window.navigation.current in PLACES):
            return
        self._said = order_id
        staff = self._at.staff.name if self._at.staff is not None else ""
        words = Presence(order_id=order_id, staff=staff)
        self._sync.centre.ask(lambda client: client.presence(words), self._heard)

    def _heard(self, found: Any) -> None:
        others = found.others if isinstance(found, Others) else ()
        known = {one.order_id: one for one in others}
        news, self._at.others = known != self._at.others, known
        self._tell_at_recall()
        if news:
            self.changed.emit()

    def _tell_at_recall(self) -> None:
        """A notice, no lock: whoever saves second is decided on what is there then."""
        order_id = self._in_sale
        other = self._at.others.get(order_id)
        if other is not None and self._told != order_id:
            self._at.tell(being_changed(other), tone="warn", seconds=12)
        self._told = order_id if other is not None else ""
