"""Shifts: opened with a float, cash in and out, figures at any time, closed by counting."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import printing
from pos_app.operations.desk import Acting, Desk, need
from pos_app.store.audit import AuditEntry
from pos_app.store.cash import DrawerEntry, EntryKind, Shift, TenderSum
from site_sync.domain.documents.shift_report import (
    CashTotal,
    Counted,
    ShiftFigures,
    TenderTotal,
    shift_report,
)
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.permissions import Right
from site_sync.domain.sales import ShiftAct, ShiftEntry
from site_sync.domain.shift_sums import sums_of
from site_sync.domain.shop import TenderKind

_MONEY_KINDS = frozenset(
    {EntryKind.SALE, EntryKind.RETURN, EntryKind.ORDER_PAYMENT, EntryKind.ORDER_REFUND, EntryKind.ROUNDING}
)


def current(desk: Desk) -> Shift | None:
    """The shift that is open at this till."""
    return desk.store.cash.open_shift()


def _entry(desk: Desk, acting: Acting, act: ShiftAct, shift: str, amount: Money) -> ShiftEntry:
    identity = desk.identity
    return ShiftEntry(
        id=desk.new_id(),
        shift=shift,
        act=act,
        store=identity.store,
        till=identity.till,
        by=acting.by,
        at=desk.now(),
        amount=amount,
        reason=acting.reason,
    )


def _check(amount: Money, *, zero: bool) -> Refusal | None:
    if amount.amount < 0 or (amount.amount == 0 and not zero):
        return Refusal(Code.AMOUNT_INVALID, {"amount": amount.amount})
    return Refusal(Code.AMOUNT_ABSURD, {"amount": amount.amount}) if amount.amount > ABSURD_AMOUNT else None


def open(desk: Desk, acting: Acting, amount: Money) -> Shift | Refusal:
    """Begin a shift with this float in the drawer."""
    refusal = need(acting, Right.SHIFT_OPEN) or _check(amount, zero=True)
    if refusal is not None:
        return refusal
    if current(desk) is not None:
        return Refusal(Code.SHIFT_OPEN)
    shift = Shift(desk.new_id(), desk.now(), acting.staff.id, amount)
    with desk.store.file.transaction():
        desk.store.cash.begin(shift)
        desk.store.keep_shift_entry(_entry(desk, acting, ShiftAct.OPEN, shift.id, amount))
    return shift


def cash_in(desk: Desk, acting: Acting, amount: Money) -> Shift | Refusal:
    """Cash is put into the drawer; the reason is the acting's."""
    return _cash(desk, acting, ShiftAct.CASH_IN, amount)


def cash_out(desk: Desk, acting: Acting, amount: Money) -> Shift | Refusal:
    """Cash is taken out of the drawer; the reason is the acting's."""
    return _cash(desk, acting, ShiftAct.CASH_OUT, amount)


def _cash(desk: Desk, acting: Acting, act: ShiftAct, amount: Money) -> Shift | Refusal:
    refusal = need(acting, Right.SHIFT_CASH) or _check(amount, zero=False)
    if refusal is not None:
        return refusal
    shift = current(desk)
    if shift is None:
        return Refusal(Code.SHIFT_NEEDED)
    if not acting.reason.strip():
        return Refusal(Code.REASON_NEEDED)
    entry = _entry(desk, acting, act, shift.id, amount)
    into = act is ShiftAct.CASH_IN
    movement = DrawerEntry(
        id=entry.id,
        shift=shift.id,
        at=entry.at,
        kind=EntryKind.CASH_IN if into else EntryKind.CASH_OUT,
        tender=_cash_code(desk),
        amount=amount.amount if into else -amount.amount,
        subject=shift.id,
        staff=acting.staff.id,
        reason=acting.reason,
    )
    desk.store.keep_shift_entry(entry, (movement,))
    return shift


def _cash_code(desk: Desk) -> str:
    codes = [tender.code for tender in desk.store.shop.tenders() if tender.kind is TenderKind.CASH]
    return codes[0] if codes else TenderKind.CASH.value


def figures(desk: Desk, shift_id: str) -> ShiftFigures | Refusal:
    """A shift in numbers: sales, deposits and refunds as their own lines, tenders, the drawer."""
    shift = desk.store.cash.shift(shift_id)
    if shift is None:
        return Refusal(Code.SHIFT_NEEDED)
    sums = desk.store.cash.sums(shift_id)
    sales = sums_of(desk.store.sales.of_shift(shift_id))
    change_count, change = desk.store.cash.counted(shift_id, EntryKind.CHANGE)
    rounding = sum(found.amount for found in sums if found.kind is EntryKind.ROUNDING)
    return ShiftFigures(
        shift=shift.id[-8:],
        currency=shift.opening_float.currency,
        opened_at=shift.opened_at,
        opened_by=_name(desk, shift.opened_by),
        closed_at=shift.closed_at,
        closed_by=_name(desk, shift.closed_by),
        sales=Counted(sales.sold_count, sales.sold),
        returns=Counted(sales.returned_count, sales.returned),
        gift_cards=Counted(sales.cards_count, sales.cards),
        collections=_counted(desk, shift_id, EntryKind.COLLECTION),
        deposits_taken=_counted(desk, shift_id, EntryKind.ORDER_PAYMENT),
        deposits_refunded=_counted(desk, shift_id, EntryKind.ORDER_REFUND),
        deposits_used=_counted(desk, shift_id, EntryKind.DEPOSIT_USED),
        deposits_kept=_counted(desk, shift_id, EntryKind.DEPOSIT_KEPT),
        credits_kept=_counted(desk, shift_id, EntryKind.CREDIT_KEPT),
        change=Counted(sales.change_count + change_count, sales.change + change),
        rounding=sales.rounding + rounding,
        taxes=_taxes(sales.taxes, sums),
        tenders=_tenders(sums),
        cash=_drawer(shift, sums, _cash_code(desk)),
        audit_head=desk.store.audit.closed(shift_id) or desk.store.audit.head,
    )


