"""The fields of a customer, each with its mistake beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.customer.views import CustomerForm
from pos_app.ui.widgets.cards import column, grid, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import Language, language, say

FIELDS = ("name", "phone", "email", "member_card")


class CustomerFields(QWidget):
    """A new customer or a changed one; `saved` hands over what was typed, unchecked."""

    saved = Signal(CustomerForm)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._customer_id = ""
        self._title = Text("", size=22, weight=700)
        self.fields = {
            name: TextField(say(f"customer.{name}"), hint=say(f"customer.{name}_hint"), needed=name == "name")
            for name in FIELDS
        }
        self._language = SegmentTabs(
            [
                Tab(Language.ENGLISH, "English"),
                Tab(Language.GERMAN, "Deutsch"),
                Tab(Language.DANISH, "Dansk"),
            ],
            weight=500,
        )
        save = Key(say("customer.save"), tone="dark", height=64)
        save.set_shortcut("F12")
        save.clicked.connect(self._save)
        cancel = Key(say("keys.cancel"), height=64)
        cancel.clicked.connect(self.cancelled)
        keys = row(gap=8)
        keys.addWidget(cancel, 1)
        keys.addWidget(save, 2)
        places = grid(gap=12)
        for number, name in enumerate(FIELDS):
            places.addWidget(self.fields[name], *divmod(number, 2), Qt.AlignmentFlag.AlignTop)
            self.fields[name].entered.connect(self._save)
        inside = column(gap=12)
        inside.addWidget(self._title)
        inside.addLayout(places)
        inside.addWidget(Text(say("customer.language"), size=14, weight=500, tone="ink-2"))
        inside.addWidget(self._language)
        inside.addStretch(1)
        inside.addLayout(keys)
        self.setLayout(inside)
        self.setFocusProxy(self.fields["name"])

    def show_form(self, form: CustomerForm) -> None:
        """Fill the fields."""
        self._customer_id = form.customer_id
        self._title.say(say("customer.change" if form.customer_id else "customer.new"))
        for name in FIELDS:
            self.fields[name].set_text(getattr(form, name))
        known = form.language in set(Language)
        self._language.choose(form.language if known else language())

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Words beside each wrong field; the first one gets the focus."""
        for name in FIELDS:
            self.fields[name].show_error(errors.get(name, ""))
        wrong = next((name for name in FIELDS if name in errors), None)
        if wrong is not None:
            self.fields[wrong].setFocus()

    def _save(self) -> None:
        if not self.fields["name"].text():
            self.show_errors({"name": say("customer.name_needed")})
            return
        texts = {name: self.fields[name].text() for name in FIELDS}
        self.saved.emit(CustomerForm(self._customer_id, language=self._language.current(), **texts))
