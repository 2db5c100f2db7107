"""The list of customer orders: tick, number, customer, deadline, to pay and state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScroller,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.painting import (
    LEFT,
    MIDDLE,
    RIGHT,
    TOP,
    Pen,
    badge,
    focus_ring,
    line,
    rounded,
    tick_box,
)
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
TICK, ORDER, CUSTOMER, BY, PAY, STATE = range(6)
_HEADS = (
    "",
    "order_table.order",
    "order_table.customer",
    "order_table.by",
    "order_table.to_pay",
    "order_table.state",
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as shown; `by_tone` is a colour token."""

    order_id: str
    number: str
    detail: str = ""
    customer: str = ""
    customer_detail: str = ""
    by: str = ""
    by_tone: str = "ink"
    to_pay: Money | None = None
    badge: str = ""
    badge_tone: str = "info"
    detail_tone: str = "ink-2"


class OrderTableModel(QAbstractTableModel):
    """Rows loaded page by page; asks for more when the end comes into sight."""

    more_wanted = Signal()
    ticks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[OrderRow] = []
        self._ticked: set[str] = set()
        self._more = False

    def show_rows(self, rows: Sequence[OrderRow], *, more: bool = False) -> None:
        """Show these orders; `more` says that further pages exist. Ticks of orders still shown stay."""
        if self._rows == list(rows) and self._more == more:
            return  # nothing that is looked at or scrolled to moves under a finger
        self.beginResetModel()
        self._rows = list(rows)
        self._more = more
        self.endResetModel()
        kept = self._ticked & {row.order_id for row in rows}
        if kept != self._ticked:
            self._ticked = kept
            self.ticks_changed.emit()

    def add_rows(self, rows: Sequence[OrderRow], *, more: bool = False) -> None:
        """Add the next page."""
        self._more = more
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
        self._rows.extend(rows)
        self.endInsertRows()

    def rows(self) -> list[OrderRow]:
        """The orders loaded."""
        return list(self._rows)

    def ticked(self) -> list[str]:
        """Ids of the ticked orders in the order shown."""
        return [row.order_id for row in self._rows if row.order_id in self._ticked]

    def tick_only(self, order_ids: Iterable[str]) -> None:
        """Tick these orders and no others."""
        self._ticked = set(order_ids)
        if self._rows:
            self.dataChanged.emit(self.index(0, TICK), self.index(len(self._rows) - 1, STATE))
        self.ticks_changed.emit()

    def tick(self, order_id: str, *, ticked: bool) -> None:
        """Tick or untick one order."""
        if ticked:
            self._ticked.add(order_id)
        else:
            self._ticked.discard(order_id)
        place = self.place_of(order_id)
        self.dataChanged.emit(self.index(place, TICK), self.index(place, STATE))
        self.ticks_changed.emit()

    def place_of(self, order_id: str) -> int:
        """Row number of an order, -1 when it is not loaded."""
        return next((i for i, row in enumerate(self._rows) if row.order_id == order_id), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many orders are loaded."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Tick, order, customer, by, to pay, state."""
        return 0 if parent.isValid() else len(_HEADS)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Whether a further page exists."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: AnyIndex) -> None:
        """Ask for the next page once."""
        if self._more:
            self._more = False
            self.more_wanted.emit()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The column heads."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(_HEADS[section]) if _HEADS[section] else ""
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row for the delegate, the tick, and words for a screen reader."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == TICK:
            return Qt.CheckState.Checked if row.order_id in self._ticked else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row, index.column())
        return None

    def _words(self, row: OrderRow, column: int) -> str:
        texts = {
            TICK: say("order_table.tick", number=row.number),
            ORDER: f"{row.number} {row.detail}".strip(),
            CUSTOMER: f"{row.customer} {row.customer_detail}".strip(),
            BY: row.by,
            PAY: money(row.to_pay) if row.to_pay is not None else "",
            STATE: row.badge,
        }
        return texts[column]


