"""Goods of a receipt coming back: found at any till, claimed at the centre, then paid back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import balances, reasons, returning, selling
from pos_app.operations.balances import Wanted
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.refunding import PayBack
from pos_app.ui.flows.approval_flow import Question, ask, permitted
from pos_app.ui.flows.held_cart import HoldsCart
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Finish, Outcome
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import language, say
from site_sync.domain.errors import Refusal
from site_sync.domain.shop import ReasonFor
from site_sync.protocol.balances import Release, ReturnClaim
from site_sync.worker.client import SiteClient


class ReceiptReturns:
    """Each step is asked at the centre when it can be; without it only this till's own receipts come back."""

    def __init__(self, at: Workplace, sale: HoldsCart, centre: Centre) -> None:
        self._at = at
        self._sale = sale
        self._centre = centre
        self._claim = ""

    # finding

    def take_back(self, number: str) -> None:
        """Lay the goods of a receipt into the sale."""
        if self._sale.cart.lines:
            self._at.tell(say("sale.finish_first"), tone="warn")
            return
        wanted = number.strip().upper()

        def look(reachable: bool) -> None:
            if reachable:
                self._centre.ask(lambda client: client.receipt(wanted), lambda said: self._told(wanted, said))
            else:
                self._lay(wanted)

        self._at.tasks.run(_reachable, then=look)

    def _told(self, number: str, answer: Any) -> None:
        if isinstance(answer, Refusal):
            self._lay(number)
        else:
            self._at.tasks.run(returning.take_over, answer, then=lambda _: self._lay(number))

    def _lay(self, number: str) -> None:
        self._at.tasks.run(returning.return_cart, number, then=self._laid)

    def _laid(self, result: Any) -> None:
        if self._at.went_well(result):
            self._sale.take(result)
            self._at.tell(say("sale.taking_back"), tone="info", seconds=8)

    # why, and whose

    def pay_back(self) -> None:
        """The goods in the cart come back: why, then the money, each part the way it came."""
        spoken = language().value

        def known(usual: tuple[str, ...]) -> None:
            if not usual:
                self._allowed(self._at.acting)
                return
            title, why = say("sale.return_why"), say("sale.return_why_words")
            ask(self._at, Question(title, why, say("approval.reason"), said, usual))

        def said(words: str) -> None:
            def aimed(to: Any) -> None:
                self._at.sale.cart = replace(self._sale.cart, to=to)
                self._allowed(replace(self._at.acting, reason=words))

            self._at.tasks.run(reasons.sends_to, words, spoken, then=aimed)

        self._at.tasks.run(reasons.usual, ReasonFor.RETURN, spoken, then=known)

    def _allowed(self, acting: Acting) -> None:
        """Rights and units first; then the centre is asked whether nobody else has them."""
        cart = self._sale.cart

        def begun(result: Any, who: Acting) -> None:
            if self._at.went_well(result):
                self._at.tasks.run(returning.claim, who, cart, then=lambda claim: self._ask(who, cart, claim))

        permitted(self._at, lambda desk, who: returning.begin(desk, who, cart), begun, acting)

    def _ask(self, acting: Acting, cart: Cart, claim: ReturnClaim | None) -> None:
        if claim is None:
            self._cards(acting, cart, list(returning.cards(cart)))
            return

        def answered(answer: Any) -> None:
            if isinstance(answer, Refusal):
                # The centre went away: a receipt of this till comes back as it does offline.
                self._at.tasks.run(
                    returning.without_centre, cart, answer, then=lambda no: self._claimed(acting, cart, no)
                )
                return
            self._claim = claim.id if answer.granted else ""
            self._at.tasks.run(
                returning.claimed, cart, answer, then=lambda no: self._claimed(acting, cart, no)
            )

        self._centre.ask(lambda client: client.claim_return(claim), answered)

    def _claimed(self, acting: Acting, cart: Cart, refusal: Refusal | None) -> None:
        if refusal is not None:
            self._at.tell_refusal(refusal)
        else:
            self._cards(acting, cart, list(returning.cards(cart)))

    def _cards(self, acting: Acting, cart: Cart, wanted: list[Wanted]) -> None:
        """Set the money of gift cards that come back aside, one after the other."""
        if not wanted:
            self._at.act(returning.begin, acting, cart, then=lambda back: self._give(acting, cart, back))
            return
        first = wanted.pop(0)

        def settled(result: Any) -> None:
            if self._at.went_well(result):
                self._cards(acting, cart, wanted)

        def answered(answer: Any) -> None:
            if isinstance(answer, Refusal):
                self._at.tell_refusal(answer)
            else:
                self._at.tasks.run(balances.settle, answer, then=settled)

        def kept(attempt: Any) -> None:
            if self._at.went_well(attempt):
                words = balances.asked(attempt, whole=True)
                self._centre.ask(lambda client: client.hold(words), answered)

        self._at.act(balances.begin, acting, first, then=kept)

    # giving

    def _give(self, acting: Acting, cart: Cart, result: Any) -> None:
        if not self._at.went_well(result):
            return

        def given(back: PayBack, who: Acting, finish: Finish) -> None:
            def done(sold: Any) -> None:
                if isinstance(sold, Refusal):
                    finish(Outcome(refusal=sold), lambda: None)
                    return
                self._claim = ""
                self._sale.forget()
                finish(Outcome(say("sale.returned", number=sold.sale.number)), self._sale.clear)

            self._at.act(selling.finish, who, cart, back.tendering, then=done)

        wanted = AskBack(result, acting, given, say("sale.more_return"))
        self._at.window.navigation.navigate("pay_back", ask=wanted)

    def let_go(self) -> None:
        """The goods stay with the customer after all."""
        claim, self._claim = self._claim, ""
        if claim:
            words = Release(ids=(claim,))

            def release(client: SiteClient) -> Any:
                return client.release(words)

            self._centre.ask(release, lambda _answer: None)


def _reachable(desk: Desk) -> bool:
    return desk.online()
