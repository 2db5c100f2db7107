"""How a line of the sale reaches the customer: carried out, by a delivery of this sale, or by one more."""

from __future__ import annotations

from typing import Any

from pos_app.operations import baskets
from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Desk
from pos_app.ui.flows.approval_flow import Question, ask
from pos_app.ui.flows.held_cart import HoldsCart
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.views.selling import delivery_words
from pos_app.ui.wording import quantity, say
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.quantities import parse, text_of

NOW, ANOTHER, WAY = "now", "another", "way"


class LineWays:
    """Asks for the way, then for the units where there are several."""

    def __init__(self, at: Workplace, screen: SaleScreen, sale: HoldsCart) -> None:
        self._at = at
        self._screen = screen
        self._sale = sale

    def choose(self, line_id: int) -> None:
        """Ask how a line reaches the customer."""
        cart, known = self._sale.cart, self._at.sale.deliveries
        line = cart.line(line_id)
        if line is None:
            return
        if any(one.item.kind is ItemKind.GIFT_CARD for one in cart.live):
            self._at.tell_refusal(Refusal(Code.CARD_IN_ORDER))
            return
        self._screen.show_tiles()  # what the editor shows of the line is about to change
        place = -1 if line.marked or not known else baskets.place_of(line, known)
        answers = [
            Answer(f"{WAY}:{number}", delivery_words(one), self._goods(number), main=number == place)
            for number, one in enumerate(known)
        ]
        answers.append(Answer(NOW, say("sale.carry_out_now"), main=place < 0))
        answers.append(Answer(ANOTHER, say("sale.way_another"), say("sale.way_another_detail")))
        self._at.window.navigation.navigate(
            "choices", title=say("sale.way_title", name=line.item.name), answers=answers,
            then=lambda code: self._units(line, code),
        )  # fmt: skip

    def _goods(self, place: int) -> str:
        """What goes that way already."""
        lines = baskets.lines_of(self._sale.cart, self._at.sale.deliveries, place).live
        return ", ".join(one.item.name for one in lines[:3] if not one.marked)

    def _units(self, line: CartLine, code: str) -> None:
        """All units of a line go one way unless staff say how many."""
        if line.quantity <= line.item.unit.scale or line.item.unit.decimals:
            self._go(line, code, line.quantity)
            return
        whole = quantity(line.quantity, line.item.unit)

        def said(typed: str) -> None:
            try:
                units = parse(typed, line.item.unit)
            except ValueError:
                units = 0
            self._go(line, code, units)

        self._at.window.navigation.navigate("sale")
        words = say("sale.way_units_words", count=whole)
        usual = (text_of(line.quantity, line.item.unit), "1")
        ask(self._at, Question(say("sale.way_units"), words, say("sale.quantity"), said, usual))

    def _go(self, line: CartLine, code: str, units: int) -> None:
        if code == ANOTHER:
            self._another(line, units)
            return
        place = int(code.partition(":")[2]) if code != NOW else 0

        def change(_: Desk, cart: Cart) -> Any:
            if code == NOW:
                return carts.with_mark(cart, line.id, units)
            return carts.with_group(cart, line.id, place, units)

        self._at.window.navigation.navigate("sale")
        self._sale.edit(change)

    def _another(self, line: CartLine, units: int) -> None:
        """The line begins one more order; the first order of a sale leaves all else to be carried out."""
        sale, place = self._at.sale, len(self._at.sale.deliveries)
        cart = carts.with_group(baskets.tidied(sale.cart, sale.deliveries), line.id, place, units)
        if isinstance(cart, Refusal):
            self._at.window.navigation.navigate("sale")
            self._at.tell_refusal(cart)
            return
        sale.cart = cart if place else carts.carried_but(cart, line.id)
        self._at.window.navigation.navigate("sale")
        self._at.window.navigation.navigate("order_details", place=place, then="sale")
