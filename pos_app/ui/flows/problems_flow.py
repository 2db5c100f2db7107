"""Problems at work: what was refused, in words, and the act that ends it."""

from __future__ import annotations

from typing import Any

from pos_app.operations import problems
from pos_app.operations.problems import Case
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.problems import ProblemsScreen, ProblemView
from pos_app.ui.wording import refused, say, when


class ProblemsFlow:
    """Every problem stays until somebody ends it."""

    def __init__(self, at: Workplace, screen: ProblemsScreen) -> None:
        self._at = at
        self._screen = screen
        screen.choice_pressed.connect(self._choose)
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, **_: object) -> None:
        """Show what is open."""
        self.refresh()

    def refresh(self) -> None:
        """Show what is open now."""
        self._at.tasks.run(problems.open_problems, then=self._show)

    def _show(self, cases: tuple[Case, ...]) -> None:
        self._screen.show_problems([self._view(case) for case in cases])

    def _view(self, case: Case) -> ProblemView:
        problem = case.problem
        return ProblemView(
            problem_id=problem.id,
            title=" · ".join(part for part in (case.number, case.customer) if part) or say("problems.sale"),
            words=refused(problem.code, problem.facts),
            detail=say("problems.told", when=when(problem.at, self._at.now())),
            badge=say("problems.refused"),
            choices=tuple((choice, say(f"problems.choice_{choice}")) for choice in case.choices),
        )

    def _choose(self, problem_id: str, choice: str) -> None:
        self._at.act(problems.resolve, self._at.acting, problem_id, choice, then=self._chosen)

    def _chosen(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("problems.ended"), tone="ok")
        self.refresh()