def _name(desk: Desk, staff_id: str) -> str:
    person = desk.store.shop.staff_member(staff_id)
    return person.name if person else staff_id


def _counted(desk: Desk, shift_id: str, kind: EntryKind) -> Counted:
    """How many subjects had movements of a kind and what they came to; refunds are told as what went out."""
    count, amount = desk.store.cash.counted(shift_id, kind)
    return Counted(count, -amount if kind is EntryKind.ORDER_REFUND else amount)


def _taxes(sold: dict[int, tuple[int, int]], sums: tuple[TenderSum, ...]) -> dict[int, tuple[int, int]]:
    """Gross and tax per rate: of sales, and of orders whose goods left or came back."""
    found = dict(sold)
    for one in sums:
        if one.kind in (EntryKind.EARNED, EntryKind.EARNED_TAX):
            gross, tax = found.get(int(one.tender), (0, 0))
            gained = (one.amount, 0) if one.kind is EntryKind.EARNED else (0, one.amount)
            found[int(one.tender)] = (gross + gained[0], tax + gained[1])
    return {rate: found[rate] for rate in sorted(found) if any(found[rate])}


def _tenders(sums: tuple[TenderSum, ...]) -> tuple[TenderTotal, ...]:
    totals: dict[str, TenderTotal] = {}
    for found in sums:
        if found.kind not in _MONEY_KINDS:
            continue
        old = totals.get(found.tender, TenderTotal(found.tender, 0))
        if found.kind in (EntryKind.RETURN, EntryKind.ORDER_REFUND):
            totals[found.tender] = replace(old, refunded=old.refunded - found.amount)
        else:
            totals[found.tender] = replace(old, taken=old.taken + found.amount)
    return tuple(totals[code] for code in sorted(totals))


def _drawer(shift: Shift, sums: tuple[TenderSum, ...], cash: str) -> CashTotal:
    held: dict[EntryKind, int] = {}
    for found in sums:
        if found.tender == cash:
            held[found.kind] = held.get(found.kind, 0) + found.amount

    def of(*kinds: EntryKind) -> int:
        return sum(held.get(kind, 0) for kind in kinds)

    return CashTotal(
        opening_float=shift.opening_float.amount,
        taken=of(EntryKind.SALE, EntryKind.ORDER_PAYMENT, EntryKind.ROUNDING),
        refunded=-of(EntryKind.RETURN, EntryKind.ORDER_REFUND),
        cash_in=of(EntryKind.CASH_IN),
        cash_out=-of(EntryKind.CASH_OUT),
        counted=shift.counted.amount if shift.counted else None,
    )


def close(desk: Desk, acting: Acting, counted: Money) -> ShiftFigures | Refusal:
    """End the shift with what was counted in the drawer; the Z report is queued with it."""
    refusal = need(acting, Right.SHIFT_CLOSE) or _check(counted, zero=True)
    if refusal is not None:
        return refusal
    shift = current(desk)
    if shift is None:
        return Refusal(Code.SHIFT_NEEDED)
    found = figures(desk, shift.id)
    if isinstance(found, Refusal):
        return found
    expected = Money(found.cash.expected, counted.currency)
    ended = replace(
        shift, closed_at=desk.now(), closed_by=acting.staff.id, counted=counted, expected=expected
    )
    with desk.store.file.transaction():
        desk.store.cash.end(ended)
        desk.store.keep_shift_entry(_entry(desk, acting, ShiftAct.CLOSE, shift.id, counted))
        final = figures(desk, shift.id)
        if not isinstance(final, Refusal):
            printing.queue(desk, (shift_report(final, printing.stationery(desk, acting.staff)),))
    return final


def print_report(desk: Desk, acting: Acting, shift_id: str) -> tuple[str, ...] | Refusal:
    """The X report of the open shift, or the Z report of a closed one again."""
    found = figures(desk, shift_id)
    if isinstance(found, Refusal):
        return found
    return printing.queue(desk, (shift_report(found, printing.stationery(desk, acting.staff)),))


def open_drawer(desk: Desk, acting: Acting) -> Refusal | None:
    """Note that the drawer is opened without a sale; only by right and with a reason."""
    refusal = need(acting, Right.DRAWER_OPEN)
    if refusal is not None:
        return refusal
    if not acting.reason.strip():
        return Refusal(Code.REASON_NEEDED)
    who = acting.approver.id if acting.approver else ""
    desk.store.audit.add(AuditEntry(desk.now(), acting.staff.id, "drawer_opened", "", acting.reason, who))
    return None
