"""The further functions of the sale: park, receipts taken back or printed again, the drawer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from pos_app.operations import order_returns, orders, printing, returning, selling, shifts
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.refunding import PayBack
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Finish, Outcome
from pos_app.ui.flows.reprice_flow import Repricing
from pos_app.ui.flows.returns_flow import ReturningGoods
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.sale.views import SearchHit
from pos_app.ui.wording import say, when
from site_sync.domain.errors import Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.sales import Sale
from site_sync.domain.totals import totals

RECEIPT, TAKE_BACK, COPY, PARKED = "receipt", "receipt_back", "receipt_copy", "parked"
ORDER_BACK = "order_back"


class HoldsCart(Protocol):
    """The sale these functions belong to."""

    @property
    def cart(self) -> Cart:
        """What lies in the sale."""
        ...

    def clear(self) -> None:
        """The next customer."""
        ...

    def forget(self) -> None:
        """Nothing lies in the sale."""
        ...

    def take(self, cart: Cart) -> None:
        """Another cart lies in the sale."""
        ...

    def refresh(self) -> None:
        """Show everything as it is now."""
        ...


class SaleFunctions:
    """What is behind the sale's More."""

    def __init__(self, at: Workplace, screen: SaleScreen, sale: HoldsCart) -> None:
        self._at = at
        self._screen = screen
        self._sale = sale

    def more(self, code: str) -> None:
        """A tile of More was touched."""
        acts = {
            "park": self._park,
            "resume": lambda: self._at.tasks.run(selling.parked, then=self._parked_list),
            "void_sale": self._void,
            "return": lambda: self._receipts(TAKE_BACK),
            "reprice": self._reprice,
            "reprint": lambda: self._receipts(COPY),
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
            self._take_back(code)
        elif kind == ORDER_BACK:
            self._order_back(code)
        elif kind == COPY:
            self._copy(code)
        elif kind == RECEIPT:
            self._ask_about(code)

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
        self._sale.forget()
        self._screen.show_tiles()
        self._sale.refresh()

    def _park(self) -> None:
        cart = self._sale.cart
        if cart.lines:
            who = cart.customer.name if cart.customer else ""
            self._at.act(selling.park, self._at.acting, cart, who, then=self._parked)

    def _parked(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("sale.parked"), tone="ok")
            self._sale.clear()

    def _parked_list(self, parked: tuple[Any, ...]) -> None:
        hits = [SearchHit(PARKED, one.id, one.note or say("sale.title")) for one in parked]
        self._screen.show_hits(hits, words="" if hits else say("sale.none_parked"))

    def _resumed(self, cart: Cart | None) -> None:
        if cart is not None:
            self._sale.take(cart)

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

    def _ask_about(self, number: str) -> None:
        answers = (
            Answer(TAKE_BACK, say("sale.take_back"), say("sale.take_back_detail"), main=True),
            Answer(COPY, say("sale.print_copy")),
        )
        title = say("sale.receipt", number=number)
        self._at.window.navigation.navigate(
            "choices", title=title, answers=answers, then=lambda code: self.hit(code, number)
        )

    def _take_back(self, number: str) -> None:
        if self._sale.cart.lines:
            self._at.tell(say("sale.finish_first"), tone="warn")
            return
        self._at.tasks.run(returning.return_cart, number, then=self._taken_back)

    def _taken_back(self, result: Any) -> None:
        if self._at.went_well(result):
            self._sale.take(result)
            self._at.tell(say("sale.taking_back"), tone="info", seconds=8)

    def _copy(self, number: str) -> None:
        permitted(
            self._at,
            lambda desk, acting: printing.print_sale_copy(desk, acting, number),
            lambda result, _acting: self._copied(result),
        )

    def _copied(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"), tone="ok")

    def pay_back(self) -> None:
        """The goods in the cart come back: give the money back, each part the way it came."""
        cart = self._sale.cart

        def given(back: PayBack, acting: Acting, finish: Finish) -> None:
            def done(result: Any) -> None:
                if isinstance(result, Refusal):
                    finish(Outcome(refusal=result), lambda: None)
                else:
                    self._sale.forget()
                    words = say("sale.returned", number=result.sale.number)
                    finish(Outcome(words), self._sale.clear)

            self._at.act(selling.finish, acting, cart, back.tendering, then=done)

        def begun(result: Any, acting: Acting) -> None:
            if self._at.went_well(result):
                wanted = AskBack(result, acting, given, say("sale.more_return"))
                self._at.window.navigation.navigate("pay_back", ask=wanted)

        permitted(self._at, lambda desk, acting: returning.begin(desk, acting, cart), begun)

    # the drawer

    def _drawer(self) -> None:
        def opened(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                self._at.drawer_wanted.emit()

        permitted(self._at, shifts.open_drawer, opened)


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
