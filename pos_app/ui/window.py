"""The till's window: the dark bar, the screen, the keyboard when needed, and notices over all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QSizePolicy, QStackedWidget, QWidget

from pos_app.ui.navigation import Navigation
from pos_app.ui.tab_order import move_focus
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column
from pos_app.ui.widgets.fields import KEYBOARD_ASKED
from pos_app.ui.widgets.keyboard import OnScreenKeyboard, wants_keyboard
from pos_app.ui.widgets.notice import NoticeArea
from pos_app.ui.widgets.top_bar import TopBar


class Window(QWidget):
    """One window; everything else is a screen inside it."""

    def __init__(self, *, keyboard_on_screen: bool = False) -> None:
        super().__init__()
        self.setObjectName("Window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Handover")
        self._before = self.windowState()
        self._keyboard_wanted = keyboard_on_screen
        self._keyboard: OnScreenKeyboard | None = None
        self.top_bar = TopBar()
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.navigation = Navigation(self._stack)
        self._column = column(gap=0)
        self._column.addWidget(self.top_bar)
        self._column.addWidget(self._stack, 1)
        self.setLayout(self._column)
        self.notices = NoticeArea(self)
        # not focusNextPrevChild, which Qt also calls while a widget with the keyboard is being destroyed
        for keys, forward in (("Tab", True), ("Shift+Tab", False)):
            tab = QShortcut(QKeySequence(keys), self)
            tab.activated.connect(partial(move_focus, self, forward=forward))
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def sizeHint(self) -> QSize:
        """The screen the pictures were drawn for."""
        return QSize(1366, 768)

    @property
    def is_filled(self) -> bool:
        """Whether one screen has it all, without the bar."""
        return not self.top_bar.isVisibleTo(self)

    def fill_screen(self, *, wanted: bool) -> None:
        """Give a counter's customers and staff one screen and nothing else, or the bar again."""
        if wanted == self.is_filled:
            return
        self.top_bar.setVisible(not wanted)
        if wanted:
            self._before = self.windowState()
        self.setWindowState(Qt.WindowState.WindowFullScreen if wanted else self._before)

    def set_keyboard_on_screen(self, *, wanted: bool) -> None:
        """Show the till's own keyboard when a text field is touched, for tills without a physical one."""
        self._keyboard_wanted = wanted
        if not wanted:
            self._drop_keyboard()

    @property
    def keyboard(self) -> OnScreenKeyboard | None:
        """The keyboard while it is shown."""
        return self._keyboard

    def rebuild(self) -> None:
        """Words or look changed: build screens and keyboard anew."""
        self._drop_keyboard()
        self.navigation.rebuild()

    def customEvent(self, event: QEvent) -> None:
        """A field was touched."""
        if event.type() == KEYBOARD_ASKED and self._keyboard_wanted:
            self._show_keyboard()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Notices keep to their place."""
        super().resizeEvent(event)
        self.notices.place()

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self.isAncestorOf(now):
            return
        if not wants_keyboard(now):
            self._drop_keyboard()

    def _show_keyboard(self) -> None:
        if self._keyboard is None:
            self._keyboard = OnScreenKeyboard()
            self._keyboard.closed.connect(self._drop_keyboard)
            self._keyboard.setMaximumHeight(px(250))
            self._column.addWidget(self._keyboard)

    def _drop_keyboard(self) -> None:
        if self._keyboard is not None:
            self._keyboard.hide()
            self._column.removeWidget(self._keyboard)
            self._keyboard.deleteLater()
            self._keyboard = None
