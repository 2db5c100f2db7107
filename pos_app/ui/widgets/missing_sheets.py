"""Sheets about goods that are not in the bag: what else there is, where to send them, what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, clear, column, row, scrolled
from pos_app.ui.widgets.fields import SearchField, TextField
from pos_app.ui.widgets.keys import ActionTile, BigKey, Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class Offered:
    """An item that could stand for another one; `amount` is what the customer pays."""

    code: str
    title: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True)
class Arriving:
    """A bag of another store that is awaited."""

    order_id: str
    bag: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A substitute the customer has not answered yet."""

    order_id: str
    line: int
    words: str


class OfferSheet(QWidget):
    """Items to choose from, found by words."""

    sought = Signal(str)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField(say("pick.seek"))
        self.search.searched.connect(self.sought)
        self._tiles = column(gap=10)
        content = QWidget()
        content.setLayout(self._tiles)
        inside = column(gap=12)
        inside.addWidget(self.search)
        inside.addWidget(scrolled(content), 1)
        self.setLayout(inside)

    def show_offers(self, offers: Sequence[Offered]) -> None:
        """What is here instead; says so when there is nothing."""
        clear(self._tiles)
        if not offers:
            self._tiles.addWidget(Text(say("pick.nothing_instead"), size=18, tone="ink-2", wrap=True))
        for offer in offers:
            tile = ActionTile(offer.title, detail=offer.detail, amount=offer.amount)
            tile.setMaximumHeight(px(96))
            tile.clicked.connect(lambda _=False, code=offer.code: self.chosen.emit(code))
            self._tiles.addWidget(tile)
        self._tiles.addStretch(1)


ADDRESS = ("street", "extra", "postcode", "city", "country")


class AddressSheet(QWidget):
    """Where what is missing shall be shipped to."""

    entered = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        needed = {name: name != "extra" for name in ADDRESS}
        self.fields = {name: TextField(say(f"order_details.{name}"), needed=needed[name]) for name in ADDRESS}
        self.send = BigKey(say("pick.ship_later"))
        self.send.set_shortcut("F12")
        self.send.clicked.connect(self._entered)
        inside = column(gap=12)
        for field in self.fields.values():
            inside.addWidget(field)
        inside.addStretch(1)
        inside.addWidget(self.send)
        self.setLayout(inside)

    def show_address(self, parts: dict[str, str]) -> None:
        """The address that is known."""
        for name, field in self.fields.items():
            field.set_text(parts.get(name, ""))

    def _entered(self) -> None:
        missing = [name for name in ADDRESS if name != "extra" and not self.fields[name].text()]
        for name in missing:
            self.fields[name].show_error(say("order_details.needed"))
        if not missing:
            self.entered.emit({name: field.text() for name, field in self.fields.items()})


class ArrivalSheet(QWidget):
    """Bags of other stores, received with a key or a scan."""

    received = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._rows = column(gap=10)
        content = QWidget()
        content.setLayout(self._rows)
        inside = column(gap=12)
        inside.addWidget(Text(say("pick.receive_hint"), tone="ink-2"))
        inside.addWidget(scrolled(content), 1)
        self.setLayout(inside)

    def show_bags(self, bags: Sequence[Arriving]) -> None:
        """What is awaited."""
        clear(self._rows)
        if not bags:
            self._rows.addWidget(Text(say("pick.nothing_to_receive"), size=18, tone="ink-2", wrap=True))
        for bag in bags:
            self._rows.addWidget(self._card(bag))
        self._rows.addStretch(1)

    def _card(self, bag: Arriving) -> Card:
        card = Card(edge=14, gap=4)
        words = column(gap=2)
        words.addWidget(ShortText(bag.title, size=19, weight=600))
        words.addWidget(ShortText(bag.detail, size=15, tone="ink-2"))
        key = Key(say("pick.received"), height=56)
        key.setAccessibleName(f"{say('pick.received')} {bag.title}")
        key.clicked.connect(lambda _=False: self.received.emit(bag.order_id, bag.bag))
        line = row(gap=16)
        line.addLayout(words, 1)
        line.addWidget(key)
        card.column.addLayout(line)
        return card


class AskedCard(Card):
    """A question to the customer that waits, and the keys for who answers at the counter or by phone."""

    answered = Signal(bool)

    def __init__(self, asked: Asked) -> None:
        super().__init__(edge=16, gap=10)
        line = row(gap=12)
        line.addWidget(Text(asked.words, size=18, tone="warn", weight=500, wrap=True), 1)
        for words, accepted in (("pick.says_yes", True), ("pick.says_no", False)):
            key = Key(say(words), height=56)
            key.clicked.connect(lambda _=False, accepted=accepted: self.answered.emit(accepted))
            line.addWidget(key)
        self.column.addLayout(line)
