"""Goods of an order coming back at work: which units, why, the money back, then it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pos_app.operations import order_returns
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.order_returns import Returnable, ReturnWish
from pos_app.operations.refunding import PayBack
from pos_app.ui.flows.approval_flow import Question, ask, permitted
from pos_app.ui.flows.line_choice_flow import LineView
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Finish, Outcome
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.screens.line_choice import ChoiceLine, ChoiceSum
from pos_app.ui.wording import language, money, quantity, say
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import Order
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import Reason, ReasonFor

OTHER, OTHER_DAMAGED = "other", "other_damaged"


class ReturningGoods:
    """One order whose goods come back; nothing is kept before the last answer."""

    def __init__(self, at: Workplace, order: Order, acting: Acting, done: Callable[[Changed], None]) -> None:
        self._at = at
        self._order = order
        self._acting = acting
        self._done = done
        self._lines: tuple[Returnable, ...] = order_returns.lines(order)
        self._units: dict[int, int] = dict.fromkeys((one.line.id for one in self._lines), 0)
        if len(self._lines) == 1:
            self._units[self._lines[0].line.id] = self._lines[0].most

    def begin(self) -> None:
        """Choose what comes back."""
        self._at.window.navigation.navigate("line_choice", ask=self)

    # which units

    def view(self) -> LineView:
        """The lines that can come back and how many of each do."""
        value = order_returns.value(self._order, self._units)
        return LineView(
            title=say("returning.title", number=self._order.number),
            words=say("returning.words", name=self._order.customer.name),
            go=say("returning.go"),
            lines=tuple(self._line(one) for one in self._lines),
            sums=(ChoiceSum(say("returning.worth"), money(value), strong=True),),
            ready=any(self._units.values()),
        )

    def _line(self, one: Returnable) -> ChoiceLine:
        line, count = one.line, self._units[one.line.id]
        chosen = say("collect.of", now=quantity(count, line.unit), of=quantity(one.most, line.unit))
        amount = money(order_returns.value(self._order, {line.id: count}))
        detail = say("returning.price", price=money(line.unit_price))
        return ChoiceLine(line.id, line.description, detail, chosen, amount, live=count > 0)

    def step(self, line: int, step: int) -> None:
        """One unit more or less; something weighed comes back whole."""
        one = next(one for one in self._lines if one.line.id == line)
        size = 1 if one.line.unit.decimals == 0 else one.most
        self._units[line] = max(0, min(one.most, self._units[line] + step * size))

    def go_on(self) -> None:
        """Ask why; the answer says where the goods go."""
        self._at.tasks.run(_reasons, then=self._ask_reason)

    # why, and where to

    def _ask_reason(self, reasons: tuple[Reason, ...]) -> None:
        spoken = language().value
        answers = [
            Answer(f"reason:{one.code}", one.words(spoken), say(f"returning.to_{one.stock_to.value}"))
            for one in reasons
        ]
        answers.append(Answer(OTHER, say("returning.other"), say("returning.to_on_hand")))
        answers.append(Answer(OTHER_DAMAGED, say("returning.other_damaged"), say("returning.to_damaged")))
        known = {f"reason:{one.code}": one for one in reasons}

        def chosen(code: str) -> None:
            if code in known:
                self._check(known[code].words(spoken), damaged=known[code].stock_to is ReturnTo.DAMAGED)
            else:
                self._ask_words(damaged=code == OTHER_DAMAGED)

        title = say("returning.why", number=self._order.number)
        self._at.window.navigation.navigate("choices", title=title, answers=answers, then=chosen)

    def _ask_words(self, *, damaged: bool) -> None:
        title = say("returning.why", number=self._order.number)
        field = say("approval.reason")
        ask(self._at, Question(title, "", field, lambda words: self._check(words, damaged=damaged)))

    # doing

    def _check(self, reason: str, *, damaged: bool) -> None:
        """Every right is there before any money moves."""
        wish = ReturnWish(self._order.id, dict(self._units), reason, damaged)

        def begin(desk: Desk, acting: Acting) -> Any:
            return order_returns.begin(desk, acting, wish)

        def begun(result: Any, acting: Acting) -> None:
            if isinstance(result, PayBack):
                self._pay_back(wish, acting, result)
            elif self._at.went_well(result):
                self._at.act(order_returns.finish, acting, wish, then=self._kept)

        permitted(self._at, begin, begun, replace(self._acting, reason=self._acting.reason or reason))

    def _pay_back(self, wish: ReturnWish, acting: Acting, back: PayBack) -> None:
        def given(paid: PayBack, who: Acting, finish: Finish) -> None:
            def kept(result: Any) -> None:
                if isinstance(result, Refusal):
                    finish(Outcome(refusal=result), lambda: None)
                else:
                    finish(Outcome(self._words()), lambda: self._done(result))

            self._at.act(order_returns.finish, who, wish, paid, then=kept)

        detail = f"{self._order.customer.name} · {wish.reason}"
        self._at.window.navigation.navigate(
            "pay_back", ask=AskBack(back, acting, given, self._order.number, detail)
        )

    def _kept(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(self._words(), tone="ok", seconds=8)
            self._done(result)

    def _words(self) -> str:
        return say("returning.done", number=self._order.number)


def _reasons(desk: Desk) -> tuple[Reason, ...]:
    return desk.store.shop.reasons(ReasonFor.RETURN)
