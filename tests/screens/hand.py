"""Fingers and keys for screen tests: real events of Qt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QWidget

from pos_app.ui.widgets.fields import Entry
from pos_app.ui.widgets.keys import Key


def press(widget: QWidget | None, at: QPoint | None = None) -> None:
    """Touch a widget in its middle, or at a point of it."""
    assert widget is not None
    point = at if at is not None else widget.rect().center()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def press_in(view: QAbstractItemView, at: QPoint) -> None:
    """Touch a list or a table at a point of its viewport."""
    press(view.viewport(), at)


def strike(widget: QWidget, key: Qt.Key) -> None:
    """Strike one key."""
    QTest.keyClick(widget, key)


def type_text(widget: QWidget, text: str) -> None:
    """Type a text letter by letter."""
    QTest.keyClicks(widget, text)


def named(root: QWidget, name: str) -> QWidget:
    """The visible widget with this accessible name."""
    settle()
    found = [w for w in root.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()]
    assert found, f"nothing visible is named {name!r}"
    return found[0]


def field(root: QWidget, name: str) -> Entry:
    """The visible field to type in with this name."""
    found = [
        entry for entry in root.findChildren(Entry) if entry.accessibleName() == name and entry.isVisible()
    ]
    assert found, f"no visible field is named {name!r}"
    return found[0]


def key(root: QWidget, label: str) -> Key:
    """The visible key with this text on it or with this name."""
    settle()
    for found in root.findChildren(Key):
        if found.isVisible() and label in (found.label, found.accessibleName()):
            return found
    raise AssertionError(f"no visible key says {label!r}")


def unnamed(root: QWidget) -> list[str]:
    """Visible controls a screen reader could not name."""
    controls = [
        w
        for w in root.findChildren(QWidget)
        if w.isVisible() and (isinstance(w, QAbstractButton) or w.focusPolicy() != Qt.FocusPolicy.NoFocus)
    ]
    return [type(w).__name__ for w in controls if not w.accessibleName() and w.focusProxy() is None]


def heard(signal: SignalInstance) -> list[tuple[object, ...]]:
    """Everything a signal says from now on."""
    said: list[tuple[object, ...]] = []
    signal.connect(lambda *facts: said.append(facts))
    return said


def settle() -> None:
    """Let Qt lay out, paint, and let go of what was taken away."""
    for _ in range(3):
        QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
