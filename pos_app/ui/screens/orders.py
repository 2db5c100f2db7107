"""The orders screen: stage tabs, the list by lateness, one order's details, and acts on several orders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, column, edges, row
from pos_app.ui.widgets.fields import SearchField
from pos_app.ui.widgets.filter_bar import FilterBar
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.order_panel import OrderDetails, OrderPanel
from pos_app.ui.widgets.order_table import OrderRow, OrderTable
from pos_app.ui.widgets.report_panel import ReportLine, ReportPanel
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

BULK = ("picking_list", "receipt_copy", "mark_ready", "mark_delivered", "remind", "extend")
WIDEST = 16_777_215
"""What Qt means by no limit."""
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


class CentreStrip(Surface):
    """Says how the search at the centre stands; offers it to those who need somebody's leave."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("note")
        self._words = Text("", size=15, tone="ink-2", wrap=True)
        self.key = Key(say("orders.centre_search"), icon="globe", height=48, size=15)
        self.key.clicked.connect(self.wanted)
        inside = row(gap=12)
        edges(inside, 16, 8, 8, 8)
        inside.addWidget(self._words, 1)
        inside.addWidget(self.key)
        self.setLayout(inside)
        self.show_words("")

    def show_words(self, words: str, *, offered: bool = False) -> None:
        """Show these words, with the key when it is `offered`; nothing without words."""
        self._words.say(words)
        self.key.setVisible(offered)
        self.setVisible(bool(words))

    def words(self) -> str:
        """What is said now."""
        return self._words.text()


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
        self.tabs = SegmentTabs(shortcuts=True)
        self.search = SearchField(say("orders.search_hint"))
        self.filters = FilterBar()
        self.centre = CentreStrip()
        self.table = OrderTable(say("orders.list"))
        self.empty = Text("", size=18, tone="ink-2", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bulk = BulkBar()
        self.panel = OrderPanel()
        self.report = ReportPanel()
        self._lay_out()
        self.tabs.chosen.connect(self.tab_chosen)
        self.search.searched.connect(self.searched)
        self.search.entered.connect(self.searched)
        self.search.left_down.connect(self.table.setFocus)
        self.table.order_chosen.connect(self._chosen)
        self.table.order_opened.connect(self.order_opened)
        self.table.orders.more_wanted.connect(self.more_wanted)
        self.table.orders.ticks_changed.connect(self._ticked)
        self.report.closed.connect(self.close_report)
        self.bulk.pressed.connect(lambda code: self.bulk_pressed.emit(code, self.table.orders.ticked()))

    def _lay_out(self) -> None:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("orders.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self._back)
        self.search.setFixedHeight(px(52))
        head = row(gap=8)
        head.addWidget(back)
        head.addWidget(self.tabs, 1)
        left = column(edge=16, gap=10)
        left.addLayout(head)
        left.addWidget(self.search)
        left.addWidget(self.filters)
        left.addWidget(self.table, 1)
        left.addWidget(self.empty, 1)
        left.addWidget(self.centre)
        left.addWidget(self.bulk)
        self.empty.hide()
        self._side = QStackedWidget()
        self._side.addWidget(self.panel)
        self._side.addWidget(self.report)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addLayout(left, 1)
        self._whole.addWidget(self._side)
        self.setLayout(self._whole)
        self.setFocusProxy(self.search)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The details stand beside the list, or below it where the screen is upright."""
        super().resizeEvent(event)
        upright = self.width() < self.height()
        directions = QBoxLayout.Direction
        self._whole.setDirection(directions.TopToBottom if upright else directions.LeftToRight)
        wide, tall = min(px(440), max(px(340), self.width() // 3)), self.height() * 2 // 5
        self._side.setMinimumSize(0 if upright else wide, tall if upright else 0)
        self._side.setMaximumSize(WIDEST if upright else wide, tall if upright else WIDEST)

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

    def show_rows(self, rows: Sequence[OrderRow], *, more: bool = False, empty: str = "") -> None:
        """The orders of the tab or search; `empty` is said when there are none."""
        self.table.orders.show_rows(rows, more=more)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.empty.say(empty or say("orders.nothing_here"))

    def add_rows(self, rows: Sequence[OrderRow], *, more: bool = False) -> None:
        """Further orders below."""
        self.table.orders.add_rows(rows, more=more)
        if rows:
            self.table.show()
            self.empty.hide()

    def show_order(self, details: OrderDetails | None) -> None:
        """Details of one order, or none."""
        self.panel.show_order(details)

    def show_report(self, title: str, summary: str, lines: Sequence[ReportLine]) -> None:
        """What became of several orders, in place of the details."""
        self.report.show_report(title, summary, lines)
        self._side.setCurrentWidget(self.report)

    def close_report(self) -> None:
        """The details again."""
        self._side.setCurrentWidget(self.panel)

    def report_shown(self) -> bool:
        """Whether the report of an act on several orders is looked at."""
        return self._side.currentWidget() is self.report

    def _chosen(self, order_id: str) -> None:
        self.close_report()
        self.order_chosen.emit(order_id)

    def _back(self) -> None:
        """Escape leaves the innermost thing that is open."""
        if self.filters.is_open():
            self.filters.close_choices()
        elif self.report_shown():
            self.close_report()
        else:
            self.back_pressed.emit()

    def _ticked(self) -> None:
        self.bulk.show_count(len(self.table.orders.ticked()))
