"""Giving money back: which payments it goes back to, by which tender, and card refunds never forgotten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from pos_app.operations import cut_off, paying
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.paying import Taken, Tendering
from pos_app.store.audit import AuditEntry
from pos_app.store.card_attempts import AttemptState, CardAttempt
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.paying import refunded_of
from site_sync.domain.money import Money, round_to_step
from site_sync.domain.offline import OfflineAct
from site_sync.domain.orders import Order, PaymentKind
from site_sync.domain.particulars import Refunded, Tendered
from site_sync.domain.permissions import Right
from site_sync.domain.sales import Sale
from site_sync.domain.shop import Tender, TenderKind


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back of one payment: minor units, the tender it came by, its reference."""

    payment: str
    tender: str
    amount: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PayBack:
    """Money that goes back of an order or a receipt: its parts, newest first, and what is given so far."""

    subject: str
    tendering: Tendering
    parts: tuple[Part, ...]

    @property
    def open(self) -> tuple[Part, ...]:
        """The parts that are not given back yet."""
        given = {taken.refund_of for taken in self.tendering.taken}
        return tuple(part for part in self.parts if part.payment not in given)


def of_order(desk: Desk, order: Order, amount: Money) -> PayBack | Refusal:
    """What goes back of an order's payments; what a card terminal gave back already counts."""
    rest, parts = amount.amount, []
    for payment in reversed(order.payments):
        if payment.kind is not PaymentKind.PAYMENT:
            continue
        part = min(rest, payment.amount.amount - refunded_of(order, payment.id))
        if part > 0:
            parts.append(Part(payment.id, payment.tender, part, payment.reference))
            rest -= part
    if rest > 0 or not parts:
        return Refusal(Code.NOTHING_TO_REFUND, {"refundable": amount.amount - rest, "amount": amount.amount})
    limits = _offline_limits(desk, parts)
    return limits if limits is not None else _with_unused(desk, order.id, amount, tuple(parts))


def of_sale(desk: Desk, sale: Sale, amount: Money) -> PayBack | Refusal:
    """What goes back of a receipt's tenders, less what earlier returns of it gave back; nothing for gifts."""
    if not amount:
        return PayBack(sale.id, paying.begin(amount), ())
    back: Counter[str] = Counter()
    for earlier in desk.store.sales.returns_of(sale.id):
        for payment in earlier.payments:
            back[payment.tender] -= _counted(desk, earlier, payment)
    rest, parts = amount.amount, []
    for paid in reversed(sale.payments):
        left = _counted(desk, sale, paid)
        used = min(left, back[paid.tender])
        back[paid.tender] -= used
        part = min(rest, left - used)
        if part > 0:
            parts.append(Part(paid.id, paid.tender, part, paid.reference))
            rest -= part
    if rest > 0 or not parts:
        return Refusal(Code.NOTHING_TO_REFUND, {"refundable": amount.amount - rest, "amount": amount.amount})
    against = _offline_limits(desk, parts)
    if against is not None:
        return against
    return _with_unused(desk, sale.id, amount, tuple(parts))


def _counted(desk: Desk, sale: Sale, paid: Tendered) -> int:
    """What a tender counted towards the goods: without the change, and before cash was rounded."""
    cash = [one for one in sale.payments if _kind(desk, one.tender) is TenderKind.CASH]
    aside = sale.change.amount + sale.rounding if cash and paid is cash[-1] else 0
    return paid.amount.amount - aside


def _kind(desk: Desk, code: str) -> TenderKind:
    tender = desk.store.shop.tender(code)
    return tender.kind if tender is not None else TenderKind.ONLINE


def _offline_limits(desk: Desk, parts: list[Part]) -> Refusal | None:
    """Without the site only cash goes back, and only up to the limit the shop has set."""
    cash = all(_kind(desk, part.tender) is TenderKind.CASH for part in parts)
    act = OfflineAct.REFUND_CASH if cash else OfflineAct.REFUND_OTHER
    together = Money(sum(part.amount for part in parts), desk.currency)
    return cut_off.refusal(desk, act, together)


