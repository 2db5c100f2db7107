"""Why an action of the payment-action dialog cannot be chosen, and whose approval it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from site_sync.domain import offline
from site_sync.domain.actions_case import PAY_OUTS, PAYMENTS, PICK_UPS, SAVES, Case, acts_of
from site_sync.domain.actions_values import Action, ActionCode, Connection
from site_sync.domain.commands import ActKind
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.lifecycle import TABLE, Context, allowed
from site_sync.domain.lifecycle.creating import check_customer, check_delivery
from site_sync.domain.money import Money
from site_sync.domain.offline import OfflineAct
from site_sync.domain.orders import PaymentKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import IdentityCheck
from site_sync.domain.shop import CASH_TENDER

SAVING = SAVES | PAYMENTS | PICK_UPS | {ActionCode.SAVE_AS_QUOTE, ActionCode.CONVERT_QUOTE}
_CHANGING = SAVING - PICK_UPS | {ActionCode.CANCEL_ORDER, ActionCode.CHANGE_DETAILS, ActionCode.EXTEND}


def reason_against(case: Case, action: Action) -> Refusal | None:
    """The first thing that speaks against the action, None when it can be chosen."""
    for check in (_stage, _offline, _particulars, _own):
        reason = check(case, action)
        if reason is not None:
            return reason
    return None


def missing_rights(case: Case, action: Action) -> tuple[Right, ...]:
    """The rights the action needs that the requester does not hold, in a fixed order."""
    needed = {right for act in acts_of(case, action.code) if (right := _right(case, action.code, act))}
    needed |= _extra_rights(case, action)
    return tuple(sorted(needed - case.rights))


def needs_reason(case: Case, action: Action) -> bool:
    """Whether the person has to say why: saving below the minimum deposit is an exception."""
    return action.code in SAVES and case.required > 0


def asks_to_prepay(case: Case, action: Action) -> bool:
    """Whether the customer is asked to pay in full before an order with money left to pay is made."""
    code = action.code
    makes_order = code is ActionCode.CONVERT_QUOTE or (
        not case.quote and code in SAVES | {ActionCode.PAY_DEPOSIT}
    )
    return makes_order and case.asks_to_prepay


def _right(case: Case, code: ActionCode, act: ActKind) -> Right | None:
    quote = case.quote
    if act is ActKind.CREATE:
        quote = code is ActionCode.SAVE_AS_QUOTE or (quote and code in SAVES)
    return TABLE[act].right_for(quote=quote)


def _extra_rights(case: Case, action: Action) -> set[Right]:
    code = action.code
    extra: set[Right] = set()
    if code in PAYMENTS or (code is ActionCode.CONVERT_QUOTE and action.amount_now):
        extra.add(Right.DEPOSIT_TAKE)
    if code in PICK_UPS:
        extra.add(Right.ORDER_COLLECT)
        if _collects_unchecked(case):
            extra.add(Right.ORDER_COLLECT_UNVERIFIED)
        if _collects_cut_off(case) and offline.needs_approval(case.policy, case.draft.standing):
            extra.add(Right.ORDER_COLLECT_UNVERIFIED)
    if code in SAVES and case.required:
        extra.add(Right.DEPOSIT_OVERRIDE_MINIMUM)
    if code is ActionCode.PRINT:
        extra.add(Right.PRINT_COPY)
    return extra


def _collects_unchecked(case: Case) -> bool:
    """Whether a saved order leaves without its code where the shop wants that approved."""
    saved = not case.draft.new and not case.quote
    return saved and case.policy.identity is IdentityCheck.APPROVAL


def _stage(case: Case, action: Action) -> Refusal | None:
    stage = None if case.draft.new else case.order.stage
    for act in acts_of(case, action.code):
        if not allowed(stage, act):
            return Refusal(
                Code.NOT_ALLOWED_IN_STAGE, {"stage": stage.value if stage else "", "act": act.value}
            )
    return None


def _collects_cut_off(case: Case) -> bool:
    """Whether a saved order would be handed over while no other till can know of it."""
    return case.connection is Connection.OFFLINE and not case.draft.new and not case.quote


def _offline(case: Case, action: Action) -> Refusal | None:
    """What a till that is cut off does not do, by the table of the offline acts and their limits."""
    if case.connection is Connection.ONLINE:
        return None
    policy, standing = case.policy, case.draft.standing
    for act, amount in _offline_acts(case, action):
        against = offline.refusal(act, policy, standing, amount)
        if against is not None:
            return against
    if _collects_cut_off(case) and action.code in PICK_UPS:
        return offline.collect_refusal(case.order, case.draft.store, policy, standing)
    return None


def _offline_acts(case: Case, action: Action) -> Iterator[tuple[OfflineAct, Money | None]]:
    """What an action comes to in the words of the offline table, with the amounts it is about."""
    code, new = action.code, case.draft.new
    if new and code in SAVES | PAYMENTS | PICK_UPS:
        total = Money(case.total, case.order.currency)
        yield (OfflineAct.QUOTE, None) if case.quote else (OfflineAct.ORDER, total)
    if not new and ActKind.CONVERT_QUOTE in acts_of(case, code):
        yield OfflineAct.ORDER, Money(case.total, case.order.currency)
    if not new and code in _CHANGING:
        yield offline.change_of(case.order, case.draft.store), offline.grown_to(case.order, case.after)
    if code in PAYMENTS:
        # The amount may still be edited: the least of it is what cannot be avoided.
        yield OfflineAct.DEPOSIT, action.least or action.amount_now
    if code is ActionCode.KEEP_AS_CREDIT:
        yield OfflineAct.KEEP_CREDIT, None
    if code in PAY_OUTS and action.amount_now.amount < 0:
        paid_out = -action.amount_now
        other = paid_out.amount > _cash_held(case)
        yield (OfflineAct.REFUND_OTHER if other else OfflineAct.REFUND_CASH), paid_out


def _cash_held(case: Case) -> int:
    sign = {PaymentKind.PAYMENT: 1, PaymentKind.REFUND: -1}
    return sum(sign.get(p.kind, 0) * p.amount.amount for p in case.order.payments if p.tender == CASH_TENDER)


def _particulars(case: Case, action: Action) -> Refusal | None:
    """What an order still lacks before it can be saved: a name, an address, a store."""
    if action.code not in SAVING or not (case.draft.new or case.quote):
        return None
    after = case.after
    context = Context(now=after.updated_at, rights=case.rights, policy=case.policy)
    quoted = action.code is ActionCode.SAVE_AS_QUOTE or (case.quote and action.code in SAVES)
    try:
        check_delivery(after.delivery, context)
        if not quoted:
            check_customer(after.customer, context)
    except Refused as refused:
        return refused.refusal
    return None


def _payable(case: Case, action: Action) -> Refusal | None:
    if not case.balance:
        return Refusal(Code.NOTHING_TO_PAY)
    if not case.policy.deposit.allowed and not case.below_minimum:
        return Refusal(Code.DEPOSIT_NOT_ALLOWED)
    return None


def _changed(case: Case, action: Action) -> Refusal | None:
    saved_as_is = not (case.draft.new or case.draft.changed or case.draft.voided)
    return Refusal(Code.NOTHING_CHANGED) if saved_as_is else None


def _at_hand(case: Case, action: Action) -> Refusal | None:
    """Units to pick up lie in this store: picked ones where the order waits, others at their source."""
    away = _elsewhere(case, case.picked_up(action.code))
    if away:
        return Refusal(Code.NOT_IN_THIS_STORE, {"lines": away, "store": case.draft.store})
    return None


def _elsewhere(case: Case, units: Mapping[int, int]) -> int:
    count, here = 0, case.draft.store
    for number, quantity in units.items():
        line = case.after.line(number)
        waiting = min(quantity, line.quantities.picked)
        away = bool(waiting) and case.order.work_store != here
        away = away or (quantity > waiting and line.source_store != here)
        count += line.stocked and away
    return count


def _surplus(case: Case, action: Action) -> Refusal | None:
    return None if case.surplus else Refusal(Code.NOTHING_TO_REFUND)


def _creditable(case: Case, action: Action) -> Refusal | None:
    """A credit is kept for somebody who is known."""
    if case.surplus and not case.after.customer.id:
        return Refusal(Code.CUSTOMER_NEEDED)
    return _surplus(case, action)


_OWN: dict[ActionCode, Callable[[Case, Action], Refusal | None]] = {
    ActionCode.PAY_DEPOSIT: _payable,
    ActionCode.PAY_IN_FULL: _payable,
    ActionCode.SAVE: _changed,
    ActionCode.SAVE_AND_PRINT: _changed,
    ActionCode.CONTINUE_TO_PAYMENT: _at_hand,
    ActionCode.PICK_UP_SELECTED: _at_hand,
    ActionCode.PICK_UP_ALL: _at_hand,
    ActionCode.PAY_BACK_DEPOSIT: _surplus,
    ActionCode.REFUND_SURPLUS: _surplus,
    ActionCode.KEEP_AS_CREDIT: _creditable,
}


def _own(case: Case, action: Action) -> Refusal | None:
    check = _OWN.get(action.code)
    return check(case, action) if check else None
