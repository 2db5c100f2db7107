"""States of the order list: filters open, an act on several reported, orders of other stores, a parcel."""

from __future__ import annotations

from dataclasses import replace

from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.shipping import Parcel, ShippingScreen
from pos_app.ui.widgets.filter_bar import Filter
from pos_app.ui.widgets.report_panel import ReportLine
from pos_app.ui.wording import say
from tests.screens import sample, sample_floor

DAYS = (("today", "Today"), ("yesterday", "Yesterday"), ("week", "Last 7 days"), ("month", "Last 30 days"))
FILTERS = (
    Filter("days", "Date", DAYS, "week", "Last 7 days", days=True),
    Filter("store", "Store", (("*", "All known here"), ("S03", "S03 Airport"))),
    Filter("source", "Source", (("till", "Till"), ("phone", "Phone"), ("web-shop", "Web shop"))),
    Filter("method", "Delivery", (("collect", "Collect in this store"), ("ship", "Ship"))),
    Filter("paid", "Payment", (("unpaid", "Unpaid"), ("deposit", "Deposit paid"), ("paid", "Paid"))),
    Filter("staff", "Staff", (("101", "Anna K."), ("102", "Jon P."))),
)
REPORT = (
    ReportLine("o1", "S01-02-000311-5", "Ready; the customer is told.", done=True),
    ReportLine("o2", "S01-01-000874-1", "Jon P. is picking this order.", done=False),
    ReportLine("o3", "W-000482-9", "Ready; the customer is told.", done=True),
    ReportLine("o4", "W-000479-2", "There is nothing left to pick.", done=False),
)
PARCEL = Parcel(
    "S01-02-000322-2",
    "Linnea Svensson",
    ("Strandvägen 31", "Door code at the gate", "11456 Stockholm", "SE"),
    "2 parcels on C3",
    "The customer gets a message with the tracking number.",
    ("DHL", "GLS", "PostNord"),
)


def orders_filtered() -> OrdersScreen:
    """The choices of the first filter, open."""
    screen = sample_floor.orders()
    screen.filters.show_filters(FILTERS)
    screen.filters.toggle("days")
    return screen


def orders_reported() -> OrdersScreen:
    """What became of four orders."""
    screen = sample_floor.orders()
    screen.filters.show_filters(FILTERS)
    screen.show_report("Mark ready", "2 orders done · 2 not done", REPORT)
    return screen


def orders_elsewhere() -> OrdersScreen:
    """A search that also found an order of another store."""
    screen = OrdersScreen()
    screen.show_tabs(sample_floor.TABS)
    screen.filters.show_filters((replace(FILTERS[0], chosen="", shown=""), *FILTERS[1:]))
    screen.search.setText("jensen")
    other = replace(
        sample_floor.ROWS[1],
        order_id="x",
        number="S03-01-000120-8",
        detail=say("order.of_store", store="S03"),
        detail_tone="info",
    )
    screen.show_rows((sample_floor.ROWS[0], other))
    screen.centre.show_words(say("orders.centre_found", count=1))
    screen.table.choose("x")
    found = say("order.found_at_centre", store="S03")
    screen.show_order(replace(sample_floor.DETAILS, sync=found, sync_tone="info"))
    return screen


def shipping() -> ShippingScreen:
    """A packed order that is handed to a carrier."""
    screen = ShippingScreen()
    screen.show_parcel(PARCEL)
    return screen


def sale_mixed() -> SaleScreen:
    """One line leaves now, the others are shipped."""
    screen = sample.sale()
    ways = ((say("sale.carry_out"), "ok"), (say("sale.way_ship"), "info"), (say("sale.way_ship"), "info"))
    lines = [
        replace(line, badge=words, badge_tone=tone, markable=True)
        for line, (words, tone) in zip(sample.LINES, ways, strict=True)
    ]
    screen.show_lines(lines, "1")
    screen.cart.quantity_key.click()
    return screen
