"""The orders screen: stage tabs, the list by lateness, one order's details, and acts on several orders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, column, edges, row
from pos_app.ui.widgets.fields import SearchField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.order_panel import OrderDetails, OrderPanel
from pos_app.ui.widgets.order_table import OrderRow, OrderTable
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

BULK = ("picking_list", "receipt_copy", "mark_ready", "mark_delivered", "remind", "extend")
TABS = ("to_pick", "to_collect", "to_put_back", "quotes", "done", "problems")


class BulkBar(Surface):
    """What can be done with several orders at once; shown while some are ticked."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__("bulk")
        self._count = Text("", weight=600, tone="bar-ink")
        inside = row(gap=8)
        around = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        edges(around, 16, 10, 16, 10)
        around.setSpacing(px(8))
        around.addWidget(self._count)
        around.addStretch(1)
        around.addLayout(inside)
        self._around = around
        self.keys: dict[str, Key] = {}
        for code in BULK:
            key = Key(say(f"orders.bulk_{code}"), tone="bar", height=52, size=15)
            key.clicked.connect(lambda _=False, code=code: self.pressed.emit(code))
            inside.addWidget(key)
            self.keys[code] = key
        self.setLayout(around)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow screen the count stands above the keys."""
        super().resizeEvent(event)
        narrow = self.width() < px(760)
        directions = QBoxLayout.Direction
        self._around.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def show_count(self, count: int) -> None:
        """Say how many orders are ticked; nothing is shown for none."""
        self._count.say(say("orders.selected", count=count))
        self.setVisible(count > 0)


class OrdersScreen(QWidget):
    """Finds any order and starts what is to be done with it."""

    tab_chosen = Signal(str)
    searched = Signal(str)
    order_chosen = Signal(str)
    order_opened = Signal(str)
    more_wanted = Signal()
    bulk_pressed = Signal(str, list)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tabs = SegmentTabs()
        self.search = SearchField(say("orders.search_hint"))
        self.table = OrderTable(say("orders.list"))
        self.empty = Text("", size=18, tone="ink-2", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bulk = BulkBar()
        self.panel = OrderPanel()
        self._lay_out()
        self.tabs.chosen.connect(self.tab_chosen)
        self.search.searched.connect(self.searched)
        self.search.entered.connect(self.searched)
        self.search.left_down.connect(self.table.setFocus)
        self.table.order_chosen.connect(self.order_chosen)
        self.table.order_opened.connect(self.order_opened)
        self.table.orders.more_wanted.connect(self.more_wanted)
        self.table.orders.ticks_changed.connect(self._ticked)
        self.bulk.pressed.connect(lambda code: self.bulk_pressed.emit(code, self.table.orders.ticked()))

    def _lay_out(self) -> None:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("orders.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=8)
        head.addWidget(back)
        head.addWidget(self.tabs)
        left = column(edge=16, gap=12)
        left.addLayout(head)
        left.addWidget(self.search)
        left.addWidget(self.table, 1)
        left.addWidget(self.empty, 1)
        left.addWidget(self.bulk)
        self.empty.hide()
        whole = row(gap=0)
        whole.addLayout(left, 1)
        whole.addWidget(self.panel)
        self.setLayout(whole)
        self.setFocusProxy(self.search)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The details keep their width; on a narrow screen they give a little."""
        super().resizeEvent(event)
        self.panel.setFixedWidth(min(px(440), max(px(340), self.width() // 3)))

    def show_tabs(self, counts: dict[str, int | None]) -> None:
        """Live counts per tab; problems are red while there are any."""
        self.tabs.show_tabs(
            [
                Tab(
                    code,
                    say(f"orders.tab_{code}"),
                    counts.get(code),
                    "bad" if code == "problems" and counts.get(code) else "ink",
                )
                for code in TABS
            ]
        )

    def choose_tab(self, code: str) -> None:
        """Open on a tab."""
        self.tabs.choose(code)

    def show_rows(self, rows: Sequence[OrderRow], *, more: bool = False, searching: bool = False) -> None:
        """The orders of the tab or search; a friendly word when there are none."""
        self.table.orders.show_rows(rows, more=more)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.empty.say(say("orders.nothing_found") if searching else say("orders.nothing_here"))

    def add_rows(self, rows: Sequence[OrderRow], *, more: bool = False) -> None:
        """Further orders below."""
        self.table.orders.add_rows(rows, more=more)

    def show_order(self, details: OrderDetails | None) -> None:
        """Details of one order, or none."""
        self.panel.show_order(details)

    def _ticked(self) -> None:
        self.bulk.show_count(len(self.table.orders.ticked()))
