"""Handing a packed order to a carrier: where it goes, who takes it, under which tracking number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

OTHER = "*"


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order as it is handed over; `address` are its lines, `carriers` those the shop usually uses."""

    number: str
    customer: str
    address: tuple[str, ...]
    bags: str
    told: str
    carriers: tuple[str, ...]


class ShippingScreen(Surface):
    """One order; the tracking number is scanned or typed."""

    shipped = Signal(str, str)
    note_pressed = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self._title = Text("", size=24, weight=700, wrap=True)
        self._address = Text("", size=20, wrap=True)
        self._bags = Text("", size=16, tone="ink-2", wrap=True)
        self._told = Text("", size=15, tone="ink-2", wrap=True)
        self.carriers = SegmentTabs(columns=4, shortcuts=True)
        self.carriers.chosen.connect(lambda _code: self._follow())
        self.carrier = TextField(say("shipping.carrier_name"))
        self.tracking = TextField(say("shipping.tracking"), hint=say("shipping.tracking_hint"))
        self.tracking.entered.connect(self._ship)
        card = Card(edge=24, gap=12)
        card.column.addWidget(Text(say("shipping.to"), size=15, weight=600, tone="ink-2"))
        for one in (self._address, self._bags):
            card.column.addWidget(one)
        card.column.addSpacing(px(8))
        card.column.addWidget(Text(say("shipping.carrier"), size=15, weight=600, tone="ink-2"))
        for part in (self.carriers, self.carrier, self.tracking, self._told):
            card.column.addWidget(part)
        card.setMaximumWidth(px(900))
        inside = column(edge=20, gap=14)
        inside.addWidget(self._title)
        inside.addWidget(card)
        inside.addStretch(1)
        inside.addLayout(self._foot())
        self.setLayout(inside)
        self.setFocusProxy(self.tracking)

    def _foot(self) -> QHBoxLayout:
        back = Key(say("shipping.back"), icon="chevron-left", height=72)
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        note = Key(say("shipping.note"), icon="printer", height=72)
        note.set_shortcut("F8")
        note.clicked.connect(self.note_pressed)
        done = BigKey(say("shipping.done"))
        done.set_shortcut("F12")
        done.clicked.connect(self._ship)
        done.setMinimumWidth(done.sizeHint().width() * 3 // 2)
        foot = row(gap=12)
        foot.addWidget(back)
        foot.addWidget(note)
        foot.addStretch(1)
        foot.addWidget(done)
        return foot

    def show_parcel(self, parcel: Parcel) -> None:
        """The order to hand over, nothing filled in yet."""
        self._title.say(say("shipping.title", number=parcel.number))
        self._address.say("\n".join(part for part in (parcel.customer, *parcel.address) if part))
        self._bags.say(parcel.bags)
        self._told.say(parcel.told)
        tabs = [Tab(name, name) for name in parcel.carriers]
        self.carriers.show_tabs([*tabs, Tab(OTHER, say("shipping.other_carrier"))])
        self.carriers.choose(parcel.carriers[0] if parcel.carriers else OTHER)
        for one in (self.carrier, self.tracking):
            one.set_text("")
        self._follow()

    def show_error(self, words: str) -> None:
        """Why it was not marked, at the tracking number."""
        self.tracking.show_error(words)

    def _follow(self) -> None:
        """A carrier the shop does not use every day is typed."""
        self.carrier.setVisible(self.carriers.current() == OTHER)

    def _ship(self) -> None:
        chosen = self.carriers.current()
        self.shipped.emit(self.carrier.text() if chosen == OTHER else chosen, self.tracking.text())
