"""Gift cards, credit and accounts in a payment: asked at the centre, set aside, let go when not used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import balances
from pos_app.operations.balances import Wanted
from pos_app.operations.desk import Desk
from pos_app.store.balance_attempts import BalanceAttempt
from pos_app.ui.flows.workplace import Workplace
from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender
from site_sync.protocol.balances import BalanceState, HoldAnswer, Release
from site_sync.worker.client import SiteClient

Told = Callable[[Refusal], None]
Taken = Callable[[BalanceAttempt], None]


class BalancePart:
    """One question at a time; what the centre set aside and no act uses is let go again."""

    def __init__(self, at: Workplace, centre: Centre, taken: Taken, refused: Told) -> None:
        self._at = at
        self._centre = centre
        self._taken = taken
        self._refused = refused
        self.waiting = False

    def begin(self, tender: Tender, typed: str, customer: Customer | None, amount: Money) -> None:
        """Set money of a balance aside: all that is wanted, or all that is there."""
        if self.waiting:
            return
        holder = balances.holder(tender, typed, customer)
        if isinstance(holder, Refusal):
            self._refused(holder)
            return
        self.waiting = True
        wanted = Wanted(tender.code, holder, amount)
        self._at.act(balances.begin, self._at.acting, wanted, then=self._kept)

    def _kept(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._end(result)
            return
        words = balances.asked(result)
        self._centre.ask(lambda client: client.hold(words), self._answered)

    def _answered(self, answer: HoldAnswer | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._end(answer)
        else:
            self._at.tasks.run(balances.settle, answer, then=self._settled)

    def _settled(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._end(result)
            return
        self.waiting = False
        self._taken(result)

    def _end(self, refusal: Refusal) -> None:
        self.waiting = False
        self._refused(refusal)

    def let_go(self, besides: tuple[str, ...] = ()) -> None:
        """Let go at the centre of all that stands in no act, but for what this payment still holds."""
        self._at.tasks.run(balances.left_over, besides, then=self._release)

    def _release(self, release: Release | None) -> None:
        if release is None:
            return

        def done(answer: Any) -> None:
            if not isinstance(answer, Refusal):
                self._at.tasks.run(balances.released, release)

        self._centre.ask(lambda client: client.release(release), done)


def ask_balance(at: Workplace, centre: Centre, holder: Holder, then: Callable[[Any], None]) -> None:
    """Ask what one balance holds; `then` gets a `BalanceState` or a `Refusal`."""

    def one(answer: Any) -> BalanceState | Refusal:
        return answer if isinstance(answer, Refusal) else answer.balances[0]

    def prepared(words: Any) -> None:
        if isinstance(words, Refusal):
            then(words)
            return

        def question(client: SiteClient) -> Any:
            return client.balances(words)

        centre.ask(question, lambda answer: then(one(answer)))

    def ask(desk: Desk) -> Any:
        return balances.question(desk, (holder,))

    at.tasks.run(ask, then=prepared)


def ask_free(
    at: Workplace, centre: Centre, customer: Customer, then: Callable[[dict[BalanceKind, Money]], None]
) -> None:
    """Ask what a customer's credit and account have free; without the centre nothing is told."""
    holders = balances.of_customer(customer)

    def prepared(words: Any) -> None:
        if not isinstance(words, Refusal):
            centre.ask(lambda client: client.balances(words), answered)

    def answered(answer: Any) -> None:
        if not isinstance(answer, Refusal):
            then({one.kind: one.available for one in answer.balances})

    if holders:
        at.tasks.run(balances.question, holders, then=prepared)
