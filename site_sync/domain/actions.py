"""The payment-action dialog: which actions are offered, what they take and give, and what will happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from site_sync.domain.actions_amounts import with_amounts
from site_sync.domain.actions_case import PICK_UPS, Case
from site_sync.domain.actions_effects import documents, message, stock_effects
from site_sync.domain.actions_reasons import asks_to_prepay, missing_rights, needs_reason, reason_against
from site_sync.domain.actions_table import (
    IF_BELOW_MINIMUM,
    IF_CHANGED,
    IF_NEW,
    IF_SAVED,
    IF_SURPLUS,
    MAIN,
    OFFERED,
    SHOWN,
    TABLE,
    context_of,
)
from site_sync.domain.actions_values import (
    Action,
    ActionCode,
    Connection,
    DialogContext,
    Draft,
    Effect,
    EffectCode,
    Hint,
    HintCode,
    MessageKind,
    StockEffect,
    StockEffectKind,
)
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.totals import totals

__all__ = [
    "Action",
    "ActionCode",
    "Connection",
    "DialogContext",
    "Draft",
    "Effect",
    "EffectCode",
    "Hint",
    "HintCode",
    "MessageKind",
    "StockEffect",
    "StockEffectKind",
    "available_actions",
    "context_of",
    "what_will_happen",
]


def available_actions(
    order: Order, draft: Draft, policy: Policy, rights: frozenset[Right], connection: Connection
) -> tuple[Action, ...]:
    """The actions to draw, in their order, at most one of them main.

    `order` is as it was saved (for a new one the same as `draft.after`). What the table does not offer is
    left out; what is offered but not possible now is disabled with its reason; what the requester may not do
    alone is locked.
    """
    case = Case(order, draft, policy, rights, connection)
    offered = tuple(
        _action(case, code, mark)
        for code, marks in TABLE.items()
        if _is_offered(case, mark := marks[case.context])
    )
    main = _main(case, offered)
    return tuple(replace(action, main=action.code is main) for action in offered)


def _is_offered(case: Case, mark: str) -> bool:
    draft = case.draft
    conditions = {
        OFFERED: True,
        SHOWN: True,
        IF_SURPLUS: case.surplus > 0,
        IF_CHANGED: not draft.new and (draft.changed or bool(draft.voided)),
        IF_BELOW_MINIMUM: case.below_minimum > 0,
        IF_NEW: draft.new,
        IF_SAVED: not draft.new,
    }
    return conditions.get(mark, False)


def _becomes_order(draft: Draft, code: ActionCode) -> bool:
    """Whether the action turns a quote into an order."""
    quote = draft.after.kind is OrderKind.QUOTE and not draft.new
    return quote and (code is ActionCode.CONVERT_QUOTE or code in PICK_UPS)


def _action(case: Case, code: ActionCode, mark: str) -> Action:
    if case.draft.today is not None and _becomes_order(case.draft, code):
        case = replace(case, draft=replace(case.draft, after=case.draft.today))
    action = with_amounts(case, code)
    if mark == SHOWN:
        return replace(action, reason=Refusal(Code.NOTHING_TO_REFUND))
    reason = reason_against(case, action)
    if reason is not None:
        return replace(action, reason=reason)
    return replace(
        action,
        stock=stock_effects(case, code),
        documents=documents(case, action),
        message=message(case, code),
        missing=missing_rights(case, action),
        needs_reason=needs_reason(case, action),
        asks_to_prepay=asks_to_prepay(case, action),
    )


def _main(case: Case, actions: tuple[Action, ...]) -> ActionCode | None:
    """The first of the context's main actions that can be chosen alone; saving if nothing is due."""
    free = {action.code for action in actions if action.enabled and not action.locked}
    wanted = MAIN[case.context]
    if case.context is DialogContext.NEW and not case.required:
        wanted = (ActionCode.SAVE, *wanted)
    return next((code for code in wanted if code in free), None)


def what_will_happen(action: Action, order: Order, draft: Draft) -> tuple[Effect, ...]:
    """The sentences that tell, before staff confirm, what an action does: stock, money, paper, message."""
    if action.reason is not None:
        return ()
    return (
        *_of_the_order(action, order),
        *_of_prices(action, draft),
        *_of_stock(action, order, draft),
        *_of_money(action, order),
        *(Effect(EffectCode.PRINTS, {"document": kind.value}) for kind in action.documents),
        *_of_message(action, draft),
        *(Effect(EffectCode.NEEDS_APPROVAL, {"right": right.value}) for right in action.missing),
    )


