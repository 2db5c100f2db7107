"""What lies in the sale is not lost by an order taken up, and what is said twice stands there once."""

from __future__ import annotations

from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.orders import Details
from pos_app.ui.flows.workplace import OpenSale
from pos_app.ui.screens.payment.done_panel import DonePanel
from pos_app.ui.window import Window
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, OrderKind
from tests.desks import items


def _line(quantity: int) -> CartLine:
    jacket = items()[0]
    return CartLine(1, jacket, quantity, jacket.price)


def test_lines_of_a_sale_are_not_replaced_by_an_order() -> None:
    sale = OpenSale(Cart("EUR"))
    assert sale.may_be_replaced
    sale.cart = Cart("EUR", (_line(1),))
    assert not sale.may_be_replaced


def test_a_recalled_order_may_be_replaced_until_it_is_changed() -> None:
    sale = OpenSale(Cart("EUR"))
    details = Details(OrderKind.CUSTOMER_ORDER, Delivery("collect", store="S01"), "till")
    sale.take_up(Cart("EUR", (_line(1),)), details)
    assert sale.may_be_replaced
    sale.cart = Cart("EUR", (_line(2),))
    assert not sale.may_be_replaced


def test_a_cleared_sale_keeps_nothing_of_its_order() -> None:
    sale = OpenSale(Cart("EUR", (_line(1),)), Details(OrderKind.CUSTOMER_ORDER, Delivery("collect"), "till"))
    sale.clear()
    assert sale == OpenSale(Cart("EUR"))


def test_what_is_said_twice_stands_there_once() -> None:
    window = Window()
    window.notices.notify("Finish the payment first.")
    window.notices.notify("Unknown code: 1")
    window.notices.notify("Finish the payment first.")
    assert window.notices.texts() == ["Unknown code: 1", "Finish the payment first."]
    window.deleteLater()


def test_a_receipt_is_only_asked_about_where_there_is_a_choice() -> None:
    panel = DonePanel()
    panel.show_done("Sold.", Money(0, "EUR"), wanted=None)
    panel.show()
    assert not panel.receipt.isVisible()
    panel.show_done("Sold.", Money(0, "EUR"))
    assert panel.receipt.isVisible()
    panel.deleteLater()
