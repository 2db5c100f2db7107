"""A grid of tiles to press: functions, items, staff."""

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
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.item_picture import picture_pixmap
from pos_app.ui.widgets.painting import (
    BOTTOM,
    CENTRE,
    LEFT,
    MIDDLE,
    Pen,
    badge,
    fitted,
    focus_ring,
    line,
    rounded,
)

AnyIndex = QModelIndex | QPersistentModelIndex
TILE = Qt.ItemDataRole.UserRole
GAP = 5
"""Room around a tile inside its cell, in design pixels."""
SCROLL_BAR = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; `dark` marks a function, `count` is a badge, `picture` a drawing as `jacket#2b5f9e`."""

    code: str
    title: str
    detail: str = ""
    icon: str = ""
    picture: str = ""
    count: str = ""
    dark: bool = False
    detail_tone: str = "ink-2"
    face: str = ""


class TileModel(QAbstractListModel):
    """The tiles of a grid."""

    def __init__(self) -> None:
        super().__init__()
        self._tiles: list[Tile] = []

    def tiles(self) -> list[Tile]:
        """The tiles shown."""
        return list(self._tiles)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles; tiles that stay where they are are only refreshed."""
        if [tile.code for tile in tiles] == [tile.code for tile in self._tiles]:
            self._tiles = list(tiles)
            if tiles:
                self.dataChanged.emit(self.index(0), self.index(len(tiles) - 1))
            return
        self.beginResetModel()
        self._tiles = list(tiles)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many tiles."""
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The tile for the delegate and its words for a screen reader."""
        if not index.isValid() or index.row() >= len(self._tiles):
            return None
        tile = self._tiles[index.row()]
        if role == TILE:
            return tile
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (tile.title, tile.detail, tile.count) if part)
        return None


class TileDelegate(QStyledItemDelegate):
    """Paints a tile inside its cell, leaving a gap around it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """The cell of the grid."""
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(px(180), px(114))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Title above, detail below, count or icon at the lower right."""
        tile = index.data(TILE)
        cell: QRect = option.rect
        state = option.state
        gap = px(GAP)
        box = cell.adjusted(gap, gap, -gap, -gap)
        painter.save()
        pressed = bool(state & QStyle.StateFlag.State_Sunken)
        ground = ("bar-2" if pressed else "bar") if tile.dark else ("press" if pressed else "card")
        rounded(painter, QRectF(box), colour(ground), edge=None if tile.dark else colour("line"))
        self._face(painter, box.adjusted(px(11), px(9), -px(10), -px(9)), tile)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            focus_ring(painter, QRectF(box))
        painter.restore()

    def _face(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        if tile.face:
            self._person(painter, room, tile)
            return
        ink, quiet = ("bar-ink", "bar-ink-2") if tile.dark else ("ink", tile.detail_tone)
        foot = QRect(room.left(), room.bottom() + 1 - px(34), room.width(), px(34))
        right = 0
        if tile.picture:
            right = self._picture(painter, room, tile.picture)
        elif tile.icon and not tile.count:
            side = px(24)
            drawn = QRectF(room.right() + 1 - side, room.bottom() + 1 - side, side, side)
            paint_icon(painter, tile.icon, drawn, colour(quiet))
            right = side + px(6)
        if tile.count:
            place = badge(painter, foot.adjusted(0, px(10), 0, 0), tile.count, "count")
            right = max(right, place.width() + px(6))
        head = QRect(room.left(), room.top(), room.width(), room.height() - px(38))
        fitted(painter, head, tile.title, Pen(16, 600, ink))
        fitted(painter, foot.adjusted(0, 0, -right, 0), tile.detail, Pen(13, 400, quiet), LEFT | BOTTOM)

    def _person(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        side = px(48)
        circle = QRect(room.left(), room.center().y() - side // 2, side, side)
        rounded(painter, QRectF(circle), colour("info-ground"), radius=24)
        line(painter, circle, tile.face, Pen(17, 700, "info"), CENTRE | MIDDLE)
        words = room.adjusted(side + px(12), 0, 0, 0)
        middle = words.center().y()
        line(painter, QRect(words.left(), middle - px(22), words.width(), px(23)), tile.title, Pen(17, 600))
        line(
            painter,
            QRect(words.left(), middle + px(2), words.width(), px(19)),
            tile.detail,
            Pen(14, 400, "ink-2"),
        )

    def _picture(self, painter: QPainter, room: QRect, name: str) -> int:
        side = px(42)
        picture = QPixmap()
        key = f"tile:{name}:{side}"
        if not QPixmapCache.find(key, picture):
            drawing, hash_sign, tint = name.partition("#")
            picture = picture_pixmap(drawing, hash_sign + tint, side)
            QPixmapCache.insert(key, picture)
        if picture.isNull():
            return 0
        painter.drawPixmap(room.right() + 1 - picture.width(), room.bottom() + 1 - picture.height(), picture)
        return side + px(6)


class TileGrid(QListView):
    """Tiles in as many columns as fit; arrows walk them, Enter presses."""

    tile_pressed = Signal(str)

    def __init__(self, name: str, *, tile_width: float = 172, tile_height: float = 104) -> None:
        super().__init__()
        self._tile_width = tile_width
        self._tile_height = tile_height
        self.setAccessibleName(name)
        self._tiles = TileModel()
        self._delegate = TileDelegate(self)
        self.setModel(self._tiles)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(self._press)
        self.activated.connect(self._press)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles."""
        self._tiles.show_tiles(tiles)

    def tiles(self) -> list[Tile]:
        """The tiles shown."""
        return self._tiles.tiles()

    def place_of(self, code: str) -> QRect:
        """Where a tile stands in the viewport."""
        place = next(i for i, tile in enumerate(self.tiles()) if tile.code == code)
        return self.visualRect(self._tiles.index(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit, all of the same width."""
        gap = px(10)
        room = self.width() - px(SCROLL_BAR) - 2
        columns = max(2, (room + gap) // (px(self._tile_width) + gap // 2))
        self.setGridSize(QSize(room // columns, px(self._tile_height) + gap))
        super().resizeEvent(event)

    def _press(self, index: QModelIndex) -> None:
        tile = index.data(TILE)
        if isinstance(tile, Tile):
            self.tile_pressed.emit(tile.code)
