"""Order details: where and when, with availability per store and the deposit it will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from pos_app.ui.screens.order_details.particulars import Particulars
from pos_app.ui.screens.order_details.places import Places
from pos_app.ui.screens.order_details.views import (
    DayChoice,
    DepositPreview,
    MethodChoice,
    Needed,
    OrderDetailsForm,
    SlotChoice,
    SourceChoice,
    StoreChoice,
)
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, edges, row, scrolled
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import FieldError, MoneyLabel, ShortText, Text
from pos_app.ui.wording import say


class OrderDetailsScreen(Surface):
    """Details of a new or a changed order; `done` hands them over unchecked but for what is missing."""

    method_chosen = Signal(str)
    store_chosen = Signal(str)
    source_chosen = Signal(str)
    day_chosen = Signal(object)
    days_turned = Signal(int)
    customer_pressed = Signal()
    done = Signal(OrderDetailsForm)
    quote_pressed = Signal(OrderDetailsForm)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self._title = ShortText("", size=22, weight=700)
        self._who = ShortText("", size=16, tone="ink-2")
        self.places = Places()
        self.places.method_chosen.connect(self.method_chosen)
        self.places.store_chosen.connect(self.store_chosen)
        self.particulars = Particulars()
        self.particulars.source_chosen.connect(self.source_chosen)
        self.particulars.day_chosen.connect(self.day_chosen)
        self.particulars.days_turned.connect(self.days_turned)
        self._lacks = FieldError()
        self.customer_key = Key(say("order_details.customer"), icon="user", height=52, size=15)
        self.customer_key.set_shortcut("F4")
        self.customer_key.clicked.connect(self.customer_pressed)
        left, right = Card(edge=20), Card(edge=20)
        left.column.addWidget(self.places)
        right.column.addWidget(scrolled(self.particulars))
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(px(16))
        self._cards.addWidget(left, 1)
        self._cards.addWidget(right, 1)
        inside = column(edge=16, gap=12)
        head = row(gap=12)
        edges(head, 4, 0, 4, 0)
        head.addWidget(self._title)
        head.addWidget(self._who, 1)
        head.addWidget(self.customer_key)
        inside.addLayout(head)
        inside.addWidget(self._lacks)
        inside.addLayout(self._cards, 1)
        inside.addLayout(self._foot())
        self.setLayout(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other, or one above the other where the screen is upright."""
        super().resizeEvent(event)
        directions, upright = QBoxLayout.Direction, self.width() < self.height()
        self._cards.setDirection(directions.TopToBottom if upright else directions.LeftToRight)

    def _foot(self) -> QHBoxLayout:
        back = Key(say("order_details.back"), icon="chevron-left", height=72)
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        self.quote_key = Key(say("order_details.quote"), icon="file-text", height=72)
        self.quote_key.clicked.connect(lambda: self._hand_over(self.quote_pressed))
        self.done_key = BigKey(say("order_details.done"))
        self.done_key.set_shortcut("F12")
        self.done_key.clicked.connect(lambda: self._hand_over(self.done))
        self._deposit_words = Text("", size=15, tone="ink-2")
        self._deposit = MoneyLabel(size=28, weight=700)
        sums = column(gap=0)
        sums.addWidget(self._deposit_words)
        sums.addWidget(self._deposit)
        foot = row(gap=12)
        foot.addWidget(back)
        foot.addWidget(self.quote_key)
        foot.addStretch(1)
        foot.addLayout(sums)
        foot.addWidget(self.done_key, 0)
        self.done_key.setMinimumWidth(self.done_key.sizeHint().width() * 3 // 2)
        return foot

    def show_order(
        self, title: str, who: str, form: OrderDetailsForm, *, quote_possible: bool = True
    ) -> None:
        """The order whose details these are, with what is known so far."""
        self._title.say(title)
        self._who.say(who)
        self.places.show_address(form.address)
        self.particulars.show_texts(form)
        self.quote_key.setVisible(quote_possible)

    def show_methods(self, methods: Sequence[MethodChoice], chosen: str) -> None:
        """Delivery methods."""
        self.places.show_methods(methods, chosen)

    def show_stores(self, stores: Sequence[StoreChoice], chosen: str = "") -> None:
        """Stores with the availability of this cart."""
        self.places.show_stores(stores, chosen)

    def show_sources(self, sources: Sequence[SourceChoice], chosen: str = "") -> None:
        """Where the order comes from."""
        self.particulars.show_sources(sources, chosen)

    def show_needed(self, needed: Needed) -> None:
        """Mark what must be chosen."""
        self.particulars.show_needed(source=needed.source)
        self.places.show_needed(method=needed.method)

    def show_days(
        self, days: Sequence[DayChoice], chosen: date | None = None, *, earlier: bool = False
    ) -> None:
        """Days to ask for; `earlier` when there are some before them."""
        self.particulars.show_days(days, chosen, earlier=earlier)

    def show_slots(self, slots: Sequence[SlotChoice], chosen: str = "") -> None:
        """Parts of the chosen day to ask for."""
        self.particulars.show_slots(slots, chosen)

    def show_promise(self, words: str) -> None:
        """When the order will be ready."""
        self.particulars.show_promise(words)

    def show_deposit(self, deposit: DepositPreview) -> None:
        """What will be asked for now."""
        if deposit.needed:
            words = say("order_details.deposit_share", percent=deposit.percent) if deposit.percent else ""
            self._deposit_words.say(words or say("order_details.deposit"))
            self._deposit.show_amount(deposit.needed)
        else:
            self._deposit_words.say(say("order_details.no_deposit"))
            self._deposit.show_amount(deposit.total)

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Words by field: customer, method, store, source, day, the address parts, comments and collector."""
        self._lacks.say(errors.get("customer", ""))
        self.places.show_errors(errors)
        self.particulars.show_errors(errors)

    def form(self) -> OrderDetailsForm:
        """Everything as it stands."""
        texts = {name: field.text() for name, field in self.particulars.texts.items()}
        return OrderDetailsForm(
            method=self.places.methods.current(),
            store=self.places.stores.current() if self._needs_store() else "",
            source=self.particulars.sources.current(),
            day=self.particulars.chosen_day(),
            slot=self.particulars.chosen_slot(),
            address=self.places.typed_address(),
            **texts,
        )

    def _needs_store(self) -> bool:
        method = self.places.needs()
        return method is not None and method.needs_store

    def _missing(self) -> dict[str, str]:
        method = self.places.needs()
        if method is not None and method.needs_store and not self.places.stores.current():
            return {"store": say("refusal.store_needed")}
        return {}

    def _hand_over(self, signal: SignalInstance) -> None:
        missing = self._missing()
        self.show_errors(missing)
        if not missing:
            signal.emit(self.form())
