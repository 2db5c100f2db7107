"""The pick screen: the queue by promise, then one walk through the shelves with a scan for each unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, clear, column, edges, row, scrolled
from pos_app.ui.widgets.cart_list import CartList, CartRow
from pos_app.ui.widgets.item_picture import ItemPicture
from pos_app.ui.widgets.keys import ActionTile, BigKey, Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.widgets.missing_sheets import AddressSheet, ArrivalSheet, Asked, AskedCard, OfferSheet
from pos_app.ui.widgets.order_table import OrderRow, OrderTable
from pos_app.ui.wording import say

QUEUE, WALK, CHOICES, BAGS, OFFERS, ADDRESS, ARRIVALS = range(7)


@dataclass(frozen=True, slots=True)
class PickLine:
    """The unit to fetch next: what, from which shelf, how many, for whom, into which bag."""

    key: str
    name: str
    sku: str
    shelf: str
    left: str
    of: str
    order: str
    bag: int
    picture: str = ""
    colour: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BagToPlace:
    """A packed bag that needs a shelf; `shelf` is the one proposed."""

    order_id: str
    bag: int
    title: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done: its code, its words, its consequence."""

    code: str
    title: str
    detail: str = ""
    enabled: bool = True


class _Queue(QWidget):
    """Orders waiting to be picked; several may be ticked for one walk."""

    claimed = Signal(list)
    slip_pressed = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.table = OrderTable(say("pick.queue"))
        self.empty = Text(say("pick.nothing"), size=20, tone="ink-2", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.start = BigKey(say("pick.start"))
        self.start.set_shortcut("F12")
        self.slip = Key(say("pick.slip"), icon="printer", height=72)
        self.receive = Key(say("pick.receive", count=1), height=72)
        self.receive.hide()
        foot = row(gap=8)
        foot.addWidget(self.slip)
        foot.addWidget(self.receive)
        foot.addWidget(self.start, 1)
        inside = column(gap=12)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.empty, 1)
        inside.addLayout(foot)
        self.setLayout(inside)
        self.table.orders.ticks_changed.connect(self._label)
        self.table.order_chosen.connect(lambda _id: self._label())
        self.table.order_opened.connect(lambda order_id: self.claimed.emit([order_id]))
        self.start.clicked.connect(lambda: self.claimed.emit(self.wanted()))
        self.slip.clicked.connect(lambda: self.slip_pressed.emit(self.wanted()))

    def wanted(self) -> list[str]:
        """The ticked orders, or else the one looked at, or else the most urgent."""
        ticked = self.table.orders.ticked()
        rows = self.table.orders.rows()
        return ticked or [self.table.chosen() or rows[0].order_id] if rows else []

    def show_rows(self, rows: Sequence[OrderRow]) -> None:
        """The queue, most urgent first."""
        self.table.orders.show_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.start.setEnabled(bool(rows))
        self.slip.setEnabled(bool(rows))
        self._label()

    def _label(self) -> None:
        count = len(self.table.orders.ticked())
        self.start.set_label(say("pick.start_several", count=count) if count > 1 else say("pick.start"))


