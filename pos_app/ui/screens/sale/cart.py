"""The left side of the sale: customer, order, lines, sums and keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from pos_app.ui.icons import paint_icon
from pos_app.ui.screens.sale.views import SaleCustomer, SaleLineView, SaleOrder, SaleTotals
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.cards import Surface, column, edges, row
from pos_app.ui.widgets.cart_list import CartList, CartRow
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import BigKey, Key, PressedArea
from pos_app.ui.widgets.labels import MoneyLabel, Rule, ShortText, Text
from pos_app.ui.widgets.painting import LEFT, MIDDLE, Pen, badge, badge_width, focus_ring, line
from pos_app.ui.wording import money, quantity, say


class CustomerRow(PressedArea):
    """Who the sale is for; pressing it finds or creates a customer."""

    def __init__(self) -> None:
        self._customer: SaleCustomer | None = None
        super().__init__(say("sale.add_customer"))
        self.setFixedHeight(px(64))
        self.set_shortcut("F4")

    def show_customer(self, customer: SaleCustomer | None) -> None:
        """This customer, or none."""
        self._customer = customer
        self.set_label(customer.name if customer is not None else say("sale.add_customer"))
        self.setAccessibleDescription(customer.detail if customer is not None else "")

    def sizeHint(self) -> QSize:
        """As wide as the cart."""
        return QSize(px(300), px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, second line and the badge of open orders."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("press" if self.isDown() else "card"))
        room = self.rect().adjusted(px(16), 0, -px(16), 0)
        if self._customer is None:
            side = px(22)
            place = QRectF(room.left(), (self.height() - side) / 2, side, side)
            paint_icon(painter, "user-plus", place, colour("ink-2"))
            line(
                painter,
                room.adjusted(side + px(12), 0, 0, 0),
                self.label,
                Pen(16, 500, "ink-2"),
                LEFT | MIDDLE,
            )
        else:
            self._paint_customer(painter, self._customer)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()

    def _paint_customer(self, painter: QPainter, customer: SaleCustomer) -> None:
        room = self.rect().adjusted(px(16), 0, -px(16), 0)
        right = 0
        if customer.badge:
            badge(painter, room, customer.badge, "info")
            right = badge_width(customer.badge) + px(10)
        above = room.adjusted(0, px(11), -right, -px(31))
        line(painter, above, customer.name, Pen(16, 700), LEFT | MIDDLE)
        line(
            painter,
            room.adjusted(0, px(34), -right, -px(11)),
            customer.detail,
            Pen(14, 400, "ink-2"),
            LEFT | MIDDLE,
        )


class Cart(Surface):
    """Customer, lines, total, and the keys below them."""

    customer_pressed = Signal()
    line_chosen = Signal(str)
    line_pressed = Signal(str)
    quantity_pressed = Signal()
    discount_pressed = Signal()
    more_pressed = Signal()
    order_pressed = Signal()
    pay_pressed = Signal()
    _has_lines = False
    _has_order = False

    def __init__(self) -> None:
        super().__init__("card")
        self.customer = CustomerRow()
        self.customer.clicked.connect(self.customer_pressed)
        self.lines = CartList(say("sale.lines"))
        self.lines.line_chosen.connect(self.line_chosen)
        self.lines.line_pressed.connect(self.line_pressed)
        self._empty = Text(say("sale.empty"), size=15, tone="ink-2", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._order = self._order_strip()
        self._tax_words = Text("", size=16, tone="ink-2")
        self._tax = MoneyLabel(size=16, weight=400, tone="ink-2")
        self._paid_words = Text(say("sale.paid"), size=16, tone="ink-2")
        self._paid = MoneyLabel(size=16, weight=400, tone="ink-2")
        self._total_words = Text(say("sale.total"), size=18, weight=700)
        self._total = MoneyLabel(size=34, weight=700)
        inside = column(gap=0)
        inside.addWidget(self.customer)
        inside.addWidget(Rule())
        inside.addWidget(self._order)
        inside.addWidget(self.lines, 1)
        inside.addWidget(self._empty, 1)
        inside.addWidget(Rule())
        inside.addLayout(self._foot())
        self.setLayout(inside)
        self.show_lines([])

    def _order_strip(self) -> Surface:
        strip = Surface("strip")
        inside = row(gap=8)
        edges(inside, 16, 8, 16, 8)
        self._order_number = ShortText("", size=15, weight=700)
        self._order_detail = ShortText("", size=14, tone="ink-2")
        self._order_badge = Badge()
        inside.addWidget(self._order_number)
        inside.addWidget(self._order_detail, 1)
        inside.addWidget(self._order_badge)
        strip.setLayout(inside)
        strip.hide()
        return strip

    def _foot(self) -> QVBoxLayout:
        foot = column(gap=6)
        edges(foot, 16, 10, 16, 12)
        for words, amount in ((self._tax_words, self._tax), (self._paid_words, self._paid)):
            foot.addLayout(_sum_row(words, amount))
        foot.addLayout(_sum_row(self._total_words, self._total))
        foot.addSpacing(px(4))
        foot.addLayout(self._small_keys())
        foot.addSpacing(px(2))
        foot.addLayout(self._big_keys())
        return foot

    def _small_keys(self) -> QHBoxLayout:
        keys = row(gap=8)
        self.quantity_key = Key(say("sale.qty"))
        self.quantity_key.set_shortcut("F6")
        self.quantity_key.clicked.connect(self.quantity_pressed)
        self.discount_key = Key("%")
        self.discount_key.setAccessibleName(say("sale.discount"))
        self.discount_key.set_shortcut("F7")
        self.discount_key.clicked.connect(self.discount_pressed)
        self.more_key = Key(say("keys.more"))
        self.more_key.set_shortcut("F8")
        self.more_key.clicked.connect(self.more_pressed)
        for key, share in ((self.quantity_key, 1), (self.discount_key, 1), (self.more_key, 2)):
            keys.addWidget(key, share)
        return keys

    def _big_keys(self) -> QHBoxLayout:
        keys = row(gap=8)
        self.order_key = Key(say("sale.customer_order"), height=72)
        self.order_key.set_shortcut("F9")
        self.order_key.clicked.connect(self.order_pressed)
        self.pay_key = BigKey(say("sale.pay"))
        self.pay_key.set_shortcut("F12")
        self.pay_key.clicked.connect(self.pay_pressed)
        keys.addWidget(self.order_key, 1)
        keys.addWidget(self.pay_key, 1)
        return keys

    def show_lines(self, lines: Sequence[SaleLineView], chosen: str = "") -> None:
        """The lines, or a hint when there are none."""
        self.lines.show_rows([_row(view) for view in lines], chosen)
        self.lines.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        for key in (self.quantity_key, self.discount_key):
            key.setEnabled(bool(lines))
        self._has_lines = bool(lines)
        self._enable_keys()

    def _enable_keys(self) -> None:
        """An order without lines that are wanted may still have money to be paid back."""
        self.order_key.setEnabled(self._has_lines)
        self.pay_key.setEnabled(self._has_lines or self._has_order)

    def show_totals(self, totals: SaleTotals) -> None:
        """Tax, what was paid, and the total or what is left."""
        self._tax_words.say(say("sale.tax_included" if totals.tax_included else "sale.tax"))
        self._tax.show_amount(totals.tax)
        self._paid_words.setVisible(totals.paid is not None)
        self._paid.setVisible(totals.paid is not None)
        if totals.paid is not None:
            self._paid.show_amount(totals.paid)
        self._total_words.say(say("sale.total" if totals.left is None else "sale.left"))
        self._total.show_amount(totals.total if totals.left is None else totals.left)

    def show_order(self, order: SaleOrder | None) -> None:
        """The order that is in the sale; its key then opens its details."""
        self._order.setVisible(order is not None)
        self._has_order = order is not None
        self._enable_keys()
        self.order_key.set_label(say("sale.customer_order" if order is None else "sale.order_details"))
        if order is not None:
            self._order_number.say(order.number)
            self._order_detail.say(order.detail)
            self._order_badge.show_badge(order.badge, order.badge_tone)


def _sum_row(words: Text, amount: MoneyLabel) -> QHBoxLayout:
    line = row(gap=8)
    line.addWidget(words)
    line.addStretch(1)
    line.addWidget(amount)
    return line


def _row(view: SaleLineView) -> CartRow:
    notes = [view.detail]
    if view.discount:
        notes.append(say("sale.less", percent=_percent(view.discount)))
    if view.quantity != view.unit.scale and not view.discount:
        notes.insert(0, say("sale.each", price=money(view.unit_price)))
    if view.note:
        notes.append(view.note)
    badge_text = view.badge or (say("sale.pick_up") if view.marked else "")
    return CartRow(
        line_id=view.line_id,
        quantity=quantity(view.quantity, view.unit),
        name=view.name,
        detail=" · ".join(note for note in notes if note),
        detail_tone=view.detail_tone,
        amount=view.amount,
        badge=badge_text,
        badge_tone="ok" if view.marked else view.badge_tone,
        void=view.void,
    )


def _percent(basis_points: int) -> str:
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
