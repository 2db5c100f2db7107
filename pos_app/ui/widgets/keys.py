"""Keys to press: plain keys, the one money key, and round counters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, current, px
from pos_app.ui.widgets.painting import (
    CENTRE,
    MIDDLE,
    RIGHT,
    TOP,
    Pen,
    fitted,
    focus_ring,
    line,
    rounded,
    width_of,
)

# ground, edge, ink and pressed ground of each tone of key
KEY_TONES = {
    "plain": ("card", "line", "ink", "press"),
    "accent": ("accent", None, "accent-ink", "accent-press"),
    "dark": ("bar", None, "bar-ink", "bar-2"),
    "bar": ("bar-2", None, "bar-ink", "bar"),
    "danger": ("card", "line", "bad", "bad-ground"),
    "chosen": ("ok-ground", "accent", "ink", "press"),
}


class PressedArea(QAbstractButton):
    """A button painted by us: Enter presses it, and its text is never read as a mnemonic."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ""
        self._ringed = False
        self._shortcut: QShortcut | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_label(text)

    @property
    def label(self) -> str:
        """The text on the key."""
        return self._label

    def set_label(self, text: str) -> None:
        """Write this on the key and name it so for a screen reader."""
        self._label = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_shortcut(self, keys: str) -> None:
        """Press the key by this shortcut while it is on screen; a description of its own stays."""
        described = self.accessibleDescription() not in ("", self.shortcut_text())
        if self._shortcut is not None:
            self._shortcut.deleteLater()
        # not QAbstractButton.setShortcut, which presses a tenth of a second late
        self._shortcut = QShortcut(QKeySequence(keys), self)
        self._shortcut.activated.connect(self.click)
        self.setToolTip(keys)
        if not described:
            self.setAccessibleDescription(keys)
        self.update()

    def shortcut_text(self) -> str:
        """The shortcut as written on the key, empty without one."""
        return self._shortcut.key().toString() if self._shortcut is not None else ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Only who came by keyboard sees where the keyboard is."""
        self._ringed = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def ringed(self) -> bool:
        """Whether the keyboard is here and was brought here by keyboard."""
        return self.hasFocus() and self._ringed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses like the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew when enabled or disabled."""
        super().changeEvent(event)
        self.update()


