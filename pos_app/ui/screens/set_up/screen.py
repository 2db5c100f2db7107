"""The set-up screen: a rail of steps, the step itself, and the keys to go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from pos_app.ui.screens.set_up.camera_step import CameraStep
from pos_app.ui.screens.set_up.card_step import CardStep
from pos_app.ui.screens.set_up.printer_step import PrinterStep
from pos_app.ui.screens.set_up.scanner_step import ScannerStep
from pos_app.ui.screens.set_up.site_step import SiteStep
from pos_app.ui.screens.set_up.steps import STEPS, Step, StepRail
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column, edges, row
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.wording import say


class SetUpScreen(QWidget):
    """`forward` and `skipped` name the step they leave; the site's step goes on by itself.

    With the devices' steps alone it changes them later; `left` is the way out then.
    """

    forward = Signal(str)
    skipped = Signal(str)
    step_changed = Signal(str)
    left = Signal()

    def __init__(self, steps: tuple[Step, ...] = STEPS) -> None:
        super().__init__()
        self.steps = steps
        self.rail = StepRail(steps)
        self.rail.setFixedWidth(px(260))
        self.site = SiteStep()
        self.printer = PrinterStep()
        self.camera = CameraStep()
        self.card = CardStep()
        self.scanner = ScannerStep()
        self._pages: dict[Step, QWidget] = {
            Step.SITE: self.site,
            Step.PRINTER: self.printer,
            Step.CAMERA: self.camera,
            Step.CARD: self.card,
            Step.SCANNER: self.scanner,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.back = Key(say("keys.back"), height=72)
        self.back.set_shortcut("Esc")
        self.skip = Key("", height=72)
        self.next = BigKey(say("set_up.next"))
        self.next.set_shortcut("F12")
        self._lay_out()
        self.back.clicked.connect(self._back)
        self.skip.clicked.connect(lambda: self.skipped.emit(self.step.value))
        self.next.clicked.connect(lambda: self.forward.emit(self.step.value))
        self.show_step(steps[0])

    def _lay_out(self) -> None:
        right = column(gap=16)
        edges(right, 24, 20, 24, 20)
        right.addWidget(self._stack, 1)
        right.addLayout(self._foot())
        whole = row(gap=0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        self.setLayout(whole)

    def _foot(self) -> QHBoxLayout:
        foot = row(gap=8)
        foot.addWidget(self.back, 1)
        foot.addWidget(self.skip, 1)
        foot.addWidget(self.next, 3)
        return foot

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return STEPS[self._stack.currentIndex()]

    def show_step(self, step: Step) -> None:
        """Go to a step."""
        self.rail.show_step(step)
        self._stack.setCurrentWidget(self._pages[step])
        later = self.steps[0] is not Step.SITE
        self.back.setVisible(later or step not in (Step.SITE, Step.PRINTER))
        self.skip.setVisible(step in (Step.PRINTER, Step.CAMERA))
        if step in (Step.PRINTER, Step.CAMERA):
            self.skip.set_label(say(f"set_up.without_{step.value}"))
        self.next.setVisible(step is not Step.SITE)
        last = "set_up.keep" if later else "set_up.finish"
        self.next.set_label(say(last if step is Step.SCANNER else "set_up.next"))
        self._pages[step].setFocus()
        self.step_changed.emit(step.value)

    def _back(self) -> None:
        place = self.steps.index(self.step)
        if place:
            self.show_step(self.steps[place - 1])
        else:
            self.left.emit()
