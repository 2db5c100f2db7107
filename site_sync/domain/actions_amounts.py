"""What each action of the payment-action dialog takes or pays out, with the small line that says so."""

from __future__ import annotations

from collections.abc import Callable

from site_sync.domain import deposits
from site_sync.domain.actions_case import Case
from site_sync.domain.actions_values import Action, ActionCode, DialogContext, Hint, HintCode
from site_sync.domain.money import BASIS_POINTS, divide
from site_sync.domain.policies import QuoteReserves


def _action(case: Case, code: ActionCode, now: int = 0, hint: Hint | None = None) -> Action:
    """An action that takes (negative: pays out) `now`."""
    left = max(0, case.balance - max(0, now))
    return Action(code, case.money(now), case.money(left), hint=hint)


def _minimum(case: Case, due: int) -> Hint:
    """The share that is asked for, or the bare amount where it is no plain share of the total."""
    if due == case.balance:
        return Hint(HintCode.PREPAID)
    percent = case.policy.deposit.minimum_percent
    plain = divide(case.total * percent, BASIS_POINTS) == due
    return Hint(HintCode.MINIMUM_DEPOSIT, {"percent": percent if plain else 0, "amount": case.money(due)})


def _pay_deposit(case: Case, code: ActionCode) -> Action:
    """The minimum when one is due, else as much as the customer likes."""
    due, balance = case.below_minimum, case.balance
    now = due or balance
    hint = _minimum(case, due) if due else Hint(HintCode.MORE_PAYMENT)
    least = min(balance, max(1, case.required))
    return Action(
        code,
        case.money(now),
        case.money(balance - now),
        least=case.money(least),
        most=case.money(balance),
        hint=hint,
    )


def _pay_in_full(case: Case, code: ActionCode) -> Action:
    return _action(case, code, case.balance, Hint(HintCode.NOTHING_DUE_LATER))


def _of_quote(case: Case) -> Hint:
    softly = case.policy.quote_reserves is QuoteReserves.SOFTLY
    return Hint(HintCode.RESERVES_SOFTLY if softly else HintCode.RESERVES_NOTHING)


def _save(case: Case, code: ActionCode) -> Action:
    hint = Hint(HintCode.WITHOUT_DEPOSIT, {"amount": case.money(case.required)}) if case.required else None
    return _action(case, code, 0, hint or (_of_quote(case) if case.quote else None))


def _pick_up(case: Case, code: ActionCode) -> Action:
    """What the units handed over cost less their share of the deposit, and at least what saving requires."""
    units = case.picked_up(code)
    if not units:
        return _action(case, code, 0, Hint(HintCode.CHOOSE_LINES))
    now = max(deposits.due_now(case.after, units), case.required)
    marked = code is not ActionCode.PICK_UP_ALL and bool(case.draft.marked)
    hint = Hint(HintCode.MARKED_LINES, {"lines": len(units)}) if marked else Hint(HintCode.EVERYTHING)
    return _action(case, code, now, hint)


def _convert(case: Case, code: ActionCode) -> Action:
    """The minimum is taken with it when one is due; more if the customer likes."""
    due, balance = case.below_minimum, case.balance
    if not due:
        return _action(case, code)
    return Action(
        code,
        case.money(due),
        case.money(balance - due),
        least=case.money(due),
        most=case.money(balance),
        hint=_minimum(case, due),
    )


def _pay_out(case: Case, code: ActionCode) -> Action:
    surplus = case.surplus
    all_of_it = code is ActionCode.PAY_BACK_DEPOSIT
    hint = None if all_of_it else Hint(HintCode.SURPLUS, {"amount": case.money(surplus)})
    return _action(case, code, -surplus, hint)


def _keep(case: Case, code: ActionCode) -> Action:
    return _action(case, code, 0, Hint(HintCode.SURPLUS, {"amount": case.money(case.surplus)}))


def _as_quote(case: Case, code: ActionCode) -> Action:
    return _action(case, code, 0, _of_quote(case))


def _cancel(case: Case, code: ActionCode) -> Action:
    held = deposits.held(case.order)
    hint = Hint(HintCode.DEPOSIT_CHOICE, {"amount": case.money(held)}) if held > 0 else None
    return _action(case, code, 0, hint)


def _change_details(case: Case, code: ActionCode) -> Action:
    transfer = case.context is DialogContext.TO_COLLECT
    return _action(case, code, 0, Hint(HintCode.TRANSFER) if transfer else None)


_BUILDERS: dict[ActionCode, Callable[[Case, ActionCode], Action]] = {
    ActionCode.PAY_DEPOSIT: _pay_deposit,
    ActionCode.PAY_IN_FULL: _pay_in_full,
    ActionCode.SAVE: _save,
    ActionCode.SAVE_AND_PRINT: _save,
    ActionCode.CONTINUE_TO_PAYMENT: _pick_up,
    ActionCode.PICK_UP_SELECTED: _pick_up,
    ActionCode.PICK_UP_ALL: _pick_up,
    ActionCode.PAY_BACK_DEPOSIT: _pay_out,
    ActionCode.REFUND_SURPLUS: _pay_out,
    ActionCode.KEEP_AS_CREDIT: _keep,
    ActionCode.SAVE_AS_QUOTE: _as_quote,
    ActionCode.CONVERT_QUOTE: _convert,
    ActionCode.CHANGE_DETAILS: _change_details,
    ActionCode.CANCEL_ORDER: _cancel,
}


def with_amounts(case: Case, code: ActionCode) -> Action:
    """The action with its amounts and small line; nothing is due for those not built here."""
    return _BUILDERS.get(code, _action)(case, code)
