"""The further functions of the sale: park, receipts, prices and discounts, the drawer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import order_returns, orders, printing, returning, selling, shifts
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.selling import Resumed
from pos_app.operations.stock_facts import StockFact, stock_fact
from pos_app.ui.flows.approval_flow import Question, ask, permitted
from pos_app.ui.flows.card_selling import CardSelling
from pos_app.ui.flows.held_cart import HoldsCart
from pos_app.ui.flows.receipt_returns import ReceiptReturns
from pos_app.ui.flows.reprice_flow import Repricing
from pos_app.ui.flows.returns_flow import ReturningGoods
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.sale.views import SearchHit
from pos_app.ui.views.selling import here_words
from pos_app.ui.wording import NotAnAmount, amount_typed, quantity, say, when
from site_sync.domain.catalogue import Item
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import BASIS_POINTS, Money
from site_sync.domain.orders import Order
from site_sync.domain.sales import Sale
from site_sync.domain.shop import ReasonFor
from site_sync.domain.totals import totals

RECEIPT, TAKE_BACK, COPY, PARKED = "receipt", "receipt_back", "receipt_copy", "parked"
ORDER_BACK = "order_back"
USUAL_DISCOUNTS = ("5 %", "10 %", "15 %", "20 %")


class SaleFunctions:
    """What is behind the sale's More."""

    def __init__(self, at: Workplace, screen: SaleScreen, sale: HoldsCart, centre: Centre) -> None:
        self._at = at
        self._screen = screen
        self._sale = sale
        self.cards = CardSelling(at, screen, sale, centre)
        self.returns = ReceiptReturns(at, sale, centre)

    def more(self, code: str) -> None:
        """A tile of More was touched."""
        acts = {
            "park": self._park,
            "resume": lambda: self._at.tasks.run(selling.parked, then=self._parked_list),
            "void_sale": self._void,
            "return": lambda: self._receipts(TAKE_BACK),
            "reprice": self._reprice,
            "reprint": lambda: self._receipts(COPY),
            "sale_discount": self._discount,
            "price_check": self._check_price,
            "balance": self.cards.enquire,
            "drawer": self._drawer,
            "sign_out": self._at.sign_out,
        }
        act = acts.get(code)
        if act is not None:
            act()
        else:
            self._at.window.navigation.navigate(code)

    def hit(self, kind: str, code: str) -> None:
        """A row of one of these lists was touched."""
        if kind == PARKED and not self._at.sale.may_be_replaced:
            self._at.tell(say("sale.finish_first"), tone="warn")
        elif kind == PARKED:
            self._at.act(selling.resume, code, then=self._resumed)
        elif kind == TAKE_BACK:
            self.returns.take_back(code)
        elif kind == ORDER_BACK:
            self._order_back(code)
        elif kind == COPY:
            self._copy(code)
        elif kind == RECEIPT:
            self._at.tasks.run(returning.receipt, code, then=lambda own: self._receipt(code, own))

    # prices of today

    def _reprice(self) -> None:
        """The recalled order gets the prices of today, line by line."""
        cart = self._sale.cart
        if cart.base is None:
            self._at.tell(say("reprice.only_saved"), tone="warn")
            return

        def repriced(changed: Cart, acting: Acting) -> None:
            self._at.sale.cart = changed
            self._at.sale.approved_by(acting)
            self._at.window.navigation.navigate("sale")
            self._at.tell(say("reprice.done"), tone="ok", seconds=8)

        Repricing(self._at, cart, repriced).begin()

    # parking and voiding

    def _void(self) -> None:
        self.returns.let_go()
        self._sale.forget()
        self._screen.show_tiles()
        self._sale.refresh()

    def _park(self) -> None:
        cart = self._sale.cart
        if cart.lines:
            who = cart.customer.name if cart.customer else ""
            acting = self._at.sale.acting(self._at.acting)
            self._at.act(selling.park, acting, cart, who, then=self._parked)

    def _parked(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("sale.parked"), tone="ok")
            self._sale.clear()

    def _parked_list(self, parked: tuple[Any, ...]) -> None:
        hits = [SearchHit(PARKED, one.id, one.note or say("sale.title")) for one in parked]
        self._screen.show_hits(hits, words="" if hits else say("sale.none_parked"))

    def _resumed(self, found: Resumed | None) -> None:
        if found is None:
            return
        self._sale.take(found.cart)
        if found.approver is not None:
            self._at.sale.approved_by(replace(self._at.acting, approver=found.approver, reason=found.reason))

    # receipts

    def _receipts(self, kind: str) -> None:
        if kind == TAKE_BACK:
            self._at.tasks.run(_brought_back, then=lambda found: self._show_receipts(kind, *found))
        else:
            self._at.tasks.run(returning.receipts, then=lambda found: self._show_receipts(kind, found))

    def _show_receipts(self, kind: str, found: tuple[Sale, ...], handed_over: tuple[Order, ...] = ()) -> None:
        now = self._at.now()
        hits = receipt_hits(kind, found, now) + _order_hits(handed_over, now)
        self._screen.show_hits(hits, words="" if hits else say("sale.no_receipts"))

    def _order_back(self, order_id: str) -> None:
        """Goods of a collected order come back; the sale stays as it is."""
        self._screen.show_tiles()

        def known(found: OrderRecord | None) -> None:
            if found is not None:
                ReturningGoods(self._at, found.order, self._at.acting, self._sale_again).begin()

        self._at.tasks.run(orders.record, order_id, then=known)

    def _sale_again(self, _changed: Changed) -> None:
        self._at.window.navigation.navigate("sale")

    def _receipt(self, number: str, own: Sale | None) -> None:
        """One of this till may also be printed again; one of another till is asked for at the centre."""
        if own is None:
            self.returns.take_back(number)
        else:
            self._ask_about(number)

    def _ask_about(self, number: str) -> None:
        answers = (
            Answer(TAKE_BACK, say("sale.take_back"), say("sale.take_back_detail"), main=True),
            Answer(COPY, say("sale.print_copy")),
        )
        title = say("sale.receipt", number=number)
        self._at.window.navigation.navigate(
            "choices", title=title, answers=answers, then=lambda code: self.hit(code, number)
        )

    def _copy(self, number: str) -> None:
        permitted(
            self._at,
            lambda desk, acting: printing.print_sale_copy(desk, acting, number),
            lambda result, _acting: self._copied(result),
        )

    def _copied(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"), tone="ok")

    # prices

    def _check_price(self) -> None:
        """What something costs, without selling it; a touch on the answer sells it."""

        def said(typed: str) -> None:
            self._at.tasks.run(_priced, typed, then=lambda found: self._price(typed, found))

        words, field = say("sale.price_check_words"), say("sale.search")
        ask(self._at, Question(say("sale.more_price_check"), words, field, said))

    def _price(self, typed: str, found: tuple[Item, StockFact] | None) -> None:
        if found is None:
            self._screen.show_hits((), words=say("sale.nothing", text=typed))
            return
        item, fact = found
        stock = here_words(fact, item.unit, reserved=False)
        elsewhere = [f"{store} {quantity(count, item.unit)}" for store, count in fact.elsewhere if count > 0]
        detail = " · ".join((item.sku, stock, *elsewhere))
        self._screen.show_hits([SearchHit("item", item.sku, item.name, detail, amount=item.price)])

    def _discount(self) -> None:
        """A discount on the whole sale, by right."""

        def said(typed: str) -> None:
            share = _share(typed)
            if share is None:
                self._at.tell(say("sale.discount_wrong"), tone="warn")
                return
            self._sale.edit_by_right(
                lambda desk, acting, cart: selling.set_sale_discount(desk, acting, cart, share)
            )

        if not self._sale.cart.lines:
            self._at.tell(say("sale.nothing_to_pay"), tone="warn")
            return
        title, field = say("sale.more_sale_discount"), say("sale.discount_percent")
        ask(
            self._at,
            Question(title, say("sale.discount_words"), field, said, USUAL_DISCOUNTS),
        )

    # the drawer

    def _drawer(self) -> None:
        def opened(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                self._at.drawer_wanted.emit()

        permitted(self._at, shifts.open_drawer, opened, None, ReasonFor.DRAWER)


def _brought_back(desk: Desk) -> tuple[tuple[Sale, ...], tuple[Order, ...]]:
    """Receipts of this till and orders handed over here whose goods could come back."""
    return returning.receipts(desk), order_returns.newest(desk)


def _order_hits(handed_over: Iterable[Order], now: datetime) -> list[SearchHit]:
    """Collected orders as rows: number, whose, when, what it cost."""
    return [
        SearchHit(
            ORDER_BACK,
            order.id,
            order.number,
            f"{when(order.updated_at, now)} · {order.customer.name}",
            amount=totals(order).total,
        )
        for order in handed_over
    ]


def receipt_hits(kind: str, sales: Iterable[Sale], now: datetime) -> list[SearchHit]:
    """Receipts as rows: number, when, how many goods, what was paid."""
    return [
        SearchHit(
            kind,
            sale.number,
            sale.number,
            f"{when(sale.at, now)} · {', '.join(line.description for line in sale.lines[:3])}",
            amount=Money(sale.total, sale.currency),
        )
        for sale in sales
    ]


def _priced(desk: Desk, typed: str) -> tuple[Item, StockFact] | None:
    item = selling.find_item(desk, typed)
    if item is None:
        return None
    return item, stock_fact(desk, item)


def _share(typed: str) -> int | None:
    """A typed percentage in basis points; None when it is none."""
    try:
        whole = amount_typed(typed.replace("%", ""), "EUR").amount
    except NotAnAmount:
        return None
    return whole if 0 <= whole <= BASIS_POINTS else None
