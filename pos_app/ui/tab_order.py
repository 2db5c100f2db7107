"""Where Tab goes: through the controls of a window as they are laid out, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QBoxLayout,
    QGridLayout,
    QLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from pos_app.ui.widgets.cards import laid_out
from pos_app.ui.widgets.focus_ring import FocusRing, needs_ring

_BACKWARDS = (QBoxLayout.Direction.RightToLeft, QBoxLayout.Direction.BottomToTop)


def move_focus(window: QWidget, *, forward: bool) -> bool:
    """Put the keyboard on the next control, or on the one before; round again after the last."""
    stops = list(_within(window))
    if not stops:
        return False
    here = window.focusWidget()
    place = next((number for number, stop in enumerate(stops) if stop is here), None)
    if place is None:
        place = -1 if forward else 0
    chosen = stops[(place + (1 if forward else -1)) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    chosen.setFocus(reason)
    if chosen is not here and chosen.hasFocus() and needs_ring(chosen):
        FocusRing(chosen)
    _bring_into_view(chosen)
    return True


def _bring_into_view(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


def _takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    return widget.isEnabled() and widget.focusProxy() is None and bool(policy & Qt.FocusPolicy.TabFocus)


def _within(widget: QWidget) -> Iterator[QWidget]:
    """The controls in a widget: in the order of its layout, then what lies over it."""
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        if inner is not None and inner.isVisible():
            yield from _within(inner)
        return
    seen: set[int] = set()
    for child in _laid_out(widget.layout()):
        seen.add(id(child))
        yield from _stop(child)
    for other in widget.children():
        if isinstance(other, QWidget) and id(other) not in seen and not other.isWindow():
            yield from _stop(other)


def _stop(widget: QWidget) -> Iterator[QWidget]:
    """A control, and the controls in it; what a list or a field is made of is its own affair."""
    if not widget.isVisible():
        return
    taken = _takes_tab(widget) and not isinstance(widget, QScrollArea)
    if taken:
        yield widget
    if not (taken and isinstance(widget, QAbstractScrollArea | QLineEdit)):
        yield from _within(widget)


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    """The widgets of a layout and of the layouts in it, as one reads them; asked as `cards.laid_out` does."""
    if layout is None:
        return
    inner = [one for one in layout.children() if isinstance(one, QLayout)]
    parts: list[QWidget | QLayout] = [*laid_out(layout), *inner]
    for part in sorted(parts, key=lambda one: _reading_place(layout, one)):
        if isinstance(part, QWidget):
            yield part
        else:
            yield from _laid_out(part)


def _reading_place(layout: QLayout, part: QWidget | QLayout) -> tuple[int, ...]:
    place = layout.indexOf(part)
    if isinstance(layout, QGridLayout):
        return tuple(layout.getItemPosition(place))[:2]  # type: ignore[arg-type]
    backwards = isinstance(layout, QBoxLayout) and layout.direction() in _BACKWARDS
    return (-place if backwards else place,)
