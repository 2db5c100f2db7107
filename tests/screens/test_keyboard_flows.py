"""The overlays of the till by keyboard alone: opened, worked with and left without a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.operations.desk import Acting
from pos_app.ui import theme
from site_sync.domain.orders import ClosedAs
from site_sync.domain.totals import paid
from tests.desks import BOSS, CASHIER, PIN, SKUS
from tests.operations.dialog_cases import balance_open, prepare, to_collect
from tests.screens.counter import Counter, open_counter

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
JACKET = SKUS[0]


@pytest.fixture(scope="module")
def till(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """One till for all of it."""
    theme.apply(qapp, theme.load_look(moving=False))
    counter = open_counter(tmp_path_factory.mktemp("keys"), prepare=prepare)
    yield counter
    counter.close()


@pytest.fixture
def counter(till: Counter) -> Counter:
    """The till with an empty sale and a cashier at it."""
    at = till.till.at
    if at.shift is None:
        till.till.sign_in(CASHIER)
    at.sign_in(CASHIER, at.shift)
    at.sale.clear()
    till.till.window.activateWindow()
    till.till.window.navigation.home("sale")
    till.rest()
    return till


def here() -> QWidget:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def strike(counter: Counter, *keys: Qt.Key, alt: bool = False) -> None:
    """Strike keys one after the other, where the keyboard is."""
    for one in keys:
        QTest.keyClick(here(), one, ALT if alt else Qt.KeyboardModifier.NoModifier)
        counter.rest()


def write(counter: Counter, text: str) -> None:
    """Type where the keyboard is."""
    QTest.keyClicks(here(), text)
    counter.rest()


def tab_to(name: str) -> None:
    """Tab until the control of that name has the keyboard."""
    for _ in range(60):
        if here().accessibleName().startswith(name):
            return
        QTest.keyClick(here(), K.Key_Tab)
    raise AssertionError(f"Tab never came to {name!r}")


def ring_up(counter: Counter) -> None:
    """Scan an item for Maria, as a keyboard scanner would type it."""
    write(counter, JACKET)
    strike(counter, K.Key_Return)
    counter.customer()


def actions(counter: Counter) -> None:
    """To the payment-action dialog of a new order."""
    ring_up(counter)
    strike(counter, K.Key_F9, K.Key_F12)
    assert counter.page == "payment_actions"


def test_a_customer_is_found_chosen_and_left(counter: Counter) -> None:
    strike(counter, K.Key_F4)
    assert counter.page == "customer"
    strike(counter, K.Key_Escape)
    assert counter.page == "sale"
    strike(counter, K.Key_F4)
    write(counter, "Maria")
    strike(counter, K.Key_Return, K.Key_Down, K.Key_Return, K.Key_F12)
    assert counter.page == "sale"
    assert counter.cart.customer is not None


def test_a_quantity_is_typed_and_the_editor_is_left(counter: Counter) -> None:
    ring_up(counter)
    strike(counter, K.Key_F6)
    write(counter, "3")
    strike(counter, K.Key_Return)
    assert [line.quantity for line in counter.cart.lines] == [3]
    strike(counter, K.Key_Escape)
    assert counter.page == "sale"


def test_details_and_actions_are_opened_and_left_one_by_one(counter: Counter) -> None:
    ring_up(counter)
    strike(counter, K.Key_F9)
    assert counter.page == "order_details"
    strike(counter, K.Key_F12)
    assert counter.page == "payment_actions"
    strike(counter, K.Key_F9)
    assert counter.page == "order_details"
    strike(counter, K.Key_Escape)
    assert counter.page != "order_details"


def test_a_deposit_is_typed_taken_back_and_paid(counter: Counter) -> None:
    actions(counter)
    strike(counter, K.Key_1, alt=True)
    assert here().accessibleName() == "Amount to take now"
    strike(counter, K.Key_Escape)
    assert counter.page == "payment_actions"
    strike(counter, K.Key_1, alt=True)
    write(counter, "50")
    strike(counter, K.Key_Return)
    assert counter.page == "payment"
    strike(counter, K.Key_Escape)
    assert counter.page == "payment_actions"
    strike(counter, K.Key_1, alt=True)
    strike(counter, K.Key_F12)
    strike(counter, K.Key_1, alt=True)
    strike(counter, K.Key_F12)
    assert counter.page == "sale"
    assert paid(counter.newest()) == 2_580


def test_an_approval_in_the_dialog_is_left_and_given(counter: Counter) -> None:
    actions(counter)
    tab_to("Save without deposit")
    strike(counter, K.Key_Return)
    assert counter.screen.approving
    strike(counter, K.Key_Escape)
    assert not counter.screen.approving
    tab_to("Save without deposit")
    strike(counter, K.Key_Return)
    tab_to("Reason")
    write(counter, "regular customer")
    tab_to("PIN pad")
    write(counter, PIN)
    strike(counter, K.Key_Return)
    assert counter.page == "sale"
    assert paid(counter.newest()) == 0


def _taken_up(counter: Counter, make: object) -> object:
    at = counter.till.at
    sale = counter.ask(make, Acting(BOSS, at.shift.id if at.shift else ""))
    at.sale.take_up(sale.cart, sale.details)
    counter.till.window.navigation.home("sale")
    counter.rest()
    strike(counter, K.Key_F12)
    return sale.cart.base


def test_units_to_pick_up_are_chosen_by_keyboard(counter: Counter) -> None:
    order = _taken_up(counter, to_collect)
    tab_to("Pick up selected")
    strike(counter, K.Key_Return)
    strike(counter, K.Key_Escape)
    tab_to("Pick up selected")
    strike(counter, K.Key_Return)
    tab_to("One more Steel bottle")
    strike(counter, K.Key_Return)
    strike(counter, K.Key_F12)
    assert counter.page == "payment"
    strike(counter, K.Key_1, alt=True)
    strike(counter, K.Key_F12)
    now = counter.record(order).order  # type: ignore[arg-type]
    assert [line.quantities.collected for line in now.lines] == [0, 1]


def test_a_cancellation_is_answered_left_and_done(counter: Counter) -> None:
    order = _taken_up(counter, balance_open)
    for _ in range(2):
        tab_to("Cancel order")
        strike(counter, K.Key_Return)
        assert counter.page == "choices"
        strike(counter, K.Key_Escape)
        assert counter.page == "payment_actions"
    tab_to("Cancel order")
    strike(counter, K.Key_Return)
    tab_to("Leave")
    strike(counter, K.Key_Return)
    assert counter.page == "approval"
    strike(counter, K.Key_Escape)
    assert counter.page == "payment_actions"
    tab_to("Cancel order")
    strike(counter, K.Key_Return)
    tab_to("Leave")
    strike(counter, K.Key_Return)
    tab_to("Customer changed their mind")
    strike(counter, K.Key_Return)
    assert counter.record(order).order.closed_as is ClosedAs.CANCELLED  # type: ignore[arg-type]


@pytest.mark.parametrize("page", ["orders", "pick", "collect", "put_back", "shift", "status", "problems"])
def test_every_place_is_left_by_escape_after_tabbing_through_it(counter: Counter, page: str) -> None:
    counter.till.window.navigation.navigate(page)
    counter.rest()
    for _ in range(8):
        QTest.keyClick(here(), K.Key_Tab)
    strike(counter, K.Key_Escape)
    if counter.page == page:  # the first one emptied a field
        strike(counter, K.Key_Escape)
    assert counter.page == "sale"
