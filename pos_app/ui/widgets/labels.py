"""Plain text on a screen: labels, amounts, words beside a wrong field, and rules between them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from pos_app.ui.theme import colour, font, px
from pos_app.ui.wording import money
from site_sync.domain.money import Money


def captioned(label: str, *, needed: bool) -> str:
    """A caption, marked where something must be given."""
    return f"{label} *" if needed else label


class Text(QLabel):
    """A label that never reads its text as markup."""

    def __init__(
        self, text: str = "", *, size: float = 16, weight: int = 400, tone: str = "ink", wrap: bool = False
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size, weight))
        self.setWordWrap(wrap)
        self.set_tone(tone)
        self.say(text)

    def say(self, text: str) -> None:
        """Show this text and read it to a screen reader."""
        self.setText(text)
        self.setAccessibleName(text)

    def set_tone(self, tone: str) -> None:
        """Colour the text with a token."""
        self._tone = tone
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour(tone))
        self.setPalette(palette)

    def showEvent(self, event: QShowEvent) -> None:
        """Colour it again: Qt forgets a colour that was changed between styling and moving into a window."""
        super().showEvent(event)
        self.set_tone(self._tone)


class ShortText(Text):
    """One line that gives way: it is shortened with an ellipsis where the place is narrow."""

    def __init__(self, text: str = "", *, size: float = 16, weight: int = 400, tone: str = "ink") -> None:
        self._whole = ""
        super().__init__(text, size=size, weight=weight, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Keep the whole text and show what fits of it."""
        self._whole = text
        self.setAccessibleName(text)
        self._shorten()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """A few letters are enough."""
        return QSize(px(40), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Shorten anew for the new width."""
        self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        if shown != self.text():
            self.setText(shown)


class MoneyLabel(Text):
    """An amount, right aligned, in figures of equal width."""

    def __init__(
        self, amount: Money | None = None, *, size: float = 16, weight: int = 600, tone: str = "ink"
    ) -> None:
        super().__init__("", size=size, weight=weight, tone=tone)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if amount is not None:
            self.show_amount(amount)

    def show_amount(self, amount: Money) -> None:
        """Show an amount in the language in use."""
        self.say(money(amount))


class FieldError(Text):
    """What is wrong with a field, in words right below it; takes no room while all is well."""

    def __init__(self) -> None:
        super().__init__("", size=14, weight=500, tone="bad", wrap=True)
        self.hide()

    def say(self, text: str) -> None:
        """Show the words, or nothing when there are none."""
        super().say(text)
        self.setVisible(bool(text))


class Rule(QFrame):
    """A thin line between two parts."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, colour("line"))
        self.setPalette(palette)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
