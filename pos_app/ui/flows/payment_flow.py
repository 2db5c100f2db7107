"""Payment at work: tenders until nothing is left, the card terminal, then the act that was paid for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pos_app.background.card import CardDesk
from pos_app.background.centre import Centre
from pos_app.operations import balances, paying
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.paying import Tendering
from pos_app.store.balance_attempts import BalanceAttempt
from pos_app.store.card_attempts import CardAttempt
from pos_app.ui.flows.balance_part import BalancePart, ask_free
from pos_app.ui.flows.card_part import CardPart
from pos_app.ui.flows.receipt_part import ReceiptPart
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import (
    PaymentHead,
    TakenPayment,
    TenderChoice,
)
from pos_app.ui.wording import language, refused, say
from site_sync.domain.balances import KIND_OF, BalanceKind
from site_sync.domain.codes import Scan
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender, TenderKind, offered

ICONS = {
    TenderKind.CASH: "banknote",
    TenderKind.CARD: "credit-card",
    TenderKind.GIFT_CARD: "gift",
    TenderKind.CREDIT: "wallet",
    TenderKind.ACCOUNT: "file-text",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the act that was paid for came to: words for the end of the payment, or a refusal."""

    words: str = ""
    refusal: Refusal | None = None


Finish = Callable[[Outcome, Callable[[], None]], None]
Then = Callable[[Tendering, Finish], None]


@dataclass(frozen=True, slots=True)
class Ask:
    """Money that is due (below zero: to be paid out), what for, and what is done once it is there."""

    due: Money
    then: Then
    title: str
    detail: str = ""
    subject: str = ""


@dataclass(slots=True)
class _Job:
    tendering: Tendering
    ask: Ask
    customer: Customer | None = None
    free: dict[BalanceKind, Money] = field(default_factory=dict)
    online: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    """What a payment begins with: the tenders, whose money may pay, whether the centre can be asked."""

    tenders: tuple[Tender, ...]
    customer: Customer | None
    online: bool


