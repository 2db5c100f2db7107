"""Where the order goes: delivery method, then a store with its availability, or an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.order_details.views import AddressForm, Cover, MethodChoice, StoreChoice
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column, grid, scrolled
from pos_app.ui.widgets.choices import Choice, ChoiceList
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.labels import FieldError, Text, captioned
from pos_app.ui.wording import say

_TONES = {Cover.ALL: "ok", Cover.SOME: "warn", Cover.NONE: "bad", Cover.UNKNOWN: "quiet"}
ADDRESS = tuple(field.name for field in fields(AddressForm))
_WIDE = {"street", "extra"}


class Places(QWidget):
    """Method, store and address; says when one of them changed."""

    method_chosen = Signal(str)
    store_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, MethodChoice] = {}
        self._methods_title = Text(say("order_details.method"), size=15, weight=600)
        self.methods = ChoiceList(say("order_details.method"), columns=2, row_height=64)
        self.methods.chosen.connect(self._method)
        self._stores_title = Text(say("order_details.store"), size=15, weight=600)
        self.stores = ChoiceList(say("order_details.store"), row_height=60)
        self.stores.chosen.connect(self._store)
        self._error = FieldError()
        self.address = {
            name: TextField(say(f"order_details.{name}"), needed=name != "extra") for name in ADDRESS
        }
        self._address = QWidget()
        places = grid(gap=8)
        line = 0
        for name in ADDRESS:
            if name in _WIDE:
                places.addWidget(self.address[name], line, 0, 1, 3)
                line += 1
        for number, name in enumerate(name for name in ADDRESS if name not in _WIDE):
            places.addWidget(self.address[name], line, number)
        self._address.setLayout(places)
        holder = QWidget()
        below = column(gap=8)
        below.addWidget(self._stores_title)
        below.addWidget(self.stores)
        below.addWidget(self._address)
        below.addStretch(1)
        holder.setLayout(below)
        inside = column(gap=8)
        inside.addWidget(self._methods_title)
        inside.addWidget(self.methods)
        inside.addWidget(self._error)
        inside.addSpacing(px(6))
        inside.addWidget(scrolled(holder), 1)
        self.setLayout(inside)
        self._show_needs()

    def show_methods(self, methods: Sequence[MethodChoice], chosen: str) -> None:
        """The delivery methods of this till."""
        self._methods = {method.code: method for method in methods}
        self.methods.show_choices([Choice(m.code, m.text, m.detail, icon=m.icon) for m in methods], chosen)
        if not chosen:
            self.methods.choose_none()
        self._show_needs()

    def show_needed(self, *, method: bool) -> None:
        """Mark the delivery method where it must be chosen."""
        self._methods_title.say(captioned(say("order_details.method"), needed=method))

    def show_stores(self, stores: Sequence[StoreChoice], chosen: str = "") -> None:
        """Stores with the availability of this cart."""
        self.stores.show_choices([_store_choice(store) for store in stores], chosen)

    def show_address(self, address: AddressForm) -> None:
        """Fill the address."""
        for name in ADDRESS:
            self.address[name].set_text(getattr(address, name))

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Words for `method`, `store` and each part of the address."""
        self._error.say(errors.get("method") or errors.get("store") or "")
        for name in ADDRESS:
            self.address[name].show_error(errors.get(name, ""))

    def needs(self) -> MethodChoice | None:
        """The chosen method."""
        return self._methods.get(self.methods.current())

    def typed_address(self) -> AddressForm:
        """The address as typed."""
        return AddressForm(**{name: self.address[name].text() for name in ADDRESS})

    def _method(self, code: str) -> None:
        self._error.say("")
        self._show_needs()
        self.method_chosen.emit(code)

    def _store(self, code: str) -> None:
        self._error.say("")
        self.store_chosen.emit(code)

    def _show_needs(self) -> None:
        method = self.needs()
        for widget in (self.stores, self._stores_title):
            widget.setVisible(method is not None and method.needs_store)
        self._address.setVisible(method is not None and method.needs_address)


def _store_choice(store: StoreChoice) -> Choice:
    return Choice(
        code=store.store_id,
        title=store.name,
        detail=store.ready,
        badge=say(f"order_details.cover_{store.cover}", have=store.have, wanted=store.wanted),
        badge_tone=_TONES[store.cover],
        icon="map-pin",
    )
