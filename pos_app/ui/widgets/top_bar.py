"""The one dark bar on top: place, counters, state of the till, staff and clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, edges, laid_out, row
from pos_app.ui.widgets.chips import BarText, CounterChip, StatusDot
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class Counter:
    """A live count, such as orders to pick; `tone` is ok or warn."""

    code: str
    text: str
    count: int
    tone: str = "ok"


@dataclass(frozen=True, slots=True)
class Dot:
    """The state of one thing, such as the printer; `tone` is ok, warn or bad."""

    code: str
    text: str
    tone: str


class TopBar(Surface):
    """Always visible; every part of it can be pressed."""

    counter_pressed = Signal(str)
    dot_pressed = Signal(str)
    staff_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("bar")
        self.setFixedHeight(px(56))
        self._place = ShortText("", size=16, weight=700, tone="bar-ink")
        self._place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._place.setMinimumWidth(px(64))
        self._counters: QHBoxLayout = row(gap=18)
        self._dots: QHBoxLayout = row(gap=12)
        self._shown_counters: tuple[Counter, ...] = ()
        self._shown_dots: tuple[Dot, ...] = ()
        self._staff = BarText("")
        self._staff.clicked.connect(self.staff_pressed)
        self._staff.hide()
        self._clock = Text("", size=16, tone="bar-ink")
        inside = self._inside = row(gap=18)
        edges(inside, 16, 0, 16, 0)
        inside.addWidget(self._place)
        inside.addLayout(self._counters)
        inside.addStretch(1)
        inside.addLayout(self._dots)
        inside.addWidget(self._staff)
        inside.addWidget(self._clock)
        self.setLayout(inside)

    def show_place(self, text: str) -> None:
        """Store and till."""
        self._place.say(text)

    def show_counters(self, counters: Sequence[Counter]) -> None:
        """The counts beside the place; unchanged ones are left alone."""
        if tuple(counters) == self._shown_counters:
            return
        self._shown_counters = tuple(counters)
        clear(self._counters)
        for counter in counters:
            chip = CounterChip(counter.code, counter.text, counter.count, counter.tone)
            chip.clicked.connect(lambda _=False, code=counter.code: self.counter_pressed.emit(code))
            self._counters.addWidget(chip)
        self._fit()

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """The state of the sync and of each device."""
        if tuple(dots) == self._shown_dots:
            return
        self._shown_dots = tuple(dots)
        clear(self._dots)
        for dot in dots:
            sign = StatusDot(dot.code, dot.text, dot.tone)
            sign.clicked.connect(lambda _=False, code=dot.code: self.dot_pressed.emit(code))
            self._dots.addWidget(sign)
        self._fit()

    def show_staff(self, name: str) -> None:
        """Who is signed in; nobody when empty."""
        self._staff.set_label(name)
        self._staff.setAccessibleName(say("bar.staff", name=name) if name else "")
        self._staff.setVisible(bool(name))
        self._fit()

    def show_time(self, text: str) -> None:
        """The shop's time."""
        self._clock.say(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Dots speak as far as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """On a narrow bar only dots that warn speak, and no more of them than there is room for.

        The first one always does: how the till stands to its site. The bar never makes the window wider.
        """
        signs = [sign for sign in laid_out(self._dots) if isinstance(sign, StatusDot)]
        narrow = self.width() < px(1180)
        for sign in signs:
            sign.set_short(short=narrow and not sign.warns)
        for sign in reversed(signs[1:]):
            if self._needed() <= self.width():
                return
            sign.set_short(short=True)

    def _needed(self) -> int:
        """The width without which something is cut off; the place may give way to a few letters."""
        counters, dots, edge = laid_out(self._counters), laid_out(self._dots), self._inside.contentsMargins()
        parts = [*counters, *dots, self._clock, *([] if self._staff.isHidden() else [self._staff])]
        gaps = 5 * self._inside.spacing()
        gaps += len(counters) * self._counters.spacing() + len(dots) * self._dots.spacing()
        wide = self._place.minimumWidth() + sum(part.sizeHint().width() for part in parts)
        return edge.left() + wide + gaps + edge.right()
