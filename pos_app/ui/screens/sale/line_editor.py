"""Editing the chosen line in place: quantity, price, discount, note, void."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from pos_app.ui.screens.sale.views import SaleLineView
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, column, row
from pos_app.ui.widgets.fields import AmountField, TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import NotAnAmount, amount_typed, decimal_sign, money, say
from site_sync.domain.money import ABSURD_AMOUNT, BASIS_POINTS, Money
from site_sync.domain.quantities import MOST, parse, text_of

QUANTITY, PRICE, DISCOUNT, NOTE = "quantity", "price", "discount", "note"


class LineEditor(Card):
    """One line at a time; what is typed is checked here for form and said beside the field."""

    quantity_typed = Signal(str, int)
    price_typed = Signal(str, Money)
    discount_typed = Signal(str, int)
    note_typed = Signal(str, str)
    void_pressed = Signal(str)
    mark_pressed = Signal(str)
    way_pressed = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(edge=20, gap=12)
        self._line: SaleLineView | None = None
        self._name = Text("", size=20, weight=700, wrap=True)
        self._tabs = SegmentTabs()
        self._tabs.chosen.connect(self._open)
        self._value = AmountField("")
        self._value.entered.connect(self._apply)
        self._note = TextField(say("sale.note"))
        self._note.entered.connect(self._apply)
        self._pad = Numpad(enter=say("keys.ok"), key_height=64)
        self._pad.type_into(self._value.entry)
        self._pad.entered.connect(self._apply)
        self.column.addLayout(self._head())
        self.column.addWidget(self._tabs)
        self.column.addLayout(self._body(), 1)

    def _head(self) -> QHBoxLayout:
        head = row(gap=8)
        head.addWidget(self._name, 1)
        close = Key("", icon="x", height=48)
        close.setAccessibleName(say("keys.close"))
        close.set_shortcut("Esc")
        close.clicked.connect(self.closed)
        head.addWidget(close)
        return head

    def _body(self) -> QHBoxLayout:
        self._void = Key(say("sale.void_line"), tone="danger", icon="trash-2")
        self._void.set_shortcut("Ctrl+Del")
        self._void.clicked.connect(lambda: self.void_pressed.emit(self._line_id()))
        self._mark = Key(say("sale.mark"), icon="package-check")
        self._mark.clicked.connect(lambda: self.mark_pressed.emit(self._line_id()))
        self._way = Key(say("sale.way"), icon="truck")
        self._way.clicked.connect(lambda: self.way_pressed.emit(self._line_id()))
        self._less = Key("", icon="minus", height=56)
        self._less.setAccessibleName(say("sale.one_less"))
        self._less.clicked.connect(lambda: self._step(-1))
        self._plus = Key("", icon="plus", height=56)
        self._plus.setAccessibleName(say("sale.one_more"))
        self._plus.clicked.connect(lambda: self._step(1))
        body = row(gap=20)
        body.addLayout(self._fields(), 1)
        self._pad.setMinimumWidth(px(230))
        body.addWidget(self._pad, 1, Qt.AlignmentFlag.AlignTop)
        return body

    def _fields(self) -> QVBoxLayout:
        left = column(gap=12)
        steps = row(gap=8)
        steps.addWidget(self._less)
        steps.addWidget(self._plus)
        left.addWidget(self._value)
        left.addLayout(steps)
        left.addWidget(self._note)
        left.addStretch(1)
        left.addWidget(self._mark)
        left.addWidget(self._way)
        left.addWidget(self._void)
        return left

    def edit(self, line: SaleLineView, part: str = QUANTITY) -> None:
        """Edit this part of this line."""
        self._line = line
        self._name.say(line.name)
        tabs = [Tab(QUANTITY, say("sale.quantity"))]
        if line.may_price:
            tabs.append(Tab(PRICE, say("sale.price")))
        if line.may_discount:
            tabs.append(Tab(DISCOUNT, say("sale.discount")))
        tabs.append(Tab(NOTE, say("sale.note")))
        self._tabs.show_tabs(tabs)
        known = part if part in {tab.code for tab in tabs} else QUANTITY
        self._tabs.choose(known)
        self._void.set_label(say("sale.restore_line" if line.void else "sale.void_line"))
        self._mark.set_label(say("sale.unmark" if line.marked else "sale.mark"))
        self._mark.setVisible(line.markable)
        self._way.setVisible(line.sendable)
        self._open(known)

    def line_id(self) -> str:
        """The line being edited, empty when none is."""
        return self._line.line_id if self._line is not None else ""

    def show_error(self, words: str) -> None:
        """What the till refused, beside the field."""
        (self._note if self._tabs.current() == NOTE else self._value).show_error(words)

    def _line_id(self) -> str:
        return self.line_id()

    def _open(self, part: str) -> None:
        line = self._line
        if line is None:
            return
        is_note = part == NOTE
        self._value.setVisible(not is_note)
        self._pad.setVisible(not is_note)
        self._note.setVisible(is_note)
        for key in (self._less, self._plus):
            key.setVisible(part == QUANTITY)
        texts = {
            QUANTITY: text_of(line.quantity, line.unit, decimal_sign()),
            PRICE: money(line.unit_price),
            DISCOUNT: _percent_text(line.discount),
        }
        if is_note:
            self._note.set_text(line.note)
            self._note.setFocus()
            return
        self._value.rename(
            say(f"sale.{part}_of" if part != QUANTITY else "sale.quantity_of", unit=line.unit.code)
        )
        self._value.set_text(texts[part])
        self._value.entry.selectAll()
        self._value.setFocus()

    def _step(self, step: int) -> None:
        line = self._line
        if line is None:
            return
        try:
            now = parse(self._value.text(), line.unit)
        except ValueError:
            now = line.quantity
        self._value.set_text(
            text_of(max(line.unit.scale, now + step * line.unit.scale), line.unit, decimal_sign())
        )
        self._apply()

    def _apply(self) -> None:
        if self._line is None:
            return
        {QUANTITY: self._quantity, PRICE: self._price, DISCOUNT: self._discount, NOTE: self._noted}[
            self._tabs.current()
        ](self._line)

    def _quantity(self, line: SaleLineView) -> None:
        try:
            typed = parse(self._value.text(), line.unit)
        except ValueError:
            self._value.show_error(say("refusal.quantity_invalid"))
            return
        if typed == 0:
            self._value.show_error(say("sale.zero_quantity"))
        elif typed > MOST:
            self._value.show_error(say("refusal.quantity_too_large"))
        else:
            self.quantity_typed.emit(line.line_id, typed)

    def _price(self, line: SaleLineView) -> None:
        try:
            price = amount_typed(self._value.text(), line.unit_price.currency)
        except NotAnAmount:
            self._value.show_error(say("refusal.amount_invalid"))
            return
        if price.amount < 0:
            self._value.show_error(say("sale.negative_price"))
        elif price.amount > ABSURD_AMOUNT:
            self._value.show_error(say("refusal.amount_absurd"))
        else:
            self.price_typed.emit(line.line_id, price)

    def _discount(self, line: SaleLineView) -> None:
        try:
            share = amount_typed(self._value.text().removesuffix("%").strip(), "EUR").amount
        except NotAnAmount:
            self._value.show_error(say("sale.not_percent"))
            return
        if not 0 <= share <= BASIS_POINTS:
            self._value.show_error(say("sale.not_percent"))
        else:
            self.discount_typed.emit(line.line_id, share)

    def _noted(self, line: SaleLineView) -> None:
        self.note_typed.emit(line.line_id, self._note.text())


def _percent_text(basis_points: int) -> str:
    whole, part = divmod(basis_points, 100)
    return f"{whole}{decimal_sign()}{part:02d}" if part else str(whole)
