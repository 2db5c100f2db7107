"""Problems at work: what was refused, in words, and the act that ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pos_app.operations import loose_cards, problems
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.loose_cards import LooseCard, LooseChoice
from pos_app.operations.paying import REFUND
from pos_app.operations.problems import Case
from pos_app.store.card_attempts import AttemptState
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.problems import ProblemsScreen, ProblemView
from pos_app.ui.wording import money, refused, say, when


class ProblemsFlow:
    """Every problem stays until somebody ends it."""

    def __init__(self, at: Workplace, screen: ProblemsScreen) -> None:
        self._at = at
        self._screen = screen
        self._cards: dict[str, LooseCard] = {}
        screen.choice_pressed.connect(self._choose)
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, **_: object) -> None:
        """Show what is open."""
        self.refresh()

    def refresh(self) -> None:
        """Show what is open now."""
        self._at.tasks.run(_open, then=self._show)

    def _show(self, found: tuple[tuple[LooseCard, ...], tuple[Case, ...]]) -> None:
        cards, cases = found
        self._cards = {card.attempt.id: card for card in cards}
        shown = [self._card_view(card) for card in cards] + [
            problem_view(case, self._at.now()) for case in cases
        ]
        self._screen.show_problems(shown)

    def _card_view(self, card: LooseCard) -> ProblemView:
        attempt = card.attempt
        kind = "loose_refund" if attempt.purpose == REFUND else "loose_payment"
        key = kind if attempt.state is AttemptState.APPROVED else "unknown_card"
        return ProblemView(
            problem_id=attempt.id,
            title=card.number or say("problems.card"),
            words=say(f"problems.{key}", amount=money(attempt.amount)),
            detail=say("problems.card_when", when=when(attempt.at, self._at.now())),
            badge=say("problems.card_badge"),
            choices=tuple((choice, say(f"problems.choice_{choice}")) for choice in card.choices),
        )

    def _choose(self, problem_id: str, choice: str) -> None:
        card = self._cards.get(problem_id)
        if card is not None and choice == LooseChoice.OPEN:
            self._at.window.navigation.navigate("sale", recall=card.order_id)
            return

        def act(desk: Desk, acting: Acting) -> Any:
            if card is not None:
                return loose_cards.end(desk, acting, problem_id, LooseChoice(choice))
            return problems.resolve(desk, acting, problem_id, choice)

        permitted(self._at, act, lambda result, _acting: self._chosen(result))

    def _chosen(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("problems.ended"), tone="ok")
        self.refresh()


def problem_view(case: Case, now: datetime) -> ProblemView:
    """A problem in words; one that no act of a till brought about was not refused, but is to be settled."""
    problem = case.problem
    of_act = bool(problem.command_id)
    told = say("problems.told" if of_act else "problems.since", when=when(problem.at, now))
    return ProblemView(
        problem_id=problem.id,
        title=" · ".join(part for part in (case.number, case.customer) if part) or say("problems.sale"),
        words=refused(problem.code, problem.facts),
        detail=" ".join((told, *_basket(case))),
        badge=say("problems.refused" if of_act else "problems.to_settle"),
        choices=tuple(
            (choice, say(f"problems.choice_{choice}" if of_act else "problems.choice_settled"))
            for choice in case.choices
        ),
    )


def _basket(case: Case) -> tuple[str, ...]:
    """The orders that were made and paid together with this one, which are not touched by it."""
    numbers = case.problem.facts.get("basket")
    if not isinstance(numbers, list | tuple):
        return ()
    others = ", ".join(str(number) for number in numbers if number != case.number)
    return (say("problems.basket", numbers=others),)


def _open(desk: Desk) -> tuple[tuple[LooseCard, ...], tuple[Case, ...]]:
    return loose_cards.loose(desk), problems.open_problems(desk)
