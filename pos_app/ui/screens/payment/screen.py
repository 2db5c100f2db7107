"""Payment: what is due very large, tenders, split, card terminal, change and receipt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from pos_app.ui.screens.payment.card_panel import CardPanel
from pos_app.ui.screens.payment.done_panel import DonePanel
from pos_app.ui.screens.payment.stuck_panel import StuckPanel
from pos_app.ui.screens.payment.tendering import Tendering
from pos_app.ui.screens.payment.views import (
    CardState,
    CardView,
    PaymentHead,
    Receipt,
    TakenPayment,
    TenderChoice,
)
from pos_app.ui.theme import px
from pos_app.ui.widgets.approval import ApprovalPanel
from pos_app.ui.widgets.cards import Card, Surface, clear, column, edges, row
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import MoneyLabel, Rule, Text
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money

TENDERING, CARD, DONE, APPROVAL, STUCK = range(5)


class PaymentScreen(Surface):
    """Takes or pays back money; every amount it hands over is positive."""

    tendered = Signal(str, Money, str)
    payment_removed = Signal(str)
    card_cancelled = Signal()
    card_asked_again = Signal()
    card_tried_again = Signal()
    card_left = Signal()
    card_decided = Signal(bool)
    approved = Signal(str, str, str)
    finished = Signal(str, str)
    tried_again = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self.tendering = Tendering()
        self.tendering.tendered.connect(self.tendered)
        self.card = CardPanel()
        self.card.cancelled.connect(self.card_cancelled)
        self.card.asked_again.connect(self.card_asked_again)
        self.card.tried_again.connect(self.card_tried_again)
        self.card.other_tender.connect(self.card_left)
        self.card.decided.connect(self.card_decided)
        self.done = DonePanel()
        self.done.finished.connect(self.finished)
        self.approval = ApprovalPanel()
        self.approval.approved.connect(self.approved)
        self.approval.cancelled.connect(self.show_tendering)
        self.stuck = StuckPanel()
        self.stuck.tried_again.connect(self.tried_again)
        self.stuck.given_back.connect(self.show_tendering)
        self._places = QStackedWidget()
        for place in (self.tendering, self.card, self.done, self.approval, self.stuck):
            self._places.addWidget(place)
        right = Card(edge=24)
        right.column.addWidget(self._places)
        self._taken_some = False
        self._left = self._left_side()
        inside = row(gap=0)
        inside.addWidget(self._left)
        inside.addWidget(Rule(upright=True))
        around = row(edge=16)
        around.addWidget(right)
        inside.addLayout(around, 1)
        self.setLayout(inside)
        self.setFocusProxy(self.tendering)

    def _left_side(self) -> Surface:
        left = Surface("card")
        self._title = Text("", size=20, weight=700, wrap=True)
        self._detail = Text("", size=15, tone="ink-2", wrap=True)
        self._total = MoneyLabel(size=16, weight=400)
        self._due_words = Text("", size=18, weight=600)
        self._due = MoneyLabel(size=52, weight=700)
        self._taken: QVBoxLayout = column(gap=6)
        self._back = Key(say("keys.back"), icon="chevron-left", height=64)
        self._back.set_shortcut("Esc")
        self._back.clicked.connect(self.back_pressed)
        inside = column(gap=8)
        edges(inside, 16, 16, 16, 12)
        inside.addWidget(self._title)
        inside.addWidget(self._detail)
        inside.addWidget(Rule())
        inside.addLayout(_pair(Text(say("payment.total"), tone="ink-2"), self._total))
        inside.addLayout(self._taken)
        inside.addStretch(1)
        inside.addWidget(Rule())
        inside.addWidget(self._due_words)
        inside.addWidget(self._due)
        inside.addSpacing(px(8))
        inside.addWidget(self._back)
        left.setLayout(inside)
        return left

    def show_head(self, head: PaymentHead) -> None:
        """What is paid and what is left of it; negative means that money goes back."""
        self._title.say(head.title)
        self._detail.say(head.detail)
        self._detail.setVisible(bool(head.detail))
        self._total.show_amount(head.total)
        back = head.due.amount < 0
        self._due_words.say(say("payment.to_pay_back" if back else "payment.to_pay"))
        self._due.show_amount(-head.due if back else head.due)
        self.tendering.show_due(head.due)

    def show_tenders(self, tenders: Sequence[TenderChoice]) -> None:
        """The ways to pay; the first is the usual one."""
        self.tendering.show_tenders(tenders)

    def show_quick_cash(self, amounts: Sequence[Money], tender: str = "cash") -> None:
        """Amounts at one touch."""
        self.tendering.show_quick_cash(amounts, tender)

    def show_taken(self, payments: Sequence[TakenPayment]) -> None:
        """The parts of a split payment; those that may still be taken back have a cross."""
        clear(self._taken)
        for payment in payments:
            line = row(gap=8)
            words = Text(
                " · ".join(part for part in (payment.text, payment.detail) if part), tone="ink", wrap=True
            )
            line.addWidget(words, 1)
            line.addWidget(MoneyLabel(payment.amount))
            if payment.removable:
                away = Key("", icon="x", height=48)
                away.setAccessibleName(say("payment.remove", text=payment.text, amount=money(payment.amount)))
                away.setFixedWidth(px(48))
                away.clicked.connect(lambda _=False, code=payment.payment_id: self.payment_removed.emit(code))
                line.addWidget(away)
            self._taken.addLayout(line)
        self._taken_some = bool(payments)
        self._back.setEnabled(not payments)

    def show_tendering(self) -> None:
        """Choose a tender."""
        self._back.setEnabled(not self._taken_some)
        self._places.setCurrentIndex(TENDERING)
        self.setFocusProxy(self.tendering)
        self.tendering.setFocus()

    def show_card(self, card: CardView) -> None:
        """What the card terminal does."""
        self.card.show_card(card)
        self._back.setEnabled(card.state is not CardState.WAITING and not self._taken_some)
        self._places.setCurrentIndex(CARD)

    def show_done(
        self, title: str, change: Money, *, email: str = "", wanted: Receipt | None = Receipt.PRINT
    ) -> None:
        """Everything is paid: change and receipt."""
        self.done.show_done(title, change, email=email, wanted=wanted)
        self._places.setCurrentIndex(DONE)
        self._back.setEnabled(False)
        self.setFocusProxy(self.done)
        self.done.setFocus()

    def show_stuck(self, words: str) -> None:
        """The money is taken, what it was taken for was refused."""
        self.stuck.show_why(words)
        self._places.setCurrentIndex(STUCK)
        self.setFocusProxy(self.stuck)
        self.stuck.setFocus()

    def ask_approval(self, title: str, why: str, approvers: Sequence[tuple[str, str, str]]) -> None:
        """Somebody else must decide; approvers are (staff id, name, role)."""
        self.approval.ask(title, why, approvers, reason_needed=True)
        self._places.setCurrentIndex(APPROVAL)
        self.approval.setFocus()

    def show_error(self, words: str) -> None:
        """What was refused, beside the field."""
        self.tendering.show_error(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The left side keeps its width; on a narrow screen it gives a little."""
        super().resizeEvent(event)
        self._left.setFixedWidth(min(px(430), max(px(310), round(self.width() * 0.32))))


def _pair(words: Text, amount: MoneyLabel) -> QHBoxLayout:
    line = row(gap=8)
    line.addWidget(words)
    line.addStretch(1)
    line.addWidget(amount)
    return line