class Key(PressedArea):
    """A key of at least touch size; its text wraps or becomes smaller before it is cut."""

    def __init__(
        self, text: str, *, tone: str = "plain", icon: str = "", height: float = 56, size: float = 17
    ) -> None:
        self._tone = tone
        self._icon = icon
        self._size = size
        self._height = height
        super().__init__(text)
        self.setMinimumHeight(px(max(48, height)))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        """Change the colours of the key."""
        self._tone = tone
        self.update()

    def set_icon(self, icon: str) -> None:
        """Change the icon; an empty name shows none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line of text with its icon."""
        text = width_of(self.label, Pen(self._size, 600)) if self.label else 0
        icon = px(22) + (px(8) if self.label else 0) if self._icon else 0
        return QSize(max(px(48), round(text) + icon + px(30)), px(self._height))

    def minimumSizeHint(self) -> QSize:
        """The longest word, small."""
        longest = max((width_of(word, Pen(13, 600)) for word in self.label.split()), default=0)
        return QSize(max(px(48), round(longest) + px(16)), px(max(48, self._height)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon and text."""
        ground, edge, ink, pressed = KEY_TONES[self._tone]
        painter = QPainter(self)
        box = QRectF(self.rect())
        if not self.isEnabled():
            ground, edge, ink = (
                ("bar-2", None, "bar-ink-2") if self._tone == "bar" else ("disabled", "line", "ink-2")
            )
        fill = colour(pressed if self.isDown() else ground)
        rounded(painter, box, fill, edge=colour(edge) if edge else None)
        self._paint_face(painter, ink)
        if self.ringed():
            focus_ring(painter, box)
        painter.end()

    def _paint_face(self, painter: QPainter, ink: str) -> None:
        room = self.rect().adjusted(px(8), px(4), -px(8), -px(4))
        hint = self.shortcut_text()
        if hint and current().shortcut_hints and self.height() >= px(56) and self.width() >= px(84):
            line(
                painter,
                self.rect().adjusted(0, px(5), -px(8), 0),
                hint,
                Pen(11, 500, _quiet(self._tone)),
                RIGHT | TOP,
            )
        if not self._icon:
            fitted(painter, room, self.label, Pen(self._size, 600, ink), CENTRE | MIDDLE)
            return
        side = px(22)
        gap = px(8) if self.label else 0
        text = (
            min(round(width_of(self.label, Pen(self._size, 600))) + 2, room.width() - side - gap)
            if self.label
            else 0
        )
        left = room.center().x() - (side + gap + text) // 2
        paint_icon(painter, self._icon, QRectF(left, self.height() / 2 - side / 2, side, side), colour(ink))
        fitted(
            painter,
            QRect(left + side + gap, room.top(), text, room.height()),
            self.label,
            Pen(self._size, 600, ink),
            CENTRE | MIDDLE,
        )


def release(group: QButtonGroup) -> None:
    """None of a group of which one is chosen is chosen any more."""
    group.setExclusive(False)
    for button in group.buttons():
        button.setChecked(False)
    group.setExclusive(True)


def _quiet(tone: str) -> str:
    return {"accent": "accent-ink", "dark": "bar-ink-2", "bar": "bar-ink-2"}.get(tone, "ink-2")


class BigKey(Key):
    """The money key: the one accent of a screen."""

    def __init__(self, text: str, *, height: float = 72, size: float = 22) -> None:
        super().__init__(text, tone="accent", height=height, size=size)
        self.setFixedHeight(px(height))


class ActionTile(PressedArea):
    """An action with its meaning and amount; a disabled one says why, a locked one asks for approval."""

    looked_at = Signal()

    def __init__(
        self, title: str, *, detail: str = "", amount: str = "", state: str = "normal", icon: str = ""
    ) -> None:
        if state not in ("main", "normal", "disabled", "locked"):
            raise ValueError(f"an action tile cannot be {state}")
        self._detail = detail
        self._amount = amount
        self._state = state
        self._icon = icon
        super().__init__(title)
        self.setAccessibleName(", ".join(part for part in (title, amount) if part))
        self.setAccessibleDescription(detail)
        self.setEnabled(state != "disabled")
        self.setMinimumHeight(px(84))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """As in the picture: two columns of 330 × 108."""
        return QSize(px(300), px(108))

    def minimumSizeHint(self) -> QSize:
        """Still readable on a small screen."""
        return QSize(px(180), px(84))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Looking at the tile shows what it would do."""
        self.looked_at.emit()
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Looking at the tile by keyboard shows what it would do."""
        self.looked_at.emit()
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title above, detail and amount below."""
        painter = QPainter(self)
        ground, edge, ink, quiet = self._colours()
        rounded(painter, QRectF(self.rect()), ground, edge=edge, radius=12)
        room = self.rect().adjusted(px(17), px(12), -px(17), -px(12))
        hint = self.shortcut_text() if current().shortcut_hints else ""
        lock = px(26) if self._state == "locked" else px(36) if hint else 0
        title = QRect(room.left(), room.top(), room.width() - lock, round(room.height() * 0.52))
        if self._icon:
            side = px(24)
            paint_icon(painter, self._icon, QRectF(room.left(), room.top() + px(1), side, side), colour(ink))
            title.setLeft(title.left() + side + px(12))
        fitted(painter, title, self.label, Pen(19, 700, ink))
        if self._state == "locked":
            box = QRectF(room.right() - px(18), room.top() + px(3), px(18), px(18))
            paint_icon(painter, "lock", box, colour("ink-2"))
        elif hint:
            line(painter, room.adjusted(0, -px(5), px(9), 0), hint, Pen(11, 500, quiet), RIGHT | TOP)
        self._paint_foot(painter, room, ink, quiet)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()), radius=12)
        painter.end()

    def _paint_foot(self, painter: QPainter, room: QRect, ink: str, quiet: str) -> None:
        amount = round(width_of(self._amount, Pen(20, 700))) + px(14) if self._amount else 0
        height = round(room.height() * 0.46)
        foot = QRect(room.left(), room.bottom() + 1 - height, room.width(), height)
        fitted(
            painter,
            foot.adjusted(0, 0, -amount, 0),
            self._detail,
            Pen(15, 400, quiet),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
        )
        line(painter, foot, self._amount, Pen(20, 700, ink), RIGHT | Qt.AlignmentFlag.AlignBottom)

    def _colours(self) -> tuple[QColor, QColor | None, str, str]:
        if self._state == "main":
            return colour("accent-press" if self.isDown() else "accent"), None, "accent-ink", "accent-ink"
        if self._state == "disabled":
            return colour("disabled"), colour("line"), "ink-2", "ink-2"
        return colour("press" if self.isDown() else "card"), colour("line"), "ink", "ink-2"
