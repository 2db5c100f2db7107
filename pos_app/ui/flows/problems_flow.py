"""Problems at work: what was not accepted, in words, and the act that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pos_app.operations import loose_cards, problems
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.loose_cards import LooseCard, LooseChoice
from pos_app.operations.problems import Case, Ended
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.problems import ENDED, ProblemsScreen
from pos_app.ui.views.problems import (
    OPEN_ORDER,
    card_view,
    ended_view,
    in_groups,
    note_words,
    problem_view,
)
from pos_app.ui.wording import say
from site_sync.domain.problems import Choice


@dataclass(frozen=True, slots=True)
class _Found:
    """What is open and what was dealt with lately."""

    cards: tuple[LooseCard, ...]
    cases: tuple[Case, ...]
    ended: tuple[Ended, ...]


class ProblemsFlow:
    """Every problem stays until somebody ends it."""

    def __init__(self, at: Workplace, screen: ProblemsScreen) -> None:
        self._at = at
        self._screen = screen
        self._cards: dict[str, LooseCard] = {}
        self._cases: dict[str, Case] = {}
        screen.choice_pressed.connect(self._choose)
        screen.tab_pressed.connect(lambda _tab: self.refresh())
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, **_: object) -> None:
        """Show what is open."""
        self.refresh()

    def refresh(self) -> None:
        """Show what is open now."""
        self._at.tasks.run(_look, then=self._show)

    def _show(self, found: _Found) -> None:
        self._cards = {card.attempt.id: card for card in found.cards}
        self._cases = {case.problem.id: case for case in found.cases}
        now = self._at.now()
        if self._screen.tabs.current() == ENDED:
            self._screen.show_problems([ended_view(one, now) for one in found.ended])
            return
        cards = [card_view(card, now) for card in found.cards]
        self._screen.show_problems([*cards, *(problem_view(case, now) for case in in_groups(found.cases))])

    def _choose(self, problem_id: str, choice: str) -> None:
        card, case = self._cards.get(problem_id), self._cases.get(problem_id)
        if choice in (LooseChoice.OPEN, OPEN_ORDER):
            order_id = card.order_id if card is not None else case.problem.order_id if case else ""
            self._at.window.navigation.navigate("sale", recall=order_id)
            return
        note = note_words(case, self._at.now()) if case is not None and choice == Choice.KEEP_NOTE else ""

        def act(desk: Desk, acting: Acting) -> Any:
            if card is not None:
                return loose_cards.end(desk, acting, problem_id, LooseChoice(choice))
            return problems.resolve(desk, acting, problem_id, choice, note)

        permitted(self._at, act, lambda result, _acting: self._chosen(result))

    def _chosen(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("problems.ended"), tone="ok")
        self.refresh()


def _look(desk: Desk) -> _Found:
    return _Found(loose_cards.loose(desk), problems.open_problems(desk), problems.ended_problems(desk))
