"""How much by which tender: amount, quick cash, numpad, tenders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.screens.payment.views import TenderChoice
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import clear, column, grid, row
from pos_app.ui.widgets.fields import AmountField, TextField
from pos_app.ui.widgets.keys import ActionTile, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.wording import NotAnAmount, amount_typed, money, say
from site_sync.domain.money import ABSURD_AMOUNT, Money

NARROW = 560


class Tendering(QWidget):
    """Hands over tender, amount (0 where what is left is less than the smallest coin) and reference."""

    tendered = Signal(str, Money, str)

    def __init__(self) -> None:
        super().__init__()
        self._due = Money(0, "EUR")
        self._tenders: dict[str, TenderChoice] = {}
        self._asking = ""
        self.keys: dict[str, ActionTile] = {}
        self._quick_row: QHBoxLayout = row(gap=8)
        self._grid: QGridLayout = grid(gap=10)
        self.amount = AmountField(say("payment.amount"), size=30)
        self.amount.entered.connect(self._first)
        self.reference = TextField("")
        self.reference.entered.connect(self._referenced)
        self._reference_key = Key(say("keys.ok"), tone="dark")
        self._reference_key.clicked.connect(self._referenced)
        self._pad = Numpad(key_height=58)
        self._pad.type_into(self.amount.entry)
        self._pad.setFixedWidth(px(252))
        self._top = row(gap=20)
        self._top.addLayout(self._fields(), 1)
        self._top.addWidget(self._pad)
        inside = column(gap=16)
        inside.addLayout(self._top)
        inside.addLayout(self._grid)
        inside.addStretch(1)
        self.setLayout(inside)
        self.setFocusProxy(self.amount)

    def _fields(self) -> QVBoxLayout:
        fields = column(gap=10)
        fields.addWidget(self.amount)
        self._quick_title = Text(say("payment.quick"), size=14, weight=500, tone="ink-2")
        fields.addWidget(self._quick_title)
        fields.addLayout(self._quick_row)
        fields.addWidget(self.reference)
        fields.addWidget(self._reference_key)
        fields.addStretch(1)
        self.reference.hide()
        self._reference_key.hide()
        return fields

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow screen the pad stands below the fields, and fewer tenders side by side."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.TopToBottom if self._narrow else ways.LeftToRight)
        self._place()

    @property
    def _narrow(self) -> bool:
        return self.width() < px(NARROW)

    def _place(self) -> None:
        """The tenders row by row."""
        side_by_side = 2 if self._narrow else 3
        for number, key in enumerate(self.keys.values()):
            self._grid.addWidget(key, number // side_by_side, number % side_by_side)

    def show_due(self, due: Money) -> None:
        """Propose the whole of what is left."""
        self._due = due if due.amount >= 0 else -due
        self.amount.set_text(money(self._due))
        self.amount.entry.selectAll()
        self._ask_reference("")

    def show_quick_cash(self, amounts: Sequence[Money], tender: str) -> None:
        """Notes and round amounts that are tendered at one touch."""
        clear(self._quick_row)
        self._quick_title.setVisible(bool(amounts))
        for amount in amounts:
            key = Key(money(amount), height=64, size=18)
            key.setAccessibleName(say("payment.cash_key", amount=amount))
            key.clicked.connect(lambda _=False, given=amount: self.tendered.emit(tender, given, ""))
            self._quick_row.addWidget(key)

    def show_tenders(self, tenders: Sequence[TenderChoice]) -> None:
        """The ways to pay, the first one by Enter."""
        clear(self._grid)
        self._tenders = {tender.code: tender for tender in tenders}
        self.keys = {}
        for number, tender in enumerate(tenders):
            state = "disabled" if not tender.possible else "main" if number == 0 else "normal"
            key = ActionTile(tender.text, detail=tender.detail, state=state, icon=tender.icon)
            if tender.possible and number < 9:
                key.set_shortcut(f"Alt+{number + 1}")
            key.clicked.connect(lambda _=False, code=tender.code: self._pressed(code))
            self.keys[tender.code] = key
        self._place()

    def fix_amount(self) -> None:
        """The amount stands; only the way is chosen: the first one by Enter."""
        self._pad.hide()
        self.amount.entry.setReadOnly(True)
        first = next(iter(self.keys.values()), None)
        if first is not None:
            self.setFocusProxy(first)

    def show_error(self, words: str) -> None:
        """What was refused, beside the field it belongs to."""
        (self.reference if self._asking else self.amount).show_error(words)

    def give_reference(self, text: str) -> bool:
        """A card was scanned; whether its number was asked for."""
        if not self._asking:
            return False
        self.reference.set_text(text)
        self._referenced()
        return True

    def _first(self) -> None:
        first = next((tender.code for tender in self._tenders.values() if tender.possible), "")
        if first:
            self._pressed(first)

    def _pressed(self, code: str) -> None:
        tender = self._tenders[code]
        amount = self._typed(tender)
        if amount is None:
            return
        if tender.reference:
            self._ask_reference(code)
        else:
            self.tendered.emit(code, amount, "")

    def _ask_reference(self, code: str) -> None:
        self._asking = code
        asked = self._tenders.get(code)
        self.reference.setVisible(asked is not None)
        self._reference_key.setVisible(asked is not None)
        if asked is not None:
            self.reference.rename(asked.reference)
            self.reference.set_text("")
            self.reference.setFocus()

    def _referenced(self) -> None:
        tender = self._tenders.get(self._asking)
        if tender is None:
            return
        if not self.reference.text():
            self.reference.show_error(say("payment.reference_needed"))
            return
        amount = self._typed(tender)
        if amount is not None:
            self.tendered.emit(tender.code, amount, self.reference.text())

    def _typed(self, tender: TenderChoice) -> Money | None:
        try:
            amount = amount_typed(self.amount.text(), self._due.currency)
        except NotAnAmount:
            self.amount.show_error(say("refusal.amount_invalid"))
            return None
        words = ""
        if amount.amount <= 0:
            words = say("payment_actions.not_negative")
        elif amount.amount > ABSURD_AMOUNT:
            words = say("refusal.amount_absurd")
        elif amount > self._due and not tender.may_exceed:
            words = say("payment_actions.over", most=self._due)
        self.amount.show_error(words)
        return None if words else amount
