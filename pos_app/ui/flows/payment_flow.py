"""Payment at work: tenders until nothing is left, the card terminal, then the act that was paid for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pos_app.background.card import CardDesk
from pos_app.operations import paying
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.paying import Tendering
from pos_app.store.card_attempts import CardAttempt
from pos_app.ui.flows.card_part import CardPart
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import (
    PaymentHead,
    TakenPayment,
    TenderChoice,
)
from pos_app.ui.wording import language, refused, say
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender, TenderKind

ICONS = {
    TenderKind.CASH: "banknote",
    TenderKind.CARD: "credit-card",
    TenderKind.GIFT_CARD: "gift",
    TenderKind.CREDIT: "wallet",
    TenderKind.ACCOUNT: "file-text",
}
_NEEDS_REFERENCE = frozenset({TenderKind.GIFT_CARD, TenderKind.ACCOUNT})


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
    after: Callable[[], None] | None = None


class PaymentFlow:
    """Takes what is due; the act itself belongs to whoever asked for the money."""

    def __init__(self, at: Workplace, screen: PaymentScreen, card: CardDesk) -> None:
        self._at = at
        self._screen = screen
        self._card = CardPart(at, screen, card, self._card_approved)
        self._job: _Job | None = None
        self._tenders: dict[str, Tender] = {}
        screen.tendered.connect(self._tendered)
        screen.payment_removed.connect(self._removed)
        screen.finished.connect(self._finished)
        screen.back_pressed.connect(self._back)

    def arrive(self, ask: Ask | None = None, **_: object) -> None:
        """Take this amount, then do what was paid for."""
        if ask is None or (self._job is not None and self._job.ask is ask):
            return
        self._job = _Job(paying.begin(ask.due), ask)
        self._card.forget()
        self._at.tasks.run(_tenders, then=self._know_tenders)
        self._screen.show_tendering()

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _know_tenders(self, tenders: tuple[Tender, ...]) -> None:
        shown = [one for one in tenders if one.kind is not TenderKind.ONLINE]
        self._tenders = {one.code: one for one in shown}
        self._screen.show_tenders([self._choice(one) for one in shown])
        self._show()

    def _choice(self, tender: Tender) -> TenderChoice:
        return TenderChoice(
            code=tender.code,
            text=tender.names.get(language().value) or tender.names.get("en", tender.code),
            icon=ICONS.get(tender.kind, "wallet"),
            may_exceed=tender.kind is TenderKind.CASH,
            reference=say("payment.number") if tender.kind in _NEEDS_REFERENCE else "",
        )

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
        if job is None or tender is None or job.after is not None or self._card.waiting:
            return
        if paying.left(job.tendering).amount < 0:
            self._at.act(paying.pay_out, job.tendering, code, reference, then=self._taken)
        elif tender.kind is TenderKind.CASH:
            self._at.act(paying.take_cash, job.tendering, amount, then=self._taken)
        elif tender.kind is TenderKind.CARD:
            self._begin_card(amount)
        else:
            self._at.act(paying.take, job.tendering, code, amount, reference, then=self._taken)

    def _taken(self, result: Any) -> None:
        job = self._job
        if job is None:
            return
        if isinstance(result, Refusal):
            self._screen.show_tendering()
            self._screen.show_error(refused(result.code.value, result.facts))
            return
        job.tendering = result
        self._screen.show_tendering()
        self._show()
        if paying.is_enough(result):
            job.ask.then(result, self._finish)

    def _removed(self, taken_id: str) -> None:
        job = self._job
        if job is None:
            return
        self._at.act(paying.untake, job.tendering, taken_id, then=self._untaken)

    def _untaken(self, result: Any) -> None:
        if self._job is not None and self._at.went_well(result):
            self._job.tendering = result
            self._show()

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
        return job is not None and job.after is None and (bool(job.tendering.taken) or self._card.waiting)

    # the end

    def put_away(self) -> None:
        """Somebody leaves the till after the act is done: go on as if they had pressed Next."""
        if self._job is not None and self._job.after is not None:
            self._finished("", "")

    def _finish(self, outcome: Outcome, after: Callable[[], None]) -> None:
        job = self._job
        if job is None:
            return
        if outcome.refusal is not None:
            self._screen.show_tendering()
            self._screen.show_error(refused(outcome.refusal.code.value, outcome.refusal.facts))
            self._at.tell_refusal(outcome.refusal)
            return
        job.after = after
        self._show_taken(job.tendering, final=True)
        self._screen.show_done(outcome.words, paying.change(job.tendering), wanted=None)

    def _finished(self, receipt: str, email: str) -> None:
        job, self._job = self._job, None
        if job is not None and job.after is not None:
            job.after()

    def _back(self) -> None:
        if self._at.at_work:
            return  # what is being kept now belongs to this payment
        self._card.leave()
        self._job = None
        self._at.window.navigation.back()


def _tenders(desk: Desk) -> tuple[Tender, ...]:
    return desk.store.shop.tenders()