class _Current(Card):
    """The next unit, readable at arm's length."""

    picked = Signal(str)
    all_picked = Signal(str)
    short_pressed = Signal(str)
    unpick_pressed = Signal(str)
    bag_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__(edge=20, gap=10)
        self._key = ""
        self.shelf = Text("", size=52, weight=700)
        self.shelf.setObjectName("shelf")
        self.order = ShortText("", size=16, tone="ink-2")
        self.picture = ItemPicture()
        self.name = Text("", size=28, weight=700, wrap=True)
        self.sku = ShortText("", size=16, tone="ink-2")
        self.count = Text("", size=28, weight=700)
        self.note = Text("", size=16, tone="warn", wrap=True)
        self.bag = Key("", icon="shopping-bag", height=56)
        self.short = Key(say("pick.short"), tone="plain", height=64)
        self.unpick = Key(say("pick.unpick"), height=64)
        self.whole = Key(say("pick.all"), height=64)
        self.found = BigKey(say("pick.found"), height=88)
        self._lay_out()
        self.found.set_shortcut("F12")
        self.short.set_shortcut("F8")
        self.found.clicked.connect(lambda: self.picked.emit(self._key))
        self.whole.clicked.connect(lambda: self.all_picked.emit(self._key))
        self.short.clicked.connect(lambda: self.short_pressed.emit(self._key))
        self.unpick.clicked.connect(lambda: self.unpick_pressed.emit(self._key))
        self.bag.clicked.connect(lambda: self.bag_pressed.emit(self._key))

    def _lay_out(self) -> None:
        top = row(gap=12)
        top.addWidget(self.shelf)
        top.addStretch(1)
        top.addWidget(self.bag)
        words = column(gap=6)
        words.addStretch(1)
        for widget in (self.name, self.sku, self.count, self.note, self.order):
            words.addWidget(widget)
        words.addStretch(1)
        middle = row(gap=20)
        self.picture.setFixedSize(px(220), px(220))
        middle.addWidget(self.picture)
        middle.addLayout(words, 1)
        foot = row(gap=8)
        for key in (self.short, self.unpick, self.whole):
            foot.addWidget(key, 1)
        self.column.addLayout(top)
        self.column.addLayout(middle, 1)
        self.column.addLayout(foot)
        self.column.addWidget(self.found)

    def show_line(self, line: PickLine) -> None:
        """Show what to fetch now."""
        self._key = line.key
        self.shelf.say(line.shelf or say("pick.no_shelf"))
        self.order.say(say("pick.for_order", number=line.order))
        self.picture.show_picture(line.picture, line.colour)
        self.name.say(line.name)
        self.sku.say(line.sku)
        self.count.say(say("pick.left", left=line.left, of=line.of))
        self.note.say(line.note)
        self.note.setVisible(bool(line.note))
        self.bag.set_label(say("pick.bag", number=line.bag))