def _with_unused(desk: Desk, subject: str, amount: Money, parts: tuple[Part, ...]) -> PayBack:
    back = PayBack(subject, paying.begin(-amount), parts)
    for attempt in paying.unused(desk):
        if attempt.purpose != paying.REFUND or not attempt.subject.startswith(f"{subject}:"):
            continue
        payment = attempt.subject.partition(":")[2]
        for part in back.open:
            if part.payment == payment and part.amount == attempt.amount.amount:
                back = _given(back, part, _by_attempt(part, attempt))
    return back


def _by_attempt(part: Part, attempt: CardAttempt) -> Taken:
    return Taken(
        attempt.id, part.tender, -part.amount, -part.amount, reference=attempt.reference,
        attempt=attempt.id, refund_of=part.payment,
    )  # fmt: skip


def _given(back: PayBack, part: Part, taken: Taken) -> PayBack:
    del part
    return replace(back, tendering=replace(back.tendering, taken=(*back.tendering.taken, taken)))


def may_go_by(desk: Desk, acting: Acting, part: Part, tender: str) -> Refusal | None:
    """Back goes what came, by the tender it came by; another one only by right and with a reason."""
    if desk.store.shop.tender(tender) is None:
        return Refusal(Code.TENDER_UNKNOWN, {"tender": tender})
    if tender == part.tender:
        return None
    right = Right.DEPOSIT_REFUND_OTHER_TENDER
    if not acting.may(right):
        return Refusal(Code.REFUND_OTHER_TENDER, {"tender": part.tender, "right": right.value})
    return None if acting.reason.strip() else Refusal(Code.REASON_NEEDED)


def give(desk: Desk, acting: Acting, back: PayBack, part: Part, tender: str) -> PayBack | Refusal:
    """Give a part back by a tender that needs no terminal; a card of the same name is no such tender."""
    refusal = may_go_by(desk, acting, part, tender)
    if refusal is not None:
        return refusal
    found = desk.store.shop.tender(tender)
    if part not in back.open or not isinstance(found, Tender) or found.kind is TenderKind.CARD:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": part.payment})
    out = round_to_step(-part.amount, paying.rounding_step(desk, found, back.tendering.due.currency))
    reference = part.reference if tender == part.tender else ""
    taken = Taken(
        desk.new_id(), tender, -part.amount, out, rounding=out + part.amount, reference=reference,
        refund_of=part.payment,
    )  # fmt: skip
    return _given(back, part, taken)


def begin_card(desk: Desk, acting: Acting, back: PayBack, part: Part) -> CardAttempt | Refusal:
    """Keep the attempt to give a part back to its card; only then may the terminal be asked."""
    amount = Money(part.amount, back.tendering.due.currency)
    return paying.begin_card(desk, acting, amount, f"{back.subject}:{part.payment}", paying.REFUND)


def with_attempt(desk: Desk, back: PayBack, part: Part, attempt_id: str) -> PayBack | Refusal:
    """An approved card refund counts; each only once."""
    attempt = desk.store.card_attempts.get(attempt_id)
    fits = attempt is not None and attempt.subject == f"{back.subject}:{part.payment}"
    if attempt is None or not fits or attempt.state is not AttemptState.APPROVED or attempt.used:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    return _given(back, part, _by_attempt(part, attempt)) if part in back.open else back


def refunds(tendering: Tendering) -> tuple[Refunded, ...]:
    """What was given back, as an order's command names it."""
    currency = tendering.due.currency
    return tuple(
        Refunded(taken.id, taken.refund_of, taken.tender, Money(-taken.amount, currency), taken.reference)
        for taken in tendering.taken
    )


def settle_by_hand(desk: Desk, acting: Acting, attempt_id: str) -> CardAttempt | Refusal:
    """Somebody with the right says that money no act tells of was dealt with outside the till."""
    if not acting.may(Right.PAYMENT_FORCE):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.PAYMENT_FORCE.value})
    if not acting.reason.strip():
        return Refusal(Code.REASON_NEEDED)
    attempt = desk.store.card_attempts.get(attempt_id)
    if attempt is None or attempt.used or attempt.state is not AttemptState.APPROVED:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    who = acting.approver or acting.staff
    with desk.store.file.transaction():
        desk.store.card_attempts.use((attempt_id,))
        entry = AuditEntry(
            desk.now(), acting.staff.id, "card_settled_by_hand", attempt_id, acting.reason, who.id
        )
        desk.store.audit.add(entry)
    return attempt
