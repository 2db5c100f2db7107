"""The sale at work: scans and touches become lines, lines become a sale or a customer order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import cart as carts
from pos_app.operations import customers, orders, returning, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.paying import Tendering
from pos_app.operations.stock_facts import stock_facts
from pos_app.store.order_list import Tab
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.line_ways import LineWays
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from pos_app.ui.flows.sale_functions import SaleFunctions
from pos_app.ui.flows.sale_search import SaleSearch
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.views.selling import (
    Facts,
    customer_view,
    fulfilment_words,
    function_details,
    item_tile,
    line_views,
    order_view,
    totals_view,
)
from pos_app.ui.wording import refused, say
from site_sync.domain.catalogue import Category, Item, ItemKind
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right

Edit = Callable[[Desk, Cart], Any]
FAVOURITES = "favourites"


class SaleFlow:
    """One cart; every edit waits for the one before it, so that no scan is ever lost."""

    def __init__(self, at: Workplace, screen: SaleScreen, centre: Centre) -> None:
        self._at = at
        self._screen = screen
        self._edits: deque[tuple[Edit, bool]] = deque()
        self._editing = False
        self._category = FAVOURITES
        self._stock: Facts = {}
        self._functions = SaleFunctions(at, screen, self, centre)
        self._search = SaleSearch(at, screen, self._add, self._hit)
        self._connect()
        at.takes_scans("sale", self)

    def _connect(self) -> None:
        screen = self._screen
        screen.customer_pressed.connect(self._choose_customer)
        screen.order_pressed.connect(self._order)
        screen.pay_pressed.connect(self._pay)
        screen.item_pressed.connect(self._add)
        screen.function_pressed.connect(self._function)
        screen.more_chosen.connect(self._functions.more)
        screen.category_chosen.connect(self._show_category)
        screen.quantity_typed.connect(self._quantity)
        screen.price_typed.connect(self._price)
        screen.discount_typed.connect(self._discount)
        screen.note_typed.connect(
            lambda line, note: self._edit_line(lambda _, cart: carts.with_note(cart, int(line), note))
        )
        screen.void_pressed.connect(self._void)
        screen.mark_pressed.connect(self._mark)
        screen.way_pressed.connect(lambda line: LineWays(self._at, screen, self).choose(int(line)))

    @property
    def cart(self) -> Cart:
        """What lies in the sale."""
        return self._at.sale.cart

    # showing

    def arrive(self, recall: str = "", scan: Scan | None = None, **_: object) -> None:
        """Show the sale; with `recall` an order is taken into it, with `scan` an item is added."""
        self.refresh()
        sale, known = self._at.sale, self.cart.base
        if recall and not sale.may_be_replaced:
            if known is None or known.id != recall:
                self._at.tell(say("sale.finish_first"), tone="warn")
        elif recall:
            self._at.tasks.run(orders.recall, self._at.acting, recall, then=self._recalled)
        elif scan is not None:
            self.scanned(scan)

    def refresh(self) -> None:
        """Counts, tiles and stock as they are now."""
        self._at.tasks.run(selling.new_cart, then=self._as_settled)
        self._at.tasks.run(orders.tab_counts, then=self._counts)
        self._at.tasks.run(selling.categories, then=self._categories)
        self._show_category(self._category)
        self._show()

    def _as_settled(self, empty: Cart) -> None:
        """An empty sale follows what the shop says of its prices; one that has begun goes on as it is."""
        if not self.cart.lines and self.cart.base is None:
            self._at.sale.cart = replace(self.cart, prices_include_tax=empty.prices_include_tax)

    def _counts(self, counts: dict[Tab, int]) -> None:
        self._screen.show_functions(function_details(counts))

    def _categories(self, categories: tuple[Category, ...]) -> None:
        from_words = [(FAVOURITES, say("sale.favourites"))]
        names = [
            (one.code, one.names.get(self._language(), one.names.get("en", one.code))) for one in categories
        ]
        self._screen.show_categories(from_words + names, self._category)

    def _language(self) -> str:
        return self._at.staff.language if self._at.staff else "en"

    def _show_category(self, code: str) -> None:
        self._category = code
        wanted = "" if code == FAVOURITES else code
        self._at.tasks.run(selling.tiles, wanted, then=self._tiles)

    def _tiles(self, items: tuple[Item, ...]) -> None:
        counts: dict[str, int] = {}
        for line in self.cart.live:
            counts[line.item.sku] = counts.get(line.item.sku, 0) + line.quantity
        self._shown_items = items
        self._screen.show_items([item_tile(item, counts.get(item.sku, 0)) for item in items])

    def _show(self, chosen: str = "") -> None:
        rights = self._at.staff.rights if self._at.staff else frozenset()
        may = (Right.SALE_PRICE in rights, Right.SALE_DISCOUNT in rights)
        self._screen.show_lines(line_views(self.cart, self._stock, may, self._later()), chosen)
        self._screen.show_totals(totals_view(self.cart))
        self._screen.show_order(order_view(self.cart))
        if self.cart.customer is None:
            self._screen.show_customer(None)
        else:
            self._at.tasks.run(_open_orders, self.cart.customer, then=self._show_customer)
        self._at.tasks.run(stock_facts, self.cart, self._at.sale.deliveries, then=self._stock_known)

    def _later(self) -> tuple[str, ...]:
        return fulfilment_words(self.cart, self._at.sale.deliveries)

    def _show_customer(self, found: tuple[Customer, int]) -> None:
        customer, count = found
        if self.cart.customer == customer:
            self._screen.show_customer(customer_view(customer, count))

    def _stock_known(self, facts: Facts) -> None:
        self._stock = facts
        rights = self._at.staff.rights if self._at.staff else frozenset()
        may = (Right.SALE_PRICE in rights, Right.SALE_DISCOUNT in rights)
        self._screen.show_lines(line_views(self.cart, self._stock, may, self._later()))

    # editing

    def edit(self, change: Edit, *, of_line: bool = False) -> None:
        """Change the cart by a function of (desk, cart); a refusal is told and changes nothing."""
        self._edits.append((change, of_line))
        self._next_edit()

    def _edit_line(self, change: Edit) -> None:
        self.edit(change, of_line=True)

    def _next_edit(self) -> None:
        if self._editing or not self._edits:
            return
        self._editing = True
        change, of_line = self._edits.popleft()
        self._at.tasks.run(
            change,
            self.cart,
            then=lambda result: self._edited(result, of_line=of_line),
            failed=self._edit_broke,
        )

    def _edit_broke(self, error: BaseException) -> None:
        self._editing = False
        self._at.tasks.broken.emit(error)
        self._next_edit()

    def _edited(self, result: Any, *, of_line: bool) -> None:
        self._editing = False
        if isinstance(result, Refusal):
            if of_line:
                self._screen.show_line_error(refused(result.code.value, result.facts))
            else:
                self._at.tell_refusal(result)
        else:
            self._accept(result, of_line=of_line)
        self._next_edit()

    def _accept(self, cart: Cart, *, of_line: bool) -> None:
        """The cart as it was changed; what is sold at an open price, or by a number, is asked for it."""
        before, self._at.sale.cart = self.cart, cart
        if of_line:
            self._screen.line_edited()
        grown = len(cart.lines) > len(before.lines)
        self._show(str(cart.lines[-1].id) if grown else "")
        self._tiles(self._shown_items)
        for line in cart.lines:
            old = before.line(line.id)
            numbered = old is not None and line.card and not old.card
            if (old is None or numbered) and self._functions.cards.missing(line):
                self._functions.cards.ask_about(line)

    _shown_items: tuple[Item, ...] = ()

    def _add(self, sku: str) -> None:
        self.edit(lambda desk, cart: selling.add_item(desk, cart, sku))

    def _quantity(self, line: str, quantity: int) -> None:
        def change(desk: Desk, cart: Cart) -> Any:
            if cart.returns:
                return returning.with_units(desk, cart, int(line), quantity)
            return carts.with_quantity(cart, int(line), quantity)

        self._edit_line(change)

    def _price(self, line: str, price: Money) -> None:
        self.edit_by_right(lambda desk, acting, cart: selling.set_price(desk, acting, cart, int(line), price))

    def _discount(self, line: str, share: int) -> None:
        self.edit_by_right(
            lambda desk, acting, cart: selling.set_discount_share(desk, acting, cart, int(line), share)
        )

    def _void(self, line: str) -> None:
        self.edit_by_right(lambda desk, acting, cart: selling.void(desk, acting, cart, int(line)))

    def edit_by_right(self, change: Callable[[Desk, Acting, Cart], Any]) -> None:
        """An edit that may need somebody's approval; the cart is the same while it is asked for."""

        def again(result: Any, acting: Acting) -> None:
            if isinstance(result, Refusal):
                self._screen.show_line_error(refused(result.code.value, result.facts))
                return
            self._edit_line(lambda desk, cart: change(desk, acting, cart))
            self._at.sale.approved_by(acting)

        cart = self.cart
        permitted(self._at, lambda desk, acting: change(desk, acting, cart), again)

    def _mark(self, line: str) -> None:
        def mark(_: Desk, cart: Cart) -> Any:
            found = cart.line(int(line))
            units = 0 if found is None or found.marked else found.quantity
            return carts.with_mark(cart, int(line), units)

        self._edit_line(mark)

    def scanned(self, scan: Scan) -> bool:
        """An item joins the sale, a member card names its customer."""
        if scan.kind is ScanKind.ITEM:
            self.edit(lambda desk, cart: selling.add_scan(desk, cart, scan))
            return True
        if scan.kind is ScanKind.UNKNOWN and returning.is_receipt_number(scan.raw):
            self._functions.hit("receipt", scan.raw)
            return True
        if scan.kind is ScanKind.MEMBER_CARD and scan.card:
            self._at.tasks.run(customers.by_card, scan.card, then=self._card_known)
            return True
        return False

    def _card_known(self, customer: Customer | None) -> None:
        if customer is None:
            self._at.tell(say("sale.card_unknown"), tone="warn")
        else:
            self._take_customer(customer)

    def _hit(self, kind: str, code: str) -> None:
        """A result that is no item was chosen."""
        if kind == "customer":
            self._at.tasks.run(_customer, code, then=self._card_known)
        elif kind == "order":
            self._at.window.navigation.navigate("orders", order_id=code)
        else:
            self._functions.hit(kind, code)

    # customer, order, payment

    def _choose_customer(self) -> None:
        self._at.window.navigation.navigate("customer", then=self._take_customer, now=self.cart.customer)

    def _take_customer(self, customer: Customer | None) -> None:
        self.edit(lambda _, cart: carts.with_customer(cart, customer))

    def _recalled(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.sale.take_up(result.cart, result.details)
            self._show()

    def _order(self) -> None:
        if not self.cart.lines:
            self._at.tell(say("sale.nothing_to_order"), tone="warn")
            return
        if any(line.item.kind is ItemKind.GIFT_CARD for line in self.cart.live):
            self._at.tell_refusal(Refusal(Code.CARD_IN_ORDER))
            return
        self._at.window.navigation.navigate("order_details")

    def _pay(self) -> None:
        if not self.cart.lines and self.cart.base is None:
            self._at.tell(say("sale.nothing_to_pay"), tone="warn")
        elif self.cart.base is not None or self._at.sale.details is not None:
            self._at.window.navigation.navigate("payment_actions")
        else:
            if self.cart.returns:
                self._functions.returns.pay_back()
                return
            acting = self._at.sale.acting(self._at.acting)
            self._at.act(selling.check, acting, self.cart, then=self._checked)

    def _checked(self, refusal: Refusal | None) -> None:
        """What would be refused is refused before any money moves."""
        if refusal is not None:
            self._at.tell_refusal(refusal)
            return
        due = carts.totals(self.cart).total
        who = self.cart.customer.name if self.cart.customer else ""
        ask = Ask(due, self._paid, say("sale.title"), who)
        self._at.window.navigation.navigate("payment", ask=ask)

    def _paid(self, tendering: Tendering, finish: Finish) -> None:
        def done(result: Any) -> None:
            if isinstance(result, Refusal):
                finish(Outcome(refusal=result), lambda: None)
            else:
                self.forget()  # sold is sold, wherever somebody goes from here
                finish(Outcome(say("sale.sold", number=result.sale.number)), self.clear)

        acting = self._at.sale.acting(self._at.acting)
        self._at.act(selling.finish, acting, self.cart, tendering, then=done)

    def clear(self) -> None:
        """The next customer: an empty sale."""
        self.forget()
        self._at.window.navigation.home("sale")

    def take(self, cart: Cart) -> None:
        """Another cart lies in the sale."""
        self._at.sale.clear()
        self._at.sale.cart = cart
        self.refresh()

    def forget(self) -> None:
        """Nothing lies in the sale."""
        self._at.sale.clear()
        self._stock = {}

    # functions

    def _function(self, code: str) -> None:
        go = self._at.window.navigation.navigate
        if code == "quotes":
            go("orders", tab=Tab.QUOTES.value)
        elif code == "orders":
            go("orders", tab=Tab.TO_COLLECT.value)
        else:
            go(code)


def _customer(desk: Desk, customer_id: str) -> Customer | None:
    return desk.store.customers.customer(customer_id)


def _open_orders(desk: Desk, customer: Customer) -> tuple[Customer, int]:
    return customer, len(customers.orders_of(desk, customer.id, open_only=True)) if customer.id else 0