class PickScreen(QWidget):
    """Queue, walk, and the bags' shelves, one after the other."""

    claim_pressed = Signal(list)
    slip_pressed = Signal(list)
    line_chosen = Signal(str)
    picked = Signal(str)
    all_picked = Signal(str)
    unpick_pressed = Signal(str)
    short_pressed = Signal(str)
    choice_pressed = Signal(str)
    bag_pressed = Signal(str)
    shelf_chosen = Signal(str, int, str)
    confirm_pressed = Signal()
    release_pressed = Signal()
    back_pressed = Signal()
    arrivals_pressed = Signal()
    answered = Signal(str, int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = ShortText("", size=24, weight=700)
        self.progress = Text("", size=16, tone="ink-2")
        self.refusal = Text("", size=20, weight=700, tone="bad", wrap=True)
        self._alarm = Surface("bad")
        self.queue = _Queue()
        self.current = _Current()
        self.walk_list = CartList(say("pick.walk"), quantity_width=64)
        self.ready = BigKey(say("pick.confirm"))
        self._choices = column(gap=10)
        self._bags = column(gap=12)
        self.offers, self.address, self.arrivals = OfferSheet(), AddressSheet(), ArrivalSheet()
        self.parts = QStackedWidget()
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("pick.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        self.give_back = Key(say("pick.release"), height=50, size=15)
        head = row(gap=12)
        for widget in (back, self.title):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.progress)
        head.addWidget(self.give_back)
        alarm = column(edge=14)
        alarm.addWidget(self.refusal)
        self._alarm.setLayout(alarm)
        self._alarm.hide()
        sheets = (self._sheet(self._choices), self._sheet(self._bags))
        for part in (self.queue, self._walk_part(), *sheets, self.offers, self.address, self.arrivals):
            self.parts.addWidget(part)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._alarm)
        whole.addWidget(self.parts, 1)
        self.setLayout(whole)

    def _walk_part(self) -> QWidget:
        part = QWidget()
        side = Card(edge=0, gap=0)
        side.column.addWidget(self.walk_list)
        inside = row(gap=16)
        inside.addWidget(self.current, 3)
        inside.addWidget(side, 2)
        part.setLayout(inside)
        return part

    @staticmethod
    def _sheet(inside: QVBoxLayout) -> QWidget:
        content = QWidget()
        content.setLayout(inside)
        return scrolled(content)

    def _wire(self) -> None:
        self.queue.claimed.connect(self.claim_pressed)
        self.queue.slip_pressed.connect(self.slip_pressed)
        self.queue.receive.clicked.connect(self.arrivals_pressed)
        self.walk_list.line_pressed.connect(self.line_chosen)
        self.current.picked.connect(self.picked)
        self.current.all_picked.connect(self.all_picked)
        self.current.short_pressed.connect(self.short_pressed)
        self.current.unpick_pressed.connect(self.unpick_pressed)
        self.current.bag_pressed.connect(self.bag_pressed)
        self.give_back.clicked.connect(self.release_pressed)

    def show_queue(self, rows: Sequence[OrderRow], arriving: int = 0) -> None:
        """Orders to pick, most urgent first, and how many bags of other stores are awaited."""
        self.title.say(say("pick.title"))
        self.progress.say(say("pick.waiting", count=len(rows)))
        self.give_back.hide()
        self.show_refusal("")
        self.queue.show_rows(rows)
        self.queue.receive.set_label(say("pick.receive", count=arriving))
        self.queue.receive.setVisible(bool(arriving))
        self.parts.setCurrentIndex(QUEUE)

    def show_walk(self, line: PickLine, rows: Sequence[CartRow], progress: str) -> None:
        """The unit to fetch now and all lines of the walk in the order of the shelves."""
        self.title.say(say("pick.walk"))
        self.progress.say(progress)
        self.give_back.show()
        self.current.show_line(line)
        self.walk_list.show_rows(rows, chosen=line.key)
        self.parts.setCurrentIndex(WALK)
        self.current.found.setFocus()

    def show_choices(self, title: str, choices: Sequence[Choice]) -> None:
        """What can be done about units that are not there."""
        self.title.say(title)
        clear(self._choices)
        for choice in choices:
            state = "normal" if choice.enabled else "disabled"
            tile = ActionTile(choice.title, detail=choice.detail, state=state)
            tile.setMaximumHeight(px(108))
            tile.clicked.connect(lambda _=False, code=choice.code: self.choice_pressed.emit(code))
            self._choices.addWidget(tile)
        self._choices.addStretch(1)
        self.parts.setCurrentIndex(CHOICES)

    def show_sheet(self, part: int, title: str) -> None:
        """Offers, an address or arrivals, under a title."""
        self.title.say(title)
        self.progress.say("")
        self.parts.setCurrentIndex(part)

    def show_bags(
        self,
        bags: Sequence[BagToPlace],
        shelves: Sequence[str],
        outcome: Sequence[str],
        asked: Sequence[Asked] = (),
    ) -> None:
        """Packed bags, their shelf, what was short or is asked, and the key that makes the orders ready."""
        self.title.say(say("pick.bags_title"))
        self.progress.say("")
        self.give_back.hide()
        clear(self._bags)
        for words in outcome:
            self._bags.addWidget(Text(words, size=18, tone="warn", weight=500, wrap=True))
        for question in asked:
            card = AskedCard(question)
            card.answered.connect(
                lambda accepted, one=question: self.answered.emit(one.order_id, one.line, accepted)
            )
            self._bags.addWidget(card)
        for bag in bags:
            self._bags.addWidget(_BagPlacing(bag, shelves, self.shelf_chosen.emit))
        self._bags.addStretch(1)
        confirm = BigKey(say("pick.confirm"), height=88)
        confirm.set_shortcut("F12")
        confirm.clicked.connect(self.confirm_pressed)
        self.ready = confirm
        self._bags.addWidget(confirm)
        self.parts.setCurrentIndex(BAGS)
        confirm.setFocus()

    def show_refusal(self, words: str) -> None:
        """A wrong scan, loudly; empty takes it away."""
        self.refusal.say(words)
        self._alarm.setVisible(bool(words))


Chosen = Callable[[str, int, str], object]


class _BagPlacing(Card):
    """One bag and the shelves it may go to."""

    def __init__(self, bag: BagToPlace, shelves: Sequence[str], chosen: Chosen) -> None:
        super().__init__(edge=16, gap=10)
        self.column.addWidget(Text(bag.title, size=20, weight=700))
        keys = row(gap=8)
        edges(keys, 0, 0, 0, 0)
        for shelf in shelves:
            key = Key(shelf, tone="chosen" if shelf == bag.shelf else "plain", height=56)
            key.setAccessibleName(say("pick.put_on", bag=bag.bag, shelf=shelf))
            key.clicked.connect(lambda _=False, shelf=shelf: chosen(bag.order_id, bag.bag, shelf))
            keys.addWidget(key, 1)
        self.column.addLayout(keys)
