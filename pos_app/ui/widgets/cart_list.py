"""The lines of a sale: quantity, name with a second line, amount, and a bar on the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, font, px
from pos_app.ui.widgets.painting import (
    LEFT,
    MIDDLE,
    RIGHT,
    TOP,
    Pen,
    badge,
    badge_width,
    focus_ring,
    line,
    width_of,
)
from pos_app.ui.wording import money
from site_sync.domain.money import Money

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class CartRow:
    """One line as shown; `detail_tone` is a colour token, a void line is struck through."""

    line_id: str
    quantity: str
    name: str
    detail: str = ""
    detail_tone: str = "ink-2"
    amount: Money | None = None
    badge: str = ""
    badge_tone: str = "info"
    void: bool = False
    icon: str = ""


class CartModel(QAbstractListModel):
    """Rows of a cart; knows nothing of how they came about."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[CartRow] = []

    def rows(self) -> list[CartRow]:
        """The rows shown."""
        return list(self._rows)

    def show_rows(self, rows: Sequence[CartRow]) -> None:
        """Show these rows; rows that stay where they are are only refreshed."""
        if [row.line_id for row in rows] == [row.line_id for row in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def place_of(self, line_id: str) -> int:
        """Row number of a line, -1 when it is not shown."""
        return next((i for i, row in enumerate(self._rows) if row.line_id == line_id), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself for the delegate, and its words for a screen reader."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            amount = money(row.amount) if row.amount is not None else ""
            return ", ".join(
                part for part in (f"{row.quantity} × {row.name}", row.detail, row.badge, amount) if part
            )
        return None


class CartDelegate(QStyledItemDelegate):
    """Paints one line of 64 px."""

    def __init__(self, quantity_width: int = 44, inset: int = 16) -> None:
        super().__init__()
        self._inset = inset
        self._quantity_width = quantity_width

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """As tall as a finger needs."""
        return QSize(px(200), px(64))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Quantity, two lines of text, amount."""
        row = index.data(ROW)
        box: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colour("ok-ground"))
            painter.fillRect(QRect(box.left(), box.top(), px(5), box.height()), colour("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("line"))
        self._paint_row(painter, box.adjusted(px(self._inset), 0, -px(self._inset), 0), row)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            focus_ring(painter, QRectF(box), radius=4)
        painter.restore()

    def _paint_row(self, painter: QPainter, room: QRect, row: CartRow) -> None:
        ink = "ink-2" if row.void else "ink"
        quantity = max(px(self._quantity_width), round(width_of(row.quantity, Pen(16, 700))) + px(12))
        line(painter, room, row.quantity, Pen(16, 700, ink), LEFT | MIDDLE)
        if row.icon:
            side = px(22)
            paint_icon(
                painter,
                row.icon,
                QRectF(room.left(), room.center().y() - side / 2, side, side),
                colour("ink-2"),
            )
        amount = money(row.amount) if row.amount is not None else ""
        right = round(width_of(amount, Pen(16, 700))) + px(12) if amount else 0
        line(painter, room, amount, Pen(16, 700, ink), RIGHT | MIDDLE)
        if row.badge:
            badge(painter, room.adjusted(0, 0, -right, 0), row.badge, row.badge_tone)
            right += badge_width(row.badge) + px(8)
        words = room.adjusted(quantity, 0, -right, 0)
        if not row.detail:
            self._name(painter, words, row, LEFT | MIDDLE)
            return
        middle = words.center().y()
        self._name(painter, QRect(words.left(), middle - px(21), words.width(), px(22)), row, LEFT | MIDDLE)
        below = QRect(words.left(), middle + px(2), words.width(), px(19))
        line(
            painter,
            below,
            row.detail,
            Pen(13, 500 if row.detail_tone != "ink-2" else 400, row.detail_tone),
            LEFT | TOP,
        )

    def _name(self, painter: QPainter, box: QRect, row: CartRow, align: Qt.AlignmentFlag) -> None:
        line(painter, box, row.name, Pen(16, 400, "ink-2" if row.void else "ink"), align)
        if row.void:
            painter.setFont(font(16))
            width = min(round(width_of(row.name, Pen(16))), box.width())
            painter.fillRect(QRect(box.left(), box.center().y() + px(1), width, px(1)), colour("ink-2"))


class CartList(QListView):
    """The list; one line is chosen, by finger or by arrow."""

    line_chosen = Signal(str)
    line_pressed = Signal(str)

    def __init__(self, name: str, *, quantity_width: int = 44, inset: int = 16) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._cart = CartModel()
        self._painter = CartDelegate(quantity_width, inset)
        self.setModel(self._cart)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(px(64))
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.clicked.connect(lambda index: self._press(index))
        self.activated.connect(lambda index: self._press(index))

    def show_rows(self, rows: Sequence[CartRow], chosen: str = "") -> None:
        """Show these lines with one of them chosen."""
        wanted = chosen or self.chosen()
        self.blockSignals(True)
        self._cart.show_rows(rows)
        place = self._cart.place_of(wanted)
        self.setCurrentIndex(self._cart.index(place) if place >= 0 else QModelIndex())
        if place < 0:
            self.clearSelection()
        self.blockSignals(False)
        if place >= 0:
            self.scrollTo(self._cart.index(place))

    def rows(self) -> list[CartRow]:
        """The lines shown."""
        return self._cart.rows()

    def chosen(self) -> str:
        """Id of the chosen line, empty when none is."""
        row = self.currentIndex().data(ROW)
        return row.line_id if isinstance(row, CartRow) else ""

    def place_of(self, line_id: str) -> QRect:
        """Where a line stands in the viewport."""
        return self.visualRect(self._cart.index(self._cart.place_of(line_id)))

    def _current_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        row = now.data(ROW)
        if isinstance(row, CartRow):
            self.line_chosen.emit(row.line_id)

    def _press(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if isinstance(row, CartRow):
            self.line_pressed.emit(row.line_id)
