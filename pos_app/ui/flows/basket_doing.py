"""A basket of several orders, chosen in the payment-action dialog: rehearsed, paid at once, kept, undone."""

from __future__ import annotations

from typing import Any

from pos_app.operations import baskets
from pos_app.operations.baskets import Settled
from pos_app.operations.desk import Acting, Changed
from pos_app.operations.paying import Tendering
from pos_app.operations.undoing import UNDO_SECONDS, Undo
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import say
from site_sync.domain.errors import Refusal


class BasketDoing:
    """Makes all orders of the sale, or none."""

    def __init__(self, at: Workplace) -> None:
        self._at = at

    def settle(self, what: Settled, acting: Acting) -> None:
        """Rehearse it first, so that what would be refused is refused before money moves."""

        def tried(result: Any, who: Acting) -> None:
            if isinstance(result, Refusal):
                self._at.tell_refusal(result)
            elif what.amount:
                self._take(what, who)
            else:
                self._at.act(baskets.finish, who, what, then=self._done)

        permitted(self._at, lambda desk, who: baskets.check(desk, who, what), tried, acting)

    def _take(self, what: Settled, acting: Acting) -> None:
        def paid(tendering: Tendering, finish: Finish) -> None:
            self._at.act(
                baskets.finish, acting, what, tendering, then=lambda result: self._paid(result, finish)
            )

        first = what.shown.draft.after
        title = say("payment_actions.title_basket", count=len(what.portions))
        ask = Ask(what.amount, paid, title, first.customer.name, first.id)
        self._at.window.navigation.navigate("payment", ask=ask)

    def _paid(self, result: Any, finish: Finish) -> None:
        if isinstance(result, Refusal):
            finish(Outcome(refusal=result), lambda: None)
        else:
            self._at.sale.clear()
            finish(Outcome(_words(result)), self._leave)

    def _leave(self) -> None:
        self._at.sale.clear()
        self._at.window.navigation.home("sale")

    def _done(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._at.tell_refusal(result)
            return
        words, reason = _words(result), say("cancel.undone_reason")

        def tell(undo: tuple[Undo, ...]) -> None:
            self._tell(words, undo)

        self._at.tasks.run(baskets.undo_of, self._at.acting, result, reason, then=tell)
        self._leave()

    def _tell(self, words: str, undo: tuple[Undo, ...]) -> None:
        """Say what was made; where no money moved all of it can be taken back at one touch."""
        if not undo:
            self._at.tell(words, tone="ok", seconds=8)
            return

        def undone(result: Any, _who: Acting) -> None:
            if self._at.went_well(result):
                self._at.tell(say("payment_actions.basket_undone", numbers=_numbers(result)), tone="ok")

        def take_back() -> None:
            if self._at.staff is not None:
                permitted(self._at, lambda desk, who: baskets.undo(desk, who, undo), undone)

        self._at.window.notices.notify(words, tone="ok", seconds=UNDO_SECONDS, undo=take_back)


def _words(done: tuple[Changed, ...]) -> str:
    name = done[0].order.customer.name
    return say("payment_actions.basket_saved", numbers=_numbers(done), name=name)


def _numbers(done: tuple[Changed, ...]) -> str:
    return ", ".join(one.order.number for one in done)
