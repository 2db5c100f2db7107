"""Choosing among lines at work: whoever asks keeps what was chosen, this shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.line_choice import ChoiceLine, ChoiceSum, LineChoiceScreen


@dataclass(frozen=True, slots=True)
class LineView:
    """What is shown: the question, the lines as chosen, what they come to, whether one can go on."""

    title: str
    words: str
    go: str
    lines: tuple[ChoiceLine, ...]
    sums: tuple[ChoiceSum, ...]
    ready: bool


class AsksLines(Protocol):
    """Somebody who wants lines chosen."""

    def view(self) -> LineView:
        """The choice as it stands."""
        ...

    def step(self, line: int, step: int) -> None:
        """One more, or one less, of a line."""
        ...

    def go_on(self) -> None:
        """The choice is made."""
        ...


class LineChoiceFlow:
    """Shows one choice at a time; going back chooses nothing."""

    def __init__(self, at: Workplace, screen: LineChoiceScreen) -> None:
        self._screen = screen
        self._ask: AsksLines | None = None
        screen.changed.connect(self._changed)
        screen.done.connect(self._done)
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, ask: AsksLines | None = None, **_: object) -> None:
        """Choose for this."""
        if ask is not None:
            self._ask = ask
        self._show()

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _show(self) -> None:
        if self._ask is not None:
            view = self._ask.view()
            self._screen.ask(view.title, view.words, view.go)
            self._screen.show_lines(view.lines, view.sums, ready=view.ready)

    def _changed(self, line: int, step: int) -> None:
        if self._ask is not None:
            self._ask.step(line, step)
            self._show()

    def _done(self) -> None:
        if self._ask is not None:
            self._ask.go_on()
