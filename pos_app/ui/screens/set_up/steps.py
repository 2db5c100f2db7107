"""The steps of setting up, and the rail that shows how far one has come."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, row
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say


class Step(StrEnum):
    """One after the other."""

    SITE = "site"
    PRINTER = "printer"
    CAMERA = "camera"
    CARD = "card"
    SCANNER = "scanner"


STEPS = tuple(Step)
DEVICE_STEPS = STEPS[1:]
"""What can be changed later on."""

_ICONS = {
    Step.SITE: "store",
    Step.PRINTER: "printer",
    Step.CAMERA: "camera",
    Step.CARD: "credit-card",
    Step.SCANNER: "scan-barcode",
}


class StepRail(Surface):
    """All steps; those done are ticked, the present one is bold."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        super().__init__("card")
        self._steps = steps
        self._rows = column(gap=22)
        inside = column(gap=12)
        edges(inside, 24, 28, 24, 24)
        first = steps[0] is Step.SITE
        title = say("set_up.title" if first else "set_up.devices_title")
        inside.addWidget(Text(title, size=24, weight=700, wrap=True))
        hint = say("set_up.hint" if first else "set_up.devices_hint")
        inside.addWidget(Text(hint, size=15, tone="ink-2", wrap=True))
        inside.addSpacing(px(16))
        inside.addLayout(self._rows)
        inside.addStretch(1)
        self.setLayout(inside)

    def show_step(self, now: Step) -> None:
        """Say which step one is at."""
        clear(self._rows)
        for step in self._steps:
            self._rows.addLayout(_line(step, now))


def _line(step: Step, now: Step) -> QHBoxLayout:
    done = STEPS.index(step) < STEPS.index(now)
    line = row(gap=12)
    sign = QLabel()
    sign.setPixmap(pixmap("circle-check" if done else _ICONS[step], 24, "ok" if done else _tone(step, now)))
    line.addWidget(sign)
    weight = 700 if step is now else 500
    line.addWidget(Text(say(f"set_up.step_{step.value}"), size=18, weight=weight, tone=_tone(step, now)), 1)
    return line


def _tone(step: Step, now: Step) -> str:
    return "ink" if step is now else "ink-2"


def heading(step: Step) -> QWidget:
    """Title and explanation of a step."""
    head = QWidget()
    inside = column(gap=6)
    inside.addWidget(Text(say(f"set_up.{step.value}_title"), size=24, weight=700, wrap=True))
    inside.addWidget(Text(say(f"set_up.{step.value}_hint"), size=16, tone="ink-2", wrap=True))
    head.setLayout(inside)
    return head
