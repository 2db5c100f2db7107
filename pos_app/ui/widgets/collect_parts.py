"""Parts of the collect counter: the code reader, the queue of who is here, the order as it is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.cards import Surface, clear, column, edges, row, scrolled
from pos_app.ui.widgets.fields import SearchField
from pos_app.ui.widgets.keys import ActionTile, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.quantity_row import QuantityLine
from pos_app.ui.wording import say
from site_sync.domain.money import Money

_NO_LIMIT = 16_777_215
"""QWIDGETSIZE_MAX, which PySide6 does not name."""


@dataclass(frozen=True, slots=True)
class BagView:
    """A bag as shown at the counter; `code` is what its label says."""

    code: str
    shelf: str
    text: str
    scanned: bool


@dataclass(frozen=True, slots=True)
class CollectView:
    """An order at the counter; `main` is written on the money key, which waits while not `ready`."""

    customer: str
    badge: str
    badge_tone: str
    subtitle: str
    deadline: str
    deadline_tone: str
    bags: tuple[BagView, ...]
    lines: tuple[QuantityLine, ...]
    sums: str
    due: Money
    main: str
    ready: bool = True
    editing: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order that may be the one: who, what, and what is left to pay."""

    order_id: str
    title: str
    detail: str
    amount: str = ""


class Reader(Surface):
    """The dark left column: camera, what was read, and the way without a code."""

    typed = Signal(str)
    match_chosen = Signal(str)
    back_pressed = Signal()
    full_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("camera")
        self.camera = CameraView(say("collect.camera"))
        self.state = Text("", size=20, weight=700, tone="bar-ink", wrap=True)
        self.hint = Text(say("collect.hint"), size=16, tone="bar-ink-2", wrap=True)
        self.search = SearchField(say("collect.search"))
        self.find_key = Key(say("collect.find"), tone="bar", height=56)
        self.back = Key(say("collect.back"), tone="bar", height=56)
        self.full = Key(say("collect.full"), tone="bar", height=48, size=16)
        self._matches = column(gap=8)
        self._lay_out()
        self.stand(upright=False)
        self.search.hide()
        self.find_key.set_shortcut("F3")
        self.back.set_shortcut("Esc")
        self.full.set_shortcut("F11")
        self.full.clicked.connect(self.full_pressed)
        self.find_key.clicked.connect(self.open_search)
        self.back.clicked.connect(self.back_pressed)
        self.search.searched.connect(self.typed)
        self.search.entered.connect(self.typed)

    def _lay_out(self) -> None:
        matches = QWidget()
        matches.setLayout(self._matches)
        self._list = scrolled(matches)
        self._list.hide()
        keys = row(gap=8)
        keys.addWidget(self.back, 1)
        keys.addWidget(self.find_key, 2)
        words = column(gap=12)
        for widget in (self.state, self.hint, self.search):
            words.addWidget(widget)
        words.addWidget(self._list, 4)
        words.addStretch(1)
        words.addWidget(self.full)
        words.addLayout(keys)
        self._inside = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        edges(self._inside, 16, 16, 16, 16)
        self._inside.setSpacing(px(12))
        self._inside.addWidget(self.camera, 1)
        self._inside.addLayout(words, 1)
        self.setLayout(self._inside)

    def stand(self, *, upright: bool) -> None:
        """Fit a column beside the order, or on an upright screen a band above it."""
        direction = QBoxLayout.Direction
        self._inside.setDirection(direction.LeftToRight if upright else direction.TopToBottom)
        self.camera.setMinimumHeight(px(200 if upright else 250))
        self.setMinimumWidth(0 if upright else px(430))
        self.setMaximumWidth(_NO_LIMIT if upright else px(430))
        self._upright = upright
        self._bound()

    def _bound(self) -> None:
        """Above an order the band stays low, but two matches must be seen whole."""
        limit = px(440 if self._list.isVisibleTo(self) else 320)
        self.setMaximumHeight(limit if self._upright else _NO_LIMIT)

    def show_filled(self, *, filled: bool) -> None:
        """The counter has the whole screen, and nothing to go back to but its bar; or not."""
        self.full.set_label(say("collect.full_leave" if filled else "collect.full"))
        self.back.setVisible(not filled)

    def open_search(self) -> None:
        """Find the order by number, phone, name or member card."""
        self.search.show()
        self.search.setFocus()

    def close_search(self) -> None:
        """Back to reading codes."""
        self.search.clear()
        self.search.hide()
        self.show_matches(())

    def show_frame(self, picture: QImage) -> None:
        """The newest picture of the camera."""
        self.camera.show_frame(picture)

    def show_state(self, state: str, words: str, hint: str = "") -> None:
        """waiting, read or refused, in words."""
        self.camera.show_state(state)
        self.state.say(words)
        self.hint.say(hint or say("collect.hint"))

    def show_matches(self, found: Sequence[FoundOrder]) -> None:
        """Orders that fit what was typed."""
        clear(self._matches)
        self._list.setVisible(bool(found))
        self.camera.setVisible(not found)
        self.hint.setVisible(not found)
        self._bound()
        for order in found:
            tile = ActionTile(order.title, detail=order.detail, amount=order.amount)
            tile.setMaximumHeight(px(96))
            tile.clicked.connect(lambda _=False, order_id=order.order_id: self.match_chosen.emit(order_id))
            self._matches.addWidget(tile)
        self._matches.addStretch(1)


class Waiting(QWidget):
    """Who is here now, longest first."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = column(gap=10)
        edges(self._column, 24, 20, 24, 20)
        self.setLayout(self._column)
        self.show_people(())

    def show_people(self, people: Sequence[FoundOrder]) -> None:
        """The queue, or a friendly word when nobody waits."""
        clear(self._column)
        self._column.addWidget(Text(say("collect.here_now"), size=28, weight=700))
        if not people:
            self._column.addWidget(Text(say("collect.nobody"), size=18, tone="ink-2", wrap=True))
        for person in people:
            tile = ActionTile(person.title, detail=person.detail, amount=person.amount)
            tile.setMaximumHeight(px(96))
            tile.clicked.connect(lambda _=False, order_id=person.order_id: self.chosen.emit(order_id))
            self._column.addWidget(tile)
        self._column.addStretch(1)
