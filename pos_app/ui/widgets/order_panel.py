"""One order in a column: its lines with their state, what is paid and to pay, its history, its next act."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import MoneyLabel, Rule, ShortText, Text
from pos_app.ui.widgets.signature import SignatureView
from pos_app.ui.wording import say
from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One line of an order as shown."""

    quantity: str
    name: str
    badge: str = ""
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """An order as shown; `acts` are (code, label) of further acts, `main` the one on the money key."""

    order_id: str
    number: str
    badge: str
    badge_tone: str
    subtitle: str
    lines: tuple[DetailLine, ...]
    paid: Money
    to_pay: Money
    history: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sync: str = ""
    sync_tone: str = "ink-2"
    main: tuple[str, str] | None = None
    acts: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    signatures: tuple[tuple[str, str], ...] = ()
    """Whose they are and what was written, for each hand-over that was signed."""


class OrderPanel(Surface):
    """The right column of the orders screen."""

    act_pressed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("card")
        self._order_id = ""
        self._inside = column(gap=10)
        edges(self._inside, 20, 16, 20, 16)
        self.setLayout(self._inside)
        self.keys: dict[str, Key] = {}
        self.show_order(None)

    def show_order(self, details: OrderDetails | None) -> None:
        """Show an order, or say that none is chosen."""
        clear(self._inside)
        self.keys = {}
        if details is None:
            self._order_id = ""
            self._inside.addStretch(1)
            self._inside.addWidget(Text(say("orders.choose_one"), tone="ink-2", wrap=True))
            self._inside.addStretch(1)
            return
        self._order_id = details.order_id
        self._head(details)
        self._inside.addWidget(self._middle(details), 1)
        self._sums(details)
        self._foot(details)

    def _head(self, details: OrderDetails) -> None:
        top = row(gap=8)
        top.addWidget(ShortText(details.number, size=20, weight=700), 1)
        top.addWidget(Badge(details.badge, details.badge_tone))
        self._inside.addLayout(top)
        self._inside.addWidget(Text(details.subtitle, size=15, tone="ink-2", wrap=True))
        for fact in details.facts:
            self._inside.addWidget(Text(fact, size=15, wrap=True))
        if details.sync:
            self._inside.addWidget(Text(details.sync, size=14, weight=500, tone=details.sync_tone, wrap=True))
        self._inside.addWidget(Rule())

    def _middle(self, details: OrderDetails) -> QWidget:
        content = QWidget()
        inside = column(gap=6)
        for line in details.lines:
            inside.addWidget(_LineRow(line))
            inside.addWidget(Rule())
        if details.history:
            inside.addSpacing(px(8))
            inside.addWidget(Text(say("orders.history"), size=14, weight=600, tone="ink-2"))
            for words in details.history:
                inside.addWidget(Text(words, size=14, tone="ink-2", wrap=True))
        for name, text in details.signatures:
            inside.addSpacing(px(8))
            inside.addWidget(Text(say("orders.signed", name=name), size=14, weight=600, tone="ink-2"))
            inside.addWidget(SignatureView(say("orders.signed", name=name), text))
        inside.addStretch(1)
        content.setLayout(inside)
        return scrolled(content)

    def _sums(self, details: OrderDetails) -> None:
        paid = row()
        paid.addWidget(Text(say("orders.paid")))
        paid.addWidget(MoneyLabel(details.paid), 1)
        to_pay = row()
        to_pay.addWidget(Text(say("orders.to_pay"), size=21, weight=700))
        to_pay.addWidget(MoneyLabel(details.to_pay, size=22, weight=700), 1)
        self._inside.addLayout(paid)
        self._inside.addLayout(to_pay)

    def _foot(self, details: OrderDetails) -> None:
        foot = row(gap=8)
        for code, label in details.acts:
            key = Key(label, height=56, size=16)
            key.clicked.connect(lambda _=False, code=code: self._press(code))
            self.keys[code] = key
            foot.addWidget(key, 1)
        self._inside.addLayout(foot)
        if details.main:
            code, label = details.main
            main = BigKey(label)
            main.set_shortcut("F12")
            main.clicked.connect(lambda _=False, code=code: self._press(code))
            self.keys[code] = main
            self._inside.addWidget(main)

    def _press(self, code: str) -> None:
        self.act_pressed.emit(code, self._order_id)


class _LineRow(QWidget):
    """Quantity, name and state of one line."""

    def __init__(self, line: DetailLine) -> None:
        super().__init__()
        inside = row(gap=8)
        edges(inside, 0, 4, 0, 4)
        quantity = Text(line.quantity)
        quantity.setFixedWidth(px(46))
        inside.addWidget(quantity)
        inside.addWidget(ShortText(line.name), 1)
        if line.badge:
            inside.addWidget(Badge(line.badge, line.tone))
        self.setLayout(inside)
