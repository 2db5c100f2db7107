"""That somebody else changes an order, in words."""

from __future__ import annotations

from dataclasses import replace

from pos_app.ui.widgets.order_panel import OrderDetails
from pos_app.ui.widgets.order_table import OrderRow
from pos_app.ui.wording import clock, say
from site_sync.protocol.presence import Changing


def being_changed(other: Changing) -> str:
    """Where, by whom, since when."""
    return say("order.being_changed", till=other.till, name=other.staff, time=clock(other.since))


def with_changer(shown: OrderDetails, other: Changing | None) -> OrderDetails:
    """The details with a line that says who else changes the order."""
    return shown if other is None else replace(shown, facts=(being_changed(other), *shown.facts))


def row_with_changer(row: OrderRow, other: Changing | None) -> OrderRow:
    """The row with who else changes the order in place of where it came from."""
    return row if other is None else replace(row, detail=being_changed(other), detail_tone="warn")
