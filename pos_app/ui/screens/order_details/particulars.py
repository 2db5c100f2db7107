"""When, from where, for whom, and what else to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScroller, QWidget

from pos_app.ui.screens.order_details.views import (
    DayChoice,
    OrderDetailsForm,
    SlotChoice,
    SourceChoice,
)
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column, edges, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import FieldError, Text, captioned
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import day, say

ANY_DAY, ANY_TIME = "any", "any"
TEXTS = ("staff_comment", "customer_comment", "collector_name", "collector_phone")


class Particulars(QWidget):
    """Source, requested day and slot, what is promised, comments, other collector."""

    source_chosen = Signal(str)
    day_chosen = Signal(object)
    days_turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.sources = SegmentTabs(weight=500, firm=True)
        self.sources.chosen.connect(self._source)
        self._source_title = Text(say("order_details.source"), size=15, weight=600)
        self._source_error = FieldError()
        self.days = SegmentTabs(weight=500, columns=4)
        self.days.chosen.connect(self._day)
        self._day_error = FieldError()
        self.slots = SegmentTabs(weight=500, columns=4)
        self.slots.chosen.connect(lambda _code: self._day_error.say(""))
        self._slot_title = Text(say("order_details.slot"), size=15, weight=600)
        self._promise = Text("", size=15, tone="ink-2", wrap=True)
        self.earlier = self._turner("chevron-left", say("order_details.days_earlier"), -1)
        self.later = self._turner("chevron-right", say("order_details.days_later"), 1)
        self.texts = {
            name: TextField(say(f"order_details.{name}"), hint=say(f"order_details.{name}_hint"))
            for name in TEXTS
        }
        inside = column(gap=6)
        edges(inside, 0, 0, 14, 0)
        inside.addWidget(self._source_title)
        inside.addWidget(_sideways(self.sources))
        inside.addWidget(self._source_error)
        inside.addSpacing(px(4))
        inside.addLayout(self._day_head())
        inside.addWidget(self.days)
        inside.addWidget(self._day_error)
        inside.addWidget(self._slot_title)
        inside.addWidget(self.slots)
        inside.addWidget(self._promise)
        inside.addSpacing(px(4))
        inside.addWidget(self.texts["staff_comment"])
        inside.addWidget(self.texts["customer_comment"])
        collector = row(gap=8)
        collector.addWidget(self.texts["collector_name"], 1)
        collector.addWidget(self.texts["collector_phone"], 1)
        inside.addLayout(collector)
        inside.addStretch(1)
        self.setLayout(inside)

    def _turner(self, icon: str, name: str, pages: int) -> Key:
        key = Key("", icon=icon, height=48)
        key.setAccessibleName(name)
        key.clicked.connect(lambda: self.days_turned.emit(pages))
        return key

    def _day_head(self) -> QHBoxLayout:
        head = row(gap=8)
        head.addWidget(Text(say("order_details.day"), size=15, weight=600), 1)
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        return head

    def show_sources(self, sources: Sequence[SourceChoice], chosen: str = "") -> None:
        """Where the order comes from; nothing is chosen where that is not said."""
        self.sources.show_tabs([Tab(source.code, source.text) for source in sources])
        if chosen:
            self.sources.choose(chosen)
        else:
            self.sources.choose_none()

    def show_needed(self, *, source: bool) -> None:
        """Mark the source where it must be chosen."""
        self._source_title.say(captioned(say("order_details.source"), needed=source))

    def show_days(
        self, days: Sequence[DayChoice], chosen: date | None = None, *, earlier: bool = False
    ) -> None:
        """As soon as possible, or one of these days; impossible ones say why when pointed at.

        A chosen day that is not among them stays in sight before them.
        """
        if chosen is not None and chosen not in {choice.day for choice in days}:
            days = (DayChoice(chosen), *days)
        self.earlier.setEnabled(earlier)
        tabs = [Tab(ANY_DAY, say("order_details.any_day"))]
        tabs += [Tab(choice.day.isoformat(), day(choice.day)) for choice in days]
        self.days.show_tabs(tabs)
        for choice in days:
            key = self.days.key(choice.day.isoformat())
            key.setEnabled(choice.possible)
            key.setToolTip(choice.reason)
            key.setAccessibleDescription(choice.reason)
        self.days.choose(chosen.isoformat() if chosen is not None else ANY_DAY)

    def show_slots(self, slots: Sequence[SlotChoice], chosen: str = "") -> None:
        """Any time of the day, or one of these slots; nothing where a day is all there is to choose."""
        for widget in (self.slots, self._slot_title):
            widget.setVisible(bool(slots))
        tabs = [Tab(ANY_TIME, say("order_details.any_time"))]
        self.slots.show_tabs(tabs + [Tab(slot.code, slot.text) for slot in slots])
        for slot in slots:
            key = self.slots.key(slot.code)
            key.setEnabled(slot.possible)
            key.setToolTip(slot.reason)
            key.setAccessibleDescription(slot.reason)
        known = {slot.code for slot in slots}
        self.slots.choose(chosen if chosen in known else ANY_TIME)

    def show_promise(self, words: str) -> None:
        """When the order will be ready."""
        self._promise.say(words)

    def chosen_slot(self) -> str:
        """The requested slot, empty for any time."""
        code = self.slots.current()
        return "" if code == ANY_TIME or not self.slots.isVisibleTo(self) else code

    def show_texts(self, form: OrderDetailsForm) -> None:
        """Fill comments and collector."""
        for name in TEXTS:
            self.texts[name].set_text(getattr(form, name))

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Words for `source`, `day` and each text."""
        self._source_error.say(errors.get("source", ""))
        self._day_error.say(errors.get("day", ""))
        for name in TEXTS:
            self.texts[name].show_error(errors.get(name, ""))

    def chosen_day(self) -> date | None:
        """The requested day, None for as soon as possible."""
        code = self.days.current()
        return None if code in ("", ANY_DAY) else date.fromisoformat(code)

    def _source(self, code: str) -> None:
        self._source_error.say("")
        self.source_chosen.emit(code)

    def _day(self, code: str) -> None:
        self._day_error.say("")
        self.day_chosen.emit(self.chosen_day())


def _sideways(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFixedHeight(px(52))
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    content.setProperty("surface", "clear")
    area.setWidget(content)
    return area
