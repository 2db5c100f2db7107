"""The end of a payment: the change, and how the customer wants the receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.operations import receipts
from pos_app.operations.receipts import Offer
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import Receipt
from pos_app.ui.wording import refused
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.policies import ReceiptWanted


class ReceiptPart:
    """Asks for the receipt once the act is kept; whoever leaves without a word gets it the usual way."""

    def __init__(self, at: Workplace, screen: PaymentScreen) -> None:
        self._at = at
        self._screen = screen
        self._offer: Offer | None = None
        self._after: Callable[[], None] | None = None
        screen.finished.connect(self._finished)
        at.taken_back.connect(self._taken_back)

    @property
    def asking(self) -> bool:
        """Whether an act is kept and its end is shown."""
        return self._after is not None

    def begin(self) -> None:
        """A new payment: receipts nobody chose, as after a power cut, are printed before it."""
        self._at.tasks.run(receipts.choose, self._at.acting, ReceiptWanted.PRINT)

    def ask(self, words: str, change: Money, after: Callable[[], None]) -> None:
        """Show the end of a payment; `after` goes on from it."""
        self._after = after
        self._at.tasks.run(receipts.offer, then=lambda offer: self._show(words, change, offer))

    def _show(self, words: str, change: Money, offer: Offer | None) -> None:
        if self._after is None:
            return  # somebody left meanwhile
        self._offer = offer
        if offer is None:
            self._screen.show_done(words, change, wanted=None)
            return
        if offer.opens_drawer:
            self._at.drawer_wanted.emit()
        self._screen.show_done(words, change, email=offer.email, wanted=Receipt(offer.usual.value))

    def _taken_back(self, words: str) -> None:
        """What the screen says was done is not so any more."""
        if self.asking:
            self._screen.done.say_title(words)

    def put_away(self) -> None:
        """Somebody leaves the till: the receipt goes the usual way, and nobody waits for it."""
        offer = self._offer
        if self._after is None:
            return
        how, email = (ReceiptWanted.PRINT, "") if offer is None else (offer.usual, offer.email)
        self._at.tasks.run(receipts.choose, self._at.acting, how, email)
        self._leave()

    def _finished(self, wanted: str, email: str) -> None:
        if self._after is None:
            return
        if self._offer is None:
            self._leave()
            return
        how = ReceiptWanted(wanted or self._offer.usual.value)
        self._at.act(receipts.choose, self._at.acting, how, email, then=self._chosen)

    def _chosen(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._screen.done.show_email_error(refused(result.code.value, result.facts))
        else:
            self._leave()

    def _leave(self) -> None:
        after, self._after, self._offer = self._after, None, None
        if after is not None:
            after()