class PaymentFlow:
    """Takes what is due; the act itself belongs to whoever asked for the money."""

    def __init__(self, at: Workplace, screen: PaymentScreen, card: CardDesk, centre: Centre) -> None:
        self._at = at
        self._screen = screen
        self._card = CardPart(at, screen, card, self._card_approved)
        self._centre = centre
        self._balances = BalancePart(at, centre, self._balance_held, self._refused)
        self._receipt = ReceiptPart(at, screen)
        self._job: _Job | None = None
        self._tenders: dict[str, Tender] = {}
        screen.tendered.connect(self._tendered)
        screen.payment_removed.connect(self._removed)
        screen.tried_again.connect(self._done_with)
        screen.back_pressed.connect(self._back)
        at.takes_scans("payment", self)

    def arrive(self, ask: Ask | None = None, **_: object) -> None:
        """Take this amount, then do what was paid for."""
        if ask is None or (self._job is not None and self._job.ask is ask):
            return
        self._job = _Job(paying.begin(ask.due, asks_receipt=True), ask)
        self._card.forget()
        self._receipt.begin()
        self._balances.let_go()
        self._at.tasks.run(_known, ask.subject, self._at.sale.cart.customer, then=self._begin)
        self._screen.show_tendering()

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _begin(self, known: _Known) -> None:
        job = self._job
        if job is None:
            return
        job.customer, job.online = known.customer, known.online
        shown = [
            one
            for one in known.tenders
            if one.kind is not TenderKind.ONLINE and balances.is_offered(one, job.customer)
        ]
        self._tenders = {one.code: one for one in shown}
        self._show_tenders()
        self._show()
        if job.customer is not None and {one.kind for one in shown} & set(KIND_OF):
            ask_free(self._at, self._centre, job.customer, lambda free: self._free(job, free))

    def _free(self, job: _Job, free: dict[BalanceKind, Money]) -> None:
        if self._job is job:
            job.free = free
            self._show_tenders()

    def _show_tenders(self) -> None:
        self._screen.show_tenders([self._choice(one) for one in self._tenders.values()])

    def _choice(self, tender: Tender) -> TenderChoice:
        """A tender as its key shows it; money that the centre keeps is not to be had without it."""
        job = self._job
        text = tender.names.get(language().value) or tender.names.get("en", tender.code)
        kind, icon = KIND_OF.get(tender.kind), ICONS.get(tender.kind, "wallet")
        if kind is None or job is None:
            return TenderChoice(tender.code, text, icon, may_exceed=tender.kind is TenderKind.CASH)
        if not job.online:
            return TenderChoice(tender.code, text, icon, say("payment.needs_centre"), possible=False)
        number = balances.needs_number(tender, job.customer)
        field_name = f"payment.number_{kind.value}" if number else ""
        free = None if number else job.free.get(kind)
        detail = say("payment.available", amount=free) if free is not None else ""
        return TenderChoice(
            tender.code, text, icon, detail, reference=say(field_name) if field_name else "",
            possible=free is None or bool(free),
        )  # fmt: skip

    def _show(self) -> None:
        job = self._job
        if job is None:
            return
        left = paying.left(job.tendering)
        self._screen.show_head(PaymentHead(job.ask.title, job.ask.detail, job.ask.due, left))
        self._show_taken(job.tendering, final=False)
        self._at.tasks.run(paying.quick_cash, job.tendering, then=self._screen.show_quick_cash)

    def _show_taken(self, tendering: Tendering, *, final: bool) -> None:
        """What was taken so far; once the act is done, nothing can be taken back here."""
        self._screen.show_taken(
            [
                TakenPayment(
                    one.id,
                    self._name(one.tender),
                    Money(one.amount, tendering.due.currency),
                    one.reference,
                    removable=not one.attempt and not final,
                )
                for one in tendering.taken
            ]
        )

    def _name(self, code: str) -> str:
        tender = self._tenders.get(code)
        return self._choice(tender).text if tender else code

    # tenders

    def _tendered(self, code: str, amount: Money, reference: str) -> None:
        job, tender = self._job, self._tenders.get(code)
        if job is None or tender is None or self._receipt.asking or self._waiting:
            return
        if paying.left(job.tendering).amount < 0:
            self._at.act(paying.pay_out, job.tendering, code, reference, then=self._taken)
        elif tender.kind is TenderKind.CASH:
            self._at.act(paying.take_cash, job.tendering, amount, then=self._taken)
        elif tender.kind is TenderKind.CARD:
            self._begin_card(amount)
        elif tender.kind in KIND_OF:
            self._balances.begin(tender, reference, job.customer, amount)
        else:
            self._at.act(paying.take, job.tendering, code, amount, reference, then=self._taken)

    def _taken(self, result: Any) -> None:
        job = self._job
        if job is None:
            return
        if isinstance(result, Refusal):
            self._screen.show_tendering()
            self._refused(result)
            return
        job.tendering = result
        self._screen.show_tendering()
        self._show()
        self._done_with()

    def _done_with(self) -> None:
        """All is there: do what it was taken for."""
        job = self._job
        if job is not None and not self._receipt.asking and paying.is_enough(job.tendering):
            job.ask.then(job.tendering, self._finish)

    def _refused(self, refusal: Refusal) -> None:
        self._screen.show_error(refused(refusal.code.value, refusal.facts))

    def _balance_held(self, attempt: BalanceAttempt) -> None:
        if self._job is not None:
            self._at.tasks.run(balances.take, self._job.tendering, attempt.id, then=self._taken)

    @property
    def _waiting(self) -> bool:
        return self._card.waiting or self._balances.waiting

    def scanned(self, scan: Scan) -> bool:
        """A gift card or a credit note, while its number is asked for."""
        return self._screen.tendering.give_reference(scan.raw)

    def _removed(self, taken_id: str) -> None:
        job = self._job
        if job is None or self._balances.waiting:
            return
        result = paying.untake(job.tendering, taken_id)
        if not isinstance(result, Refusal):
            job.tendering = result
            self._show()
            self._balances.let_go(tuple(one.hold for one in result.taken if one.hold))

    # card

    def _begin_card(self, amount: Money) -> None:
        job = self._job
        if job is None:
            return
        subject = job.ask.subject or job.ask.title

        def keep(desk: Desk, acting: Acting) -> CardAttempt | Refusal:
            return paying.begin_card(desk, acting, amount, subject)

        self._card.begin(keep, lambda attempt: self._card.desk.start(attempt.id, attempt.amount))

    def _card_approved(self, attempt: CardAttempt) -> None:
        if self._job is not None:
            self._at.tasks.run(paying.take_card, self._job.tendering, attempt.id, then=self._taken)

    @property
    def busy(self) -> bool:
        """Whether money lies between customer and till, so that nobody else may take over just now."""
        job = self._job
        return job is not None and not self._receipt.asking and (bool(job.tendering.taken) or self._waiting)

    # the end

    def put_away(self) -> None:
        """Somebody leaves the till after the act is done: go on as if they had pressed Next."""
        self._receipt.put_away()

    def _finish(self, outcome: Outcome, after: Callable[[], None]) -> None:
        job = self._job
        if job is None:
            return
        if outcome.refusal is not None:
            self._screen.show_stuck(refused(outcome.refusal.code.value, outcome.refusal.facts))
            return
        self._show_taken(job.tendering, final=True)

        def left() -> None:
            self._job = None
            after()

        self._receipt.ask(outcome.words, paying.change(job.tendering), left)

    def _back(self) -> None:
        if self._at.at_work:
            return  # what is being kept now belongs to this payment
        self._card.leave()
        self._job = None
        self._balances.let_go()
        self._at.window.navigation.back()


def _known(desk: Desk, subject: str, customer: Customer | None) -> _Known:
    order = desk.store.orders.order(subject)
    who = order.customer if order is not None else customer
    kept = desk.store.customers.customer(who.id) if who is not None and who.id else None
    return _Known(offered(desk.store.shop.tenders()), kept or who, desk.online())
