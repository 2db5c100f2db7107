"""Searching orders of other stores at the centre, from the search field of the order list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.background.sync import Sync
from pos_app.operations import other_stores
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.orders import CentreStrip
from pos_app.ui.wording import say
from site_sync.domain.errors import Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.permissions import Right
from site_sync.worker.client import SiteClient

SHORTEST = 3
REST_MS = 350
"""The centre is asked when the typing hand rests, not at every key."""


class CentreSearch(QObject):
    """Asks, tells how it stands on the strip, and holds what was found."""

    found_some = Signal()

    def __init__(self, at: Workplace, sync: Sync, strip: CentreStrip) -> None:
        super().__init__(strip)
        self._at, self._sync, self._strip = at, sync, strip
        self._typed = ""
        self._records: dict[str, OrderRecord] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        strip.wanted.connect(self._wanted)

    def found(self) -> tuple[OrderRecord, ...]:
        """Orders of other stores that fit what was typed."""
        return tuple(self._records.values())

    def record(self, order_id: str) -> OrderRecord | None:
        """One of the found orders."""
        return self._records.get(order_id)

    def look_for(self, typed: str) -> None:
        """Something was typed; what was found for other words is forgotten."""
        self._typed, self._records = typed, {}
        self._rest.stop()
        if len(typed) < SHORTEST:
            self._strip.show_words("")
        elif not self._sync.is_online():
            self._strip.show_words(say("orders.centre_offline"))
        elif self._at.may(Right.ORDER_VIEW_ALL):
            self._strip.show_words(say("orders.centre_searching"))
            self._rest.start()
        else:
            self._strip.show_words(say("orders.centre_right"), offered=True)

    def _wanted(self) -> None:
        permitted(self._at, other_stores.may_search, lambda result, _acting: self._permitted(result))

    def _permitted(self, result: Any) -> None:
        if not isinstance(result, Refusal):
            self._strip.show_words(say("orders.centre_searching"))
            self._ask()

    def _ask(self) -> None:
        typed = self._typed

        def question(client: SiteClient) -> tuple[OrderRecord, ...]:
            """Not asked at all when something else was typed meanwhile."""
            return client.search_orders(typed).orders if typed == self._typed else ()

        if typed:
            self._sync.enquiry.ask(question, lambda answer: self._answered(typed, answer))

    def _answered(self, typed: str, answer: Any) -> None:
        if typed != self._typed:
            return
        if isinstance(answer, Refusal):
            self._strip.show_words(say("orders.centre_offline"))
            return
        self._at.tasks.run(other_stores.unknown_here, answer, then=lambda others: self._keep(typed, others))

    def _keep(self, typed: str, others: tuple[OrderRecord, ...]) -> None:
        if typed != self._typed:
            return
        self._records = {one.order.id: one for one in others}
        self._strip.show_words(say("orders.centre_found", count=len(others)))
        self.found_some.emit()
