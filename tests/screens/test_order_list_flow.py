"""The order list, the details of an order and its shipping at a whole till, by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from pos_app.operations import orders
from site_sync.domain.customers import Address, Customer
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import Delivery, DeliveryMode, Order, Stage
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryField, DeliveryMethod
from site_sync.domain.shop import Store as Shop
from site_sync.protocol.changes import RECORDS, Change, RecordKind
from tests import builders
from tests.builders import NOW
from tests.desks import BOSS, CASHIER
from tests.operations.test_order_list import OPEN
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import field, key, named, press, press_in, strike, type_text

HOME = Address("Strandvej 1", "8000", "Aarhus", "DK")
SHIP = DeliveryMethod(
    "ship",
    {"en": "Ship"},
    DeliveryMode.SHIP,
    Money(590, "EUR"),
    needs_address=True,
    needs_store=False,
    required=(DeliveryField.PHONE,),
    carriers=("DHL", "GLS"),
)
Tell = Callable[..., Order]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """The boss at a till whose store opens on weekdays and ships."""
    counter = open_counter(tmp_path, policy=Policy(slot_minutes=120, slot_capacity=1, preparation_minutes=60))
    tell(counter, RecordKind.STORE, "S01", Shop("S01", "Harbour", calendar=OPEN))
    tell(counter, RecordKind.DELIVERY_METHOD, "ship", SHIP)
    counter.till.sign_in(BOSS)
    counter.rest()
    yield counter
    counter.close()


def tell(counter: Counter, kind: RecordKind, name: str, value: Any) -> None:
    """The site tells of a record."""
    change = Change(kind=kind, key=name, version=99, body=RECORDS[kind].text(value))
    take = "orders" if kind is RecordKind.ORDER else "shop"
    counter.ask(lambda desk: getattr(desk.store, take).apply(change))


def known(counter: Counter, number: int, **fields: Any) -> Order:
    """An order that the site told of."""
    made = replace(builders.order(), number=till_number("S01", "02", number), **fields)
    tell(counter, RecordKind.ORDER, made.id, OrderRecord(made))
    return made


def open_list(counter: Counter, **facts: object) -> Any:
    """The order list."""
    counter.till.window.navigation.navigate("orders", **facts)
    counter.rest()
    return counter.screen


def shown(screen: Any) -> list[str]:
    return [row.order_id for row in screen.table.orders.rows()]


def test_chips_narrow_the_list_and_are_there_again_for_the_same_person(counter: Counter) -> None:
    phone, till = known(counter, 1, source="phone"), known(counter, 2)
    screen = open_list(counter)
    assert set(shown(screen)) == {phone.id, till.id}
    press(screen.filters.chips["paid"])
    press(key(screen.filters, "Unpaid"))
    press(screen.filters.chips["staff"])
    strike(screen, Qt.Key.Key_Escape)
    assert not screen.filters.is_open()
    press(screen.filters.chips["days"])
    type_text(field(screen, "From day"), "rubbish")
    press(key(screen.filters, "Show"))
    assert named(screen, "That is no day. Type it like 22.11.2026.").isVisible()
    field(screen, "From day").setText("24/11/2026")
    press(key(screen.filters, "Show"))
    counter.rest()
    assert shown(screen) == []
    assert named(screen, "No order passes these filters.").isVisible()
    assert screen.tabs.key("to_pick").label == "To pick 0"
    counter.till.at.sign_in(CASHIER, counter.till.at.shift)
    counter.rest()
    assert len(shown(open_list(counter))) == 2
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    screen = open_list(counter)
    assert shown(screen) == []
    press(key(screen.filters, "Clear"))
    counter.rest()
    assert set(shown(screen)) == {phone.id, till.id}


def test_several_orders_made_ready_are_reported_one_by_one(counter: Counter) -> None:
    free, waiting = known(counter, 1), known(counter, 2, lines=(builders.line(picked=1),), ready_at=NOW)
    screen = open_list(counter)
    type_text(screen.search, "maria")
    strike(screen.search, Qt.Key.Key_Return)
    counter.rest()
    assert named(screen, "No connection to the centre: only orders known here are shown.").isVisible()
    for order in (free, waiting):
        screen.table.orders.tick(order.id, ticked=True)
    press(screen.bulk.keys["mark_ready"])
    counter.rest()
    assert named(screen, "1 order done · 1 not done").isVisible()
    assert named(screen, f"{free.number}: Ready; the customer is told.").isVisible()
    assert named(screen, f"{waiting.number}: Not possible: this order stands at “To collect”.").isVisible()
    assert screen.table.orders.ticked() == [waiting.id]
    assert counter.record(free).order.stage is Stage.TO_COLLECT
    strike(screen, Qt.Key.Key_Escape)
    assert not screen.report_shown()
    assert counter.page == "orders"


def test_a_packed_order_is_shipped_with_the_number_on_its_label(counter: Counter) -> None:
    delivery = Delivery("ship", DeliveryMode.SHIP, address=HOME)
    paid = builders.payment(1_000)
    order = known(
        counter, 1, delivery=delivery, lines=(builders.line(picked=1),), ready_at=NOW, payments=(paid,)
    )
    screen = open_list(counter, tab="to_collect", order_id=order.id)
    press(screen.panel.keys["ship"])
    counter.rest()
    assert counter.page == "shipping"
    counter.devices.scans.take("JJD0003")
    counter.rest()
    assert field(counter.screen, "Tracking number").text() == "JJD0003"
    press(named(counter.screen, "GLS"))
    counter.press("Mark shipped")
    after = counter.record(order).order
    assert (after.stage, after.delivery.carrier, after.delivery.tracking) == (Stage.DONE, "GLS", "JJD0003")
    screen = open_list(counter, tab="done", order_id=order.id)
    assert named(screen.panel, "Sent with GLS JJD0003").isVisible()
    press(key(screen.panel, "Mark delivered"))
    counter.rest()
    assert counter.record(order).order.delivered_at == NOW


def test_a_carrier_the_shop_does_not_know_is_typed(counter: Counter) -> None:
    delivery = Delivery("van", DeliveryMode.SHIP, address=HOME)
    order = known(counter, 1, delivery=delivery, lines=(builders.line(0, picked=1),), ready_at=NOW)
    screen = open_list(counter, tab="to_collect", order_id=order.id)
    press(screen.panel.keys["ship"])
    counter.rest()
    type_text(field(counter.screen, "Name of the carrier"), "Bike Bob")
    counter.press("Shipping note")
    strike(counter.screen, Qt.Key.Key_Escape)
    counter.rest()
    assert counter.page == "orders"
    assert counter.record(order).order.stage is Stage.TO_SHIP


def test_what_a_delivery_requires_is_said_at_its_field(counter: Counter) -> None:
    counter.scan("JKT-1")
    counter.till.at.sale.cart = replace(counter.cart, customer=Customer(name="Ann"))
    strike(counter.screen, Qt.Key.Key_F9)
    counter.rest()
    press(named(counter.screen, "Ship"))
    counter.rest()
    counter.press("Continue")
    screen = counter.screen
    assert counter.page == "order_details"
    assert named(screen, "The customer still needs: a phone number.").isVisible()
    assert field(screen, "Street").accessibleDescription() == "Street and number are needed."
    counter.till.at.sale.cart = replace(counter.cart, customer=Customer(name="Ann", phone="+4520203040"))
    for name, text in (("Street", "Havn 4"), ("Postcode", "8000"), ("City", "Aarhus"), ("Country", "dk")):
        type_text(field(screen, name), text)
    counter.press("Continue")
    assert counter.page == "payment_actions"
    details = counter.till.at.sale.details
    assert details is not None
    assert details.delivery.address == Address("Havn 4", "8000", "Aarhus", "DK")


def test_a_slot_is_chosen_and_a_full_one_cannot_be(counter: Counter) -> None:
    counter.customer()
    counter.scan("JKT-1")
    strike(counter.screen, Qt.Key.Key_F9)
    counter.rest()
    press(named(counter.screen, "Tue 24 Nov"))
    counter.rest()
    press(named(counter.screen, "10:00–12:00"))
    counter.press("Continue")
    counter.tile("save")
    order = counter.newest()
    begins = OPEN.local(order.delivery.requested_at or NOW)
    assert (begins.day, begins.hour) == (24, 11)
    assert order.promised_at == order.delivery.requested_at
    counter.customer()
    counter.scan("JKT-1")
    strike(counter.screen, Qt.Key.Key_F9)
    counter.rest()
    press(named(counter.screen, "Tue 24 Nov"))
    counter.rest()
    full = named(counter.screen, "10:00–12:00")
    assert (full.isEnabled(), full.accessibleDescription()) == (False, "This time is full")
    assert named(counter.screen, "Ready by tomorrow 08:00").isVisible()
    found = counter.ask(orders.recall, counter.till.at.acting, order.id)
    assert found.details.delivery.requested_until is not None


def test_a_part_is_carried_out_and_the_rest_shipped_in_one_sale(counter: Counter) -> None:
    counter.customer()
    counter.scan("JKT-1", "BTL-2")
    strike(counter.screen, Qt.Key.Key_F9)
    counter.rest()
    press(named(counter.screen, "Ship"))
    counter.rest()
    for name, text in (("Street", "Havn 4"), ("Postcode", "8000"), ("City", "Aarhus"), ("Country", "dk")):
        type_text(field(counter.screen, name), text)
    counter.press("Continue")
    counter.till.window.navigation.home("sale")
    counter.rest()
    lines = counter.screen.cart.lines
    assert [row.badge for row in lines.rows()] == ["ship", "ship"]
    press_in(lines, lines.place_of("1").center())
    counter.rest()
    counter.press("Qty")
    counter.press("Carry out now")
    assert [row.badge for row in lines.rows()] == ["carry out now", "ship"]
    counter.pay()
    counter.tile("continue_to_payment")
    counter.tile("cash")
    counter.press("Next customer")
    order = counter.newest()
    assert [line.quantities.collected for line in order.lines] == [1, 0, 0]
    assert (order.stage, len(order.payments)) == (Stage.TO_PICK, 1)
    assert order.payments[0].amount == Money(12_900 + 1_995 + 590, "EUR")
