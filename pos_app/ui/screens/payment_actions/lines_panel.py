"""Choosing the units to pick up now, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.payment_actions.views import PickUpLine
from pos_app.ui.widgets.cards import Surface, clear, column, laid_out, row, scrolled
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import FieldError, Text
from pos_app.ui.widgets.quantity_row import QuantityLine, QuantityRow
from pos_app.ui.wording import quantity, say


class LinesPanel(QWidget):
    """Shows what may leave; minus and plus choose how much of it leaves now."""

    confirmed = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[int, PickUpLine] = {}
        self._chosen: dict[int, int] = {}
        self._title = Text("", size=19, weight=700, wrap=True)
        self._error = FieldError()
        self._rows = column(gap=4)
        self.confirm_key = BigKey(say("payment_actions.pick_up"))
        self.confirm_key.set_shortcut("F12")
        self.confirm_key.clicked.connect(self._confirm)
        every = Key(say("payment_actions.all_lines"), height=72)
        every.clicked.connect(self._everything)
        cancel = Key("", icon="chevron-left", height=72)
        cancel.setAccessibleName(say("keys.back"))
        cancel.clicked.connect(self.cancelled)
        holder = Surface("card")
        rows = column(gap=0)
        rows.addLayout(self._rows)
        rows.addStretch(1)
        holder.setLayout(rows)
        inside = column(gap=10)
        inside.addWidget(self._title)
        inside.addWidget(scrolled(holder), 1)
        inside.addWidget(self._error)
        keys = row(gap=8)
        for key, stretch in ((cancel, 1), (every, 1), (self.confirm_key, 2)):
            keys.addWidget(key, stretch)
        inside.addLayout(keys)
        self.setLayout(inside)

    def ask(self, title: str, lines: Sequence[PickUpLine]) -> None:
        """Ask for the units of these lines; none are chosen yet."""
        self._title.say(title)
        self._error.say("")
        self._lines = {line.line: line for line in lines}
        self._chosen = dict.fromkeys(self._lines, 0)
        self._show()
        first = self.step_key(next(iter(self._lines), 0), 1)
        if first is not None:
            first.setFocus()

    def step_key(self, line: int, step: int) -> Key | None:
        """The plus (step 1) or minus (step -1) of a line."""
        for number, row_of in self._shown():
            keys = row_of.findChildren(Key)
            if number == line and keys:
                return keys[0] if step < 0 else keys[-1]
        return None

    def _shown(self) -> list[tuple[int, QWidget]]:
        return list(zip(self._lines, laid_out(self._rows), strict=False))

    def _show(self) -> None:
        clear(self._rows)
        for line in self._lines.values():
            now = quantity(self._chosen[line.line], line.unit)
            shown = QuantityLine(line.line, now, quantity(line.most, line.unit), line.name, line.amount)
            row_of = QuantityRow(shown, editing=True)
            row_of.changed.connect(self._step)
            self._rows.addWidget(row_of)

    def _step(self, number: int, step: int) -> None:
        line = self._lines[number]
        now = self._chosen[number] + step * line.unit.scale
        self._chosen[number] = max(0, min(line.most, now))
        self._error.say("")
        self._show()
        key = self.step_key(number, step)
        if key is not None:
            key.setFocus(Qt.FocusReason.TabFocusReason)

    def _everything(self) -> None:
        self._chosen = {line.line: line.most for line in self._lines.values()}
        self._show()
        self.confirm_key.setFocus()

    def _confirm(self) -> None:
        wanted = {line: units for line, units in self._chosen.items() if units}
        if wanted:
            self.confirmed.emit(wanted)
        else:
            self._error.say(say("payment_actions.choose_lines"))
