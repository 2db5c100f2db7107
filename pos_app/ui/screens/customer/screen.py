"""Customers: search left, the customer or the form right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.customer.form import CustomerFields
from pos_app.ui.screens.customer.views import CustomerForm, CustomerHit, CustomerOrder
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, edges, row
from pos_app.ui.widgets.cart_list import CartList, CartRow
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.fields import SearchField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Rule, Text
from pos_app.ui.wording import say

NOBODY, DETAILS, FORM = range(3)


class CustomerScreen(Surface):
    """Finds, shows, creates and changes customers; gives one to the sale."""

    searched = Signal(str)
    customer_chosen = Signal(str)
    new_pressed = Signal(str)
    change_pressed = Signal(str)
    saved = Signal(CustomerForm)
    used = Signal(str)
    removed = Signal()
    order_opened = Signal(str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self._shown = ""
        self.search = SearchField(say("customer.search"))
        self.search.searched.connect(self.searched)
        self.search.entered.connect(self.searched)
        self.search.left_down.connect(self._into_hits)
        self.hits = CartList(say("customer.found"), quantity_width=38)
        self.hits.line_chosen.connect(self.customer_chosen)
        self._none = Text("", size=16, tone="ink-2", wrap=True)
        self.form = CustomerFields()
        self.form.saved.connect(self.saved)
        self.form.cancelled.connect(self._form_cancelled)
        self.orders = CartList(say("customer.orders"), quantity_width=38, inset=8)
        self.orders.line_pressed.connect(self.order_opened)
        self._places = QStackedWidget()
        for place in (self._nobody(), self._details(), self.form):
            self._places.addWidget(place)
        right = Card(edge=24)
        right.column.addWidget(self._places)
        inside = row(edge=16, gap=16)
        inside.addLayout(self._left(), 5)
        inside.addWidget(right, 6)
        self.setLayout(inside)
        self.setFocusProxy(self.search)

    def _left(self) -> QVBoxLayout:
        left = column(gap=10)
        head = row(gap=8)
        back = Key("", icon="chevron-left")
        back.setAccessibleName(say("keys.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head.addWidget(back)
        head.addWidget(self.search, 1)
        left.addLayout(head)
        card = Card(edge=0, gap=0)
        edges(card.column, 1, 6, 1, 6)
        card.column.addWidget(self.hits, 1)
        words = row(edge=16)
        words.addWidget(self._none)
        card.column.addLayout(words)
        card.column.addStretch(0)
        left.addWidget(card, 1)
        left.addLayout(self._left_keys())
        return left

    def _left_keys(self) -> QHBoxLayout:
        keys = row(gap=8)
        new = Key(say("customer.new"), icon="user-plus", height=64)
        new.set_shortcut("F2")
        new.clicked.connect(lambda: self.new_pressed.emit(self.search.text().strip()))
        self._without = Key(say("customer.without"), height=64)
        self._without.clicked.connect(self.removed)
        keys.addWidget(new, 1)
        keys.addWidget(self._without, 1)
        return keys

    def _nobody(self) -> QWidget:
        place = QWidget()
        inside = column(gap=12)
        inside.addStretch(1)
        sign = QLabel()
        sign.setPixmap(pixmap("users", 64, "ink-2"))
        sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(sign)
        words = Text(say("customer.hint"), size=16, tone="ink-2", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(words)
        inside.addStretch(2)
        place.setLayout(inside)
        return place

    def _details(self) -> QWidget:
        place = QWidget()
        self._name = Text("", size=26, weight=700, wrap=True)
        self._badge = Badge()
        self._facts = Text("", size=16, tone="ink-2", wrap=True)
        self._balances = Text("", size=18, weight=600, tone="ok", wrap=True)
        self._no_orders = Text(say("customer.no_orders"), size=15, tone="ink-2")
        change = Key(say("customer.change"), icon="pencil", height=72)
        change.clicked.connect(lambda: self.change_pressed.emit(self._shown))
        self.use_key = BigKey(say("customer.use"))
        self.use_key.set_shortcut("F12")
        self.use_key.clicked.connect(lambda: self.used.emit(self._shown))
        head = row(gap=12)
        head.addWidget(self._name, 1)
        head.addWidget(self._badge)
        keys = row(gap=8)
        keys.addWidget(change, 1)
        keys.addWidget(self.use_key, 2)
        inside = column(gap=8)
        inside.addLayout(head)
        inside.addWidget(self._facts)
        inside.addWidget(self._balances)
        inside.addSpacing(px(8))
        inside.addWidget(Text(say("customer.orders"), size=15, weight=600))
        inside.addWidget(Rule())
        inside.addWidget(self._no_orders)
        inside.addWidget(self.orders, 1)
        inside.addStretch(0)
        inside.addLayout(keys)
        place.setLayout(inside)
        return place

    def show_hits(self, hits: Sequence[CustomerHit], *, chosen: str = "", words: str = "") -> None:
        """Who was found, one of them chosen; without anybody, words that say so."""
        rows = [CartRow(h.customer_id, "", h.name, h.detail, badge=h.badge, icon="user") for h in hits]
        self.hits.show_rows(rows, chosen)
        self.hits.setVisible(bool(hits))
        text = self.search.text().strip()
        self._none.say(
            words or ("" if hits else say("customer.nobody", text=text) if text else say("customer.type"))
        )
        self._none.setVisible(bool(self._none.text()))

    def show_customer(
        self, customer: CustomerForm, orders: Sequence[CustomerOrder], *, badge: str = ""
    ) -> None:
        """One customer with the orders."""
        self._shown = customer.customer_id
        self.show_balances(customer.customer_id, ())
        self._name.say(customer.name)
        self._badge.show_badge(badge, "info")
        card = say("customer.card", card=customer.member_card) if customer.member_card else ""
        self._facts.say("\n".join(fact for fact in (customer.phone, customer.email, card) if fact))
        self.orders.show_rows([_order_row(order) for order in orders])
        self.orders.setVisible(bool(orders))
        self._no_orders.setVisible(not orders)
        self._places.setCurrentIndex(DETAILS)

    def show_balances(self, customer_id: str, words: Sequence[str]) -> None:
        """What the centre keeps for the customer who is shown."""
        if customer_id == self._shown:
            self._balances.say(" · ".join(words))
            self._balances.setVisible(bool(words))

    def show_form(self, form: CustomerForm) -> None:
        """Create or change a customer."""
        self.form.show_form(form)
        self._places.setCurrentIndex(FORM)
        self.form.setFocus()

    def show_form_errors(self, errors: Mapping[str, str]) -> None:
        """Words beside wrong fields: name, phone, email, member_card."""
        self.form.show_errors(errors)

    def show_nobody(self) -> None:
        """An empty search, nobody chosen."""
        self._shown = ""
        self.search.clear()
        self.show_hits([])
        self._places.setCurrentIndex(NOBODY)

    def show_removable(self, *, removable: bool) -> None:
        """Whether the sale has a customer who could be taken out of it."""
        self._without.setEnabled(removable)

    def _form_cancelled(self) -> None:
        self._places.setCurrentIndex(DETAILS if self._shown else NOBODY)
        self.search.setFocus()

    def _into_hits(self) -> None:
        if self.hits.rows():
            self.hits.setFocus()
            self.hits.setCurrentIndex(self.hits.model().index(0, 0))


def _order_row(order: CustomerOrder) -> CartRow:
    return CartRow(
        line_id=order.order_id,
        quantity="",
        name=order.number,
        detail=order.detail,
        amount=order.to_pay,
        badge=order.badge,
        badge_tone=order.badge_tone,
        icon="package",
    )
