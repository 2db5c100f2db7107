"""Customer and order details by touch and by keyboard."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.customer import CustomerForm
from pos_app.ui.screens.order_details import MethodChoice, OrderDetailsForm, OrderDetailsScreen
from tests.screens import sample_orders
from tests.screens.hand import field, heard, key, named, press, press_in, strike, type_text
from tests.screens.show import Show


def test_a_customer_is_found_looked_at_and_used(show: Show, qtbot: QtBot) -> None:
    screen = sample_orders.customer()
    show(screen)
    searched, chosen = heard(screen.searched), heard(screen.customer_chosen)
    used, opened = heard(screen.used), heard(screen.order_opened)
    screen.search.clear()
    type_text(screen.search, "anne")
    qtbot.waitUntil(lambda: ("anne",) in searched)
    press_in(screen.hits, screen.hits.place_of("c3").center())
    press_in(screen.orders, screen.orders.place_of("o1").center())
    strike(screen.search, Qt.Key.Key_F12)
    assert (chosen, opened, used) == ([("c3",)], [("o1",)], [("c1",)])


def test_nobody_found_says_so_and_a_new_one_begins_with_what_was_typed(show: Show) -> None:
    screen = sample_orders.customer()
    show(screen)
    screen.search.setText("Zoe")
    screen.show_hits([])
    assert named(screen, "Nobody found for “Zoe”.").isVisible()
    new = heard(screen.new_pressed)
    press(key(screen, "New customer"))
    assert new == [("Zoe",)]


def test_a_customer_needs_a_name_and_mistakes_stand_beside_their_fields(show: Show) -> None:
    screen = sample_orders.customer_form()
    show(screen)
    saved = heard(screen.saved)
    name = field(screen, "Name")
    name.clear()
    press(key(screen, "Save customer"))
    assert (saved, name.accessibleDescription()) == ([], "A customer needs a name.")
    type_text(name, "Ines Ferreira")
    press(named(screen, "Dansk"))
    strike(name, Qt.Key.Key_Return)
    assert saved == [(CustomerForm("", "Ines Ferreira", "20 1", "ines@", "", "da"),)]
    screen.show_form_errors({"phone": "That is no phone number."})
    assert field(screen, "Phone").accessibleDescription() == "That is no phone number."
    assert field(screen, "E-mail").accessibleDescription() == ""


def test_order_details_are_handed_over_as_they_stand(show: Show) -> None:
    screen = sample_orders.order_details()
    show(screen)
    stores, days, done = heard(screen.store_chosen), heard(screen.day_chosen), heard(screen.done)
    press(named(screen, "S02 Old Town, 3 of 4"))
    press(named(screen, "Fri 27 Nov"))
    type_text(field(screen, "Comment for staff"), "call first")
    type_text(field(screen, "Collected by someone else"), "Dev Nair")
    press(key(screen, "Continue"))
    assert (stores, days) == ([("S02",)], [(date(2026, 11, 27),)])
    form = done[0][0]
    assert isinstance(form, OrderDetailsForm)
    assert (form.method, form.store, form.day) == ("collect_other", "S02", date(2026, 11, 27))
    assert (form.source, form.staff_comment, form.collector_name) == ("till", "call first", "Dev Nair")


def test_a_closed_day_cannot_be_asked_for_and_says_why(show: Show) -> None:
    screen = sample_orders.order_details()
    show(screen)
    sunday = named(screen, "Sun 29 Nov")
    days = heard(screen.day_chosen)
    press(sunday)
    assert days == []
    assert sunday.accessibleDescription() == "closed on Sunday"


def test_shipping_asks_for_an_address_in_place_of_a_store(show: Show) -> None:
    screen = sample_orders.order_details()
    show(screen)
    done, methods = heard(screen.done), heard(screen.method_chosen)
    press(named(screen, "Ship"))
    screen.show_errors({"street": "Street and number are needed.", "customer": "A phone number is needed."})
    assert methods == [("ship",)]
    assert field(screen, "Street").accessibleDescription() == "Street and number are needed."
    assert named(screen, "A phone number is needed.").isVisible()
    for name, text in (
        ("Street", "Havnegade 4"),
        ("Postcode", "8000"),
        ("City", "Aarhus"),
        ("Country", "DK"),
    ):
        type_text(field(screen, name), text)
    press(key(screen, "Continue"))
    form = done[0][0]
    assert isinstance(form, OrderDetailsForm)
    assert (form.store, form.address.city, form.address.extra) == ("", "Aarhus", "")


def test_a_slot_of_the_day_is_asked_for_and_days_are_turned(show: Show) -> None:
    screen = sample_orders.order_details()
    show(screen)
    done, turned = heard(screen.done), heard(screen.days_turned)
    press(named(screen, "11:00–13:00"))
    press(named(screen, "Later days"))
    press(key(screen, "Continue"))
    assert turned == [(1,)]
    screen.show_slots([])
    press(key(screen, "Continue"))
    forms = [form for (form,) in done if isinstance(form, OrderDetailsForm)]
    assert [(form.slot, form.day) for form in forms] == [("11", date(2026, 11, 26)), ("", date(2026, 11, 26))]


def test_a_method_that_needs_a_store_waits_for_one(show: Show) -> None:
    screen = OrderDetailsScreen()
    screen.show_methods([MethodChoice("other", "Another store", needs_store=True)], "other")
    screen.show_stores(sample_orders.STORES)
    screen.show_days([])
    show(screen)
    done = heard(screen.done)
    press(key(screen, "Continue"))
    assert done == []
    assert named(screen, "Choose the store.").isVisible()
