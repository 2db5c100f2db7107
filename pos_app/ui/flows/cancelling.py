"""Cancelling at work: how much of it, what becomes of the money, why; then it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pos_app.operations import cancelling, reasons
from pos_app.operations.cancelling import CancelOffer, CancelWish, DepositChoice
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.refunding import PayBack
from pos_app.ui.flows.approval_flow import Question, ask, permitted
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Finish, Outcome
from pos_app.ui.flows.undo import tell_with_undo
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.wording import language, money, refused, say
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.policies import DepositAtEnd
from site_sync.domain.shop import ReasonFor

WHOLE, VOIDED = "whole", "voided"

Done = Callable[[Changed], None]


@dataclass(frozen=True, slots=True)
class _Case:
    """One order being cancelled: which lines, by whom, and what has been answered so far."""

    offer: CancelOffer
    acting: Acting
    wish: CancelWish


class Cancelling:
    """Asks one question after another; nothing is kept before the last answer."""

    def __init__(self, at: Workplace, done: Done) -> None:
        self._at = at
        self._done = done

    def begin(self, order: Order, voided: tuple[int, ...], acting: Acting) -> None:
        """Cancel an order; `voided` are lines that could be cancelled alone."""
        lines = cancelling.units_of(order, voided)
        all_open = cancelling.units_of(order, tuple(line.id for line in order.lines))
        if not lines or set(lines) == set(all_open):
            self._offer(order, None, acting)
            return
        answers = (
            Answer(VOIDED, say("cancel.voided", count=len(lines)), _names(order, lines), main=True),
            Answer(WHOLE, say("cancel.whole"), _names(order, all_open)),
        )

        def chosen(code: str) -> None:
            self._offer(order, lines if code == VOIDED else None, acting)

        title = say("cancel.scope", number=order.number)
        self._at.window.navigation.navigate("choices", title=title, answers=answers, then=chosen)

    def _offer(self, order: Order, lines: tuple[LineQuantity, ...] | None, acting: Acting) -> None:
        def offered(result: Any) -> None:
            if self._at.went_well(result):
                case = _Case(result, acting, CancelWish(order.id, "", lines))
                self._ask_deposit(case)

        self._at.tasks.run(cancelling.offer, acting, order.id, lines, then=offered)

    # what becomes of the money

    def _ask_deposit(self, case: _Case) -> None:
        offer = case.offer
        if not offer.choices:
            self._ask_reason(case)
            return
        main = next((one.code for one in offer.choices if one.reason is None and one.missing is None), None)
        answers = [_answer(choice, main) for choice in offer.choices]

        def chosen(code: str) -> None:
            self._ask_reason(replace(case, wish=replace(case.wish, deposit=DepositAtEnd(code))))

        self._at.window.navigation.navigate(
            "choices",
            title=say("cancel.deposit", amount=money(offer.surplus)),
            words=say("cancel.deposit_words", name=offer.order.customer.name, number=offer.order.number),
            answers=answers,
            then=chosen,
        )

    # why

    def _ask_reason(self, case: _Case) -> None:
        def said(words: str) -> None:
            self._check(replace(case, wish=replace(case.wish, reason=words)))

        title = say("cancel.why", number=case.offer.order.number)

        def known(usual: tuple[str, ...]) -> None:
            question = Question(title, say("cancel.why_words"), say("cancel.other_reason"), said, usual)
            ask(self._at, question)

        self._at.tasks.run(reasons.usual, ReasonFor.CANCEL, language().value, then=known)

    # doing

    def _check(self, case: _Case) -> None:
        """Every right is there before any money moves."""

        def check(desk: Desk, acting: Acting) -> Any:
            return cancelling.check(desk, acting, case.wish)

        def checked(result: Any, acting: Acting) -> None:
            if isinstance(result, PayBack):
                self._pay_back(replace(case, acting=acting), result)
            elif self._at.went_well(result):
                self._at.act(cancelling.cancel, acting, case.wish, then=self._cancelled)

        permitted(self._at, check, checked, case.acting)

    def _pay_back(self, case: _Case, back: PayBack) -> None:
        def given(paid: PayBack, acting: Acting, finish: Finish) -> None:
            def kept(result: Any) -> None:
                if isinstance(result, Refusal):
                    finish(Outcome(refusal=result), lambda: None)
                else:
                    finish(Outcome(words_for(result)), lambda: self._done(result))

            self._at.act(cancelling.cancel, acting, case.wish, paid, then=kept)

        order = case.offer.order
        detail = f"{order.customer.name} · {case.wish.reason}"
        wanted = AskBack(back, case.acting, given, order.number, detail)
        self._at.window.navigation.navigate("pay_back", ask=wanted)

    def _cancelled(self, result: Any) -> None:
        if self._at.went_well(result):
            tell_with_undo(self._at, words_for(result), result)
            self._done(result)


def words_for(changed: Changed) -> str:
    """What was cancelled."""
    closed = changed.order.closed_at is not None or not any(
        line.quantities.live for line in changed.order.lines
    )
    return say("cancel.done" if closed else "cancel.part_done", number=changed.order.number)


def _names(order: Order, lines: tuple[LineQuantity, ...]) -> str:
    return ", ".join(order.line(part.line).description for part in lines)


def _answer(choice: DepositChoice, main: DepositAtEnd | None) -> Answer:
    why_not = ""
    if choice.reason is not None:
        known = choice.reason.code is Code.CONTACT_NEEDED
        why_not = (
            say("cancel.no_customer") if known else refused(choice.reason.code.value, choice.reason.facts)
        )
    locked = choice.missing is not None
    detail = say("cancel.locked") if locked else say(f"cancel.{choice.code.value}_detail")
    return Answer(
        choice.code.value,
        say(f"cancel.{choice.code.value}"),
        detail,
        main=choice.code is main,
        amount=money(choice.amount),
        why_not=why_not,
        locked=locked,
    )