_ORDER_EFFECTS = {
    ActionCode.CONVERT_QUOTE: EffectCode.BECOMES_ORDER,
    ActionCode.CANCEL_ORDER: EffectCode.CANCELS,
    ActionCode.EXTEND: EffectCode.GIVES_MORE_TIME,
    ActionCode.DISCARD_ORDER: EffectCode.FORGETS_ORDER,
    ActionCode.DISCARD_CHANGES: EffectCode.FORGETS_CHANGES,
}


def _of_the_order(action: Action, order: Order) -> Iterator[Effect]:
    code = _ORDER_EFFECTS.get(action.code)
    if code is not None:
        yield Effect(code, {"number": order.number})


def _of_prices(action: Action, draft: Draft) -> Iterator[Effect]:
    """A quote that does not keep its prices costs what its goods cost today."""
    if draft.today is None or not _becomes_order(draft, action.code):
        return
    before, after = totals(draft.after).total, totals(draft.today).total
    if before != after:
        yield Effect(EffectCode.REPRICES, {"before": before, "after": after})


_STOCK_EFFECTS = {
    StockEffectKind.RESERVE: EffectCode.RESERVES,
    StockEffectKind.RELEASE: EffectCode.RELEASES,
    StockEffectKind.HAND_OVER: EffectCode.HANDS_OVER,
    StockEffectKind.PUT_BACK: EffectCode.PUTS_BACK,
}


def _of_stock(action: Action, order: Order, draft: Draft) -> Iterator[Effect]:
    for effect in action.stock:
        yield Effect(_STOCK_EFFECTS[effect.kind], {"items": effect.items, "store": effect.store})
    if draft.standing.doubtful and any(one.kind is StockEffectKind.RESERVE for one in action.stock):
        yield Effect(EffectCode.TO_CONFIRM, {"items": draft.standing.doubtful})
    hint = action.hint.code if action.hint else None
    if hint is HintCode.RESERVES_NOTHING:
        yield Effect(EffectCode.RESERVES_NOTHING)
    elif hint is HintCode.RESERVES_SOFTLY:
        yield Effect(EffectCode.RESERVES_SOFTLY)
    elif hint is HintCode.TRANSFER:
        yield Effect(EffectCode.WOULD_TRAVEL)
    elif draft.after.on_its_way and not order.on_its_way:
        yield Effect(EffectCode.TRANSFERS, {"store": draft.after.work_store})


_SILENT = frozenset(
    {
        ActionCode.PRINT,
        ActionCode.CHANGE_DETAILS,
        ActionCode.EXTEND,
        ActionCode.DISCARD_ORDER,
        ActionCode.DISCARD_CHANGES,
        ActionCode.SAVE_AS_QUOTE,
    }
)
"""Actions that say nothing of money."""


def _of_money(action: Action, order: Order) -> Iterator[Effect]:
    if action.code in _SILENT:
        return
    now, left, hint = action.amount_now, action.amount_left, action.hint
    if action.asks_to_prepay and left:
        yield Effect(EffectCode.ASKS_TO_PREPAY)
    if action.code is ActionCode.CANCEL_ORDER:
        if hint is not None:
            yield Effect(EffectCode.ASKS_ABOUT_DEPOSIT, hint.facts)
    elif action.code is ActionCode.KEEP_AS_CREDIT and hint is not None:
        yield Effect(EffectCode.KEEPS_AS_CREDIT, {**hint.facts, "name": order.customer.name})
    elif now.amount < 0:
        yield Effect(EffectCode.PAYS_BACK, {"amount": -now})
    elif now and left:
        yield Effect(EffectCode.TAKES_NOW_REST_LATER, {"now": now, "left": left})
    elif now:
        yield Effect(EffectCode.TAKES_NOW, {"now": now})
    elif left:
        yield Effect(EffectCode.LEAVES_TO_PAY, {"left": left})


def _of_message(action: Action, draft: Draft) -> Iterator[Effect]:
    if action.message is not None:
        customer = draft.after.customer
        name = customer.name.split()[0] if customer.name.strip() else customer.email or customer.phone
        yield Effect(EffectCode.SENDS, {"message": action.message.value, "name": name})
