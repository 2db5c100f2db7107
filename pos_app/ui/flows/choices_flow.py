"""Asking staff one question and going on with the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer, ChoicesScreen

Answered = Callable[[str], None]


class ChoicesFlow:
    """Gives the answer back to whoever asked; going back answers nothing."""

    def __init__(self, at: Workplace, screen: ChoicesScreen) -> None:
        self._at = at
        self._screen = screen
        self._then: Answered = lambda _code: None
        screen.chosen.connect(self._chosen)
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(
        self,
        title: str = "",
        words: str = "",
        answers: Sequence[Answer] = (),
        then: Answered | None = None,
    ) -> None:
        """Ask; `then` gets the code of the answer once this screen is left."""
        if then is not None:
            self._then = then
        self._screen.ask(title, words, answers)

    def _chosen(self, code: str) -> None:
        self._at.window.navigation.back()
        self._then(code)