class OrderDelegate(QStyledItemDelegate):
    """Paints the cells of one order, 60 px tall."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """One cell."""
        row = index.data(ROW)
        box: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colour("ok-ground"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("line"))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            focus_ring(painter, QRectF(box), radius=4)
        room = box.adjusted(0, 0, -px(12), 0)
        if index.column() == TICK:
            side = px(26)
            place = QRectF(box.left() + px(13), box.center().y() - side / 2 + 1, side, side)
            tick_box(
                painter, place, ticked=index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            )
        elif index.column() == ORDER:
            self._two(painter, room, (row.number, row.detail), Pen(13, 400, row.detail_tone), weight=700)
        elif index.column() == CUSTOMER:
            self._two(painter, room, (row.customer, row.customer_detail), Pen(13, 400, "ink-2"))
        elif index.column() == BY:
            line(painter, room, row.by, Pen(16, 400, row.by_tone), LEFT | MIDDLE)
        elif index.column() == PAY and row.to_pay is not None:
            line(painter, room, money(row.to_pay), Pen(16, 700), RIGHT | MIDDLE)
        elif index.column() == STATE and row.badge:
            badge(painter, room, row.badge, row.badge_tone)
        painter.restore()

    def _two(
        self, painter: QPainter, room: QRect, words: tuple[str, str], small: Pen, *, weight: int = 400
    ) -> None:
        above, below = words
        if not below:
            line(painter, room, above, Pen(16, weight), LEFT | MIDDLE)
            return
        middle = room.center().y()
        line(
            painter,
            QRect(room.left(), middle - px(20), room.width(), px(21)),
            above,
            Pen(16, weight),
            LEFT | MIDDLE,
        )
        under = QRect(room.left(), middle + px(2), room.width(), px(18))
        line(painter, under, below, small, LEFT | TOP)


class OrderTable(QTableView):
    """The table: press an order to look at it, its box to tick it; space ticks, Enter opens."""

    order_chosen = Signal(str)
    order_opened = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.orders = OrderTableModel()
        self._delegate = OrderDelegate()
        self.setModel(self.orders)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(px(60))
        self.setHorizontalHeader(_Heads(self))
        self.clicked.connect(self._clicked)
        self.activated.connect(lambda index: self.order_opened.emit(index.data(ROW).order_id))
        self.selectionModel().currentRowChanged.connect(self._current)

    def chosen(self) -> str:
        """Id of the order looked at, empty when none."""
        row = self.currentIndex().data(ROW)
        return row.order_id if isinstance(row, OrderRow) else ""

    def choose(self, order_id: str) -> None:
        """Look at an order without telling anyone."""
        place = self.orders.place_of(order_id)
        self.selectionModel().blockSignals(True)
        self.setCurrentIndex(self.orders.index(place, ORDER) if place >= 0 else QModelIndex())
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the customer the room that is left; a narrow table drops nothing, only narrows."""
        super().resizeEvent(event)
        room = self.viewport().width()
        narrow = room < px(760)
        wide = (52, 210, 150, 104, 122)
        tight = (44, 158, 132, 84, 100) if room >= px(620) else (46, 142, 96, 80, 92)
        if room >= px(700):
            tight = (52, 158, 150, 96, 108)
        widths = dict(zip((TICK, ORDER, BY, PAY, STATE), tight if narrow else wide, strict=True))
        for column, width in widths.items():
            self.setColumnWidth(column, px(width))
        left = room - sum(px(width) for width in widths.values())
        self.setColumnWidth(CUSTOMER, max(px(90), left))

    def _clicked(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if index.column() == TICK and isinstance(row, OrderRow):
            self.orders.tick(row.order_id, ticked=row.order_id not in self.orders.ticked())

    def _current(self, now: QModelIndex, before: QModelIndex) -> None:
        row = now.data(ROW)
        if isinstance(row, OrderRow):
            self.order_chosen.emit(row.order_id)

    def keyPressEvent(self, event: object) -> None:
        """Space ticks the order looked at."""
        if event.key() == Qt.Key.Key_Space and self.chosen():  # type: ignore[attr-defined]
            self.orders.tick(self.chosen(), ticked=self.chosen() not in self.orders.ticked())
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]


class _Heads(QHeaderView):
    """Column heads in small quiet text, amounts right."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setFixedHeight(px(44))
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(px(40))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """One head."""
        painter.save()
        painter.fillRect(rect, colour("disabled"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line"))
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        align = RIGHT if section in (PAY, STATE) else LEFT
        line(painter, rect.adjusted(0, 0, -px(12), 0), text, Pen(14, 400, "ink-2"), align | MIDDLE)
        painter.restore()

    def paintEvent(self, event: object) -> None:
        """The strip behind all heads."""
        painter = QPainter(self.viewport())
        rounded(painter, QRectF(self.viewport().rect()), colour("disabled"), radius=0)
        painter.end()
        super().paintEvent(event)  # type: ignore[arg-type]
