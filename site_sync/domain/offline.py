"""What a till may do while it is cut off from the site: one table, read by till, rules and screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.policies import OfflineCollect, Policy
from site_sync.domain.totals import total_of


class OfflineAct(StrEnum):
    """What staff do, as far as it matters whether the site is reached."""

    SELL = "sell"
    ORDER = "order"
    QUOTE = "quote"
    CHANGE_OWN = "change_own"
    CHANGE_OTHER = "change_other"
    RESERVE = "reserve"
    DEPOSIT = "deposit"
    PICK = "pick"
    PUT_BACK = "put_back"
    PRINT = "print"
    COLLECT = "collect"
    COLLECT_OTHER = "collect_other"
    REFUND_CASH = "refund_cash"
    REFUND_OTHER = "refund_other"
    KEEP_CREDIT = "keep_credit"
    USE_BALANCE = "use_balance"
    SELL_GIFT_CARD = "sell_gift_card"
    RETURN_ELSEWHERE = "return_elsewhere"
    LOOK_ELSEWHERE = "look_elsewhere"


class Verdict(StrEnum):
    """Whether an act is done: freely, within limits, with somebody's approval, not at all."""

    ALLOWED = "allowed"
    LIMIT = "limit"
    APPROVAL = "approval"
    NO = "no"


class Limit(StrEnum):
    """What holds an act within bounds; each is a setting, 0 meaning none (a refund's meaning nothing)."""

    ORDER_AMOUNT = "order_limit"
    DEPOSIT_AMOUNT = "deposit_limit"
    REFUND_AMOUNT = "refund_limit"
    ORDERS = "orders"
    HOURS = "hours"
    LEASES = "leases"


AMOUNTS = frozenset({Limit.ORDER_AMOUNT, Limit.DEPOSIT_AMOUNT, Limit.REFUND_AMOUNT})
"""Limits that are money, in the currency of what they bind."""


@dataclass(frozen=True, slots=True)
class Row:
    """How an act stands while the till is cut off: the verdict, why not, its limits."""

    offline: Verdict
    why: str = ""
    limits: tuple[Limit, ...] = ()


_A, _V, _L = OfflineAct, Verdict, Limit
TABLE: Mapping[OfflineAct, Row] = {
    _A.SELL:             Row(_V.ALLOWED),
    _A.ORDER:            Row(_V.LIMIT, limits=(_L.ORDER_AMOUNT, _L.ORDERS, _L.HOURS)),
    _A.RESERVE:          Row(_V.LIMIT, limits=(_L.LEASES,)),
    _A.DEPOSIT:          Row(_V.LIMIT, limits=(_L.DEPOSIT_AMOUNT,)),
    _A.QUOTE:            Row(_V.ALLOWED),
    _A.CHANGE_OWN:       Row(_V.LIMIT, limits=(_L.ORDER_AMOUNT, _L.HOURS)),
    _A.PICK:             Row(_V.ALLOWED),
    _A.PUT_BACK:         Row(_V.ALLOWED),
    _A.PRINT:            Row(_V.ALLOWED),
    _A.COLLECT:          Row(_V.APPROVAL, "collect", (_L.HOURS,)),
    _A.REFUND_CASH:      Row(_V.LIMIT, limits=(_L.REFUND_AMOUNT, _L.HOURS)),
    _A.SELL_GIFT_CARD:   Row(_V.NO, "gift_card"),
    _A.REFUND_OTHER:     Row(_V.NO, "card_refund"),
    _A.USE_BALANCE:      Row(_V.NO, "balance"),
    _A.KEEP_CREDIT:      Row(_V.NO, "credit"),
    _A.CHANGE_OTHER:     Row(_V.NO, "other_store"),
    _A.COLLECT_OTHER:    Row(_V.NO, "other_store"),
    _A.RETURN_ELSEWHERE: Row(_V.NO, "receipt"),
    _A.LOOK_ELSEWHERE:   Row(_V.NO, "look_elsewhere"),
}  # fmt: skip
"""Online every act is allowed as far as rights and stage go. Two rows bend to a setting: `_BY_SETTING`."""

