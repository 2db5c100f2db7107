"""Gift cards at the counter: sold by their number, and asked what they hold."""

from __future__ import annotations

from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import selling
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Desk
from pos_app.ui.flows.approval_flow import Question, ask
from pos_app.ui.flows.balance_part import ask_balance
from pos_app.ui.flows.held_cart import HoldsCart
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.wording import money, say
from site_sync.domain.balances import BalanceKind, Holder, card_number, masked
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.errors import Refusal


class CardSelling:
    """A card is sold with a number and an amount; without either the sale cannot be paid."""

    def __init__(self, at: Workplace, screen: SaleScreen, sale: HoldsCart, centre: Centre) -> None:
        self._at = at
        self._screen = screen
        self._sale = sale
        self._centre = centre

    def missing(self, line: CartLine) -> bool:
        """Whether something of a line has still to be asked."""
        return line.item.kind is ItemKind.GIFT_CARD and not (line.card and line.value)

    def ask_about(self, line: CartLine) -> None:
        """Ask for the number, then for the amount."""
        if line.card:
            self._screen.edit_price(str(line.id))
            return

        def said(typed: str) -> None:
            def load(desk: Desk, cart: Cart) -> Any:
                return selling.load_card(desk, cart, line.id, typed)

            self._sale.edit(load)

        words = say("sale.card_number_words")
        ask(self._at, Question(say("sale.card_number"), words, say("payment.number_gift_card"), said))

    # what a card holds

    def enquire(self) -> None:
        """Ask for a card, then tell what it holds."""
        why = say("sale.balance_words")
        question = Question(say("sale.more_balance"), why, say("payment.number_gift_card"), self._enquire)
        ask(self._at, question)

    def _enquire(self, typed: str) -> None:
        number = card_number(typed)
        if isinstance(number, Refusal):
            self._at.tell_refusal(number)
            return
        holder = Holder(BalanceKind.GIFT_CARD, number)
        ask_balance(self._at, self._centre, holder, lambda answer: self._tell(number, answer))

    def _tell(self, number: str, answer: Any) -> None:
        if not self._at.went_well(answer):
            return
        if not answer.known:
            self._at.tell(say("refusal.card_unknown"), tone="warn", seconds=10)
            return
        words = say("sale.card_holds", card=masked(number), amount=money(answer.balance))
        if answer.available != answer.balance:
            words += " " + say("sale.card_free", amount=money(answer.available))
        self._at.tell(words, tone="info", seconds=20)