_COLLECT_BY = {
    OfflineCollect.NEVER: Verdict.NO,
    OfflineCollect.WITH_APPROVAL: Verdict.APPROVAL,
    OfflineCollect.ALWAYS: Verdict.ALLOWED,
}
_BY_SETTING: Mapping[OfflineAct, Callable[[Policy], Verdict]] = {
    _A.COLLECT: lambda policy: _COLLECT_BY[policy.offline_collect],
    _A.SELL_GIFT_CARD: lambda policy: Verdict.ALLOWED if policy.offline_gift_cards else Verdict.NO,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a till that is cut off stands: orders made and whole hours gone since it reached the site.

    `alone` says that nobody else can know the order in question, as it never left this till; `doubtful` are
    its units beyond what the till was lent, which the site has still to confirm.
    """

    orders: int = 0
    hours: int = 0
    alone: bool = False
    doubtful: int = 0


CONNECTED = Standing()


def verdict(act: OfflineAct, policy: Policy, *, online: bool = False) -> Verdict:
    """How an act stands under a shop's settings."""
    if online:
        return Verdict.ALLOWED
    by_setting = _BY_SETTING.get(act)
    return by_setting(policy) if by_setting else TABLE[act].offline


def most(limit: Limit, policy: Policy) -> int | None:
    """The bound a shop has set, None where there is none; of leases each item has its own."""
    if limit is Limit.REFUND_AMOUNT:
        return policy.offline_refund_limit
    settings = {
        Limit.ORDER_AMOUNT: policy.offline_order_limit,
        Limit.DEPOSIT_AMOUNT: policy.offline_deposit_limit,
        Limit.ORDERS: policy.offline_orders,
        Limit.HOURS: policy.offline_hours,
    }
    return settings.get(limit) or None


def refusal(
    act: OfflineAct, policy: Policy, standing: Standing, amount: Money | None = None
) -> Refusal | None:
    """Why a till that is cut off does not do it, None when it does; `amount` is what it would be about."""
    row = TABLE[act]
    if verdict(act, policy) is Verdict.NO:
        return Refusal(Code.OFFLINE, {"why": row.why})
    used = {Limit.ORDERS: standing.orders + 1, Limit.HOURS: standing.hours + 1}
    about = amount.amount if amount is not None else 0
    for limit in row.limits:
        bound = most(limit, policy)
        if bound is not None and used.get(limit, about) > bound:
            facts: dict[str, object] = {"why": limit.value, "limit": bound}
            known = {"currency": amount.currency} if amount is not None and limit in AMOUNTS else {}
            return Refusal(Code.OFFLINE, facts | known)
    return None


def change_of(order: Order, store: str) -> OfflineAct:
    """Whether changing an order is a store's own business: of the one that took it."""
    return OfflineAct.CHANGE_OWN if order.store == store else OfflineAct.CHANGE_OTHER


def grown_to(before: Order, after: Order) -> Money | None:
    """What an order comes to by a change, where that is more than before; a quote promises nothing."""
    total = total_of(after)
    grows = after.kind is not OrderKind.QUOTE and total > total_of(before)
    return Money(total, after.currency) if grows else None


def holds_right(order: Order, store: str) -> bool:
    """Whether a store has the right to hand an order over: it came with "ready" to the one that collects."""
    return order.work_store == store and order.ready_at is not None


def collect_refusal(order: Order, store: str, policy: Policy, standing: Standing) -> Refusal | None:
    """Why a till that is cut off does not hand an order over; what nobody else knows of, it always may."""
    if order.work_store != store:
        return refusal(OfflineAct.COLLECT_OTHER, policy, standing)
    if standing.alone:
        return None
    against = refusal(OfflineAct.COLLECT, policy, standing)
    if against is None and not holds_right(order, store):
        return Refusal(Code.OFFLINE, {"why": "not_ready"})
    return against


def needs_approval(policy: Policy, standing: Standing) -> bool:
    """Whether a hand-over while cut off has to be approved."""
    return not standing.alone and verdict(OfflineAct.COLLECT, policy) is Verdict.APPROVAL
