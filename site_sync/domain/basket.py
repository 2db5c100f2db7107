"""A basket of several orders made at once: one list of actions for all, one payment shared out over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from site_sync.domain import deposits
from site_sync.domain.actions import what_will_happen
from site_sync.domain.actions_case import PAYMENTS, PICK_UPS, SAVES
from site_sync.domain.actions_values import (
    Action,
    ActionCode,
    Draft,
    Effect,
    EffectCode,
    Hint,
    HintCode,
    StockEffect,
)
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code
from site_sync.domain.money import Money, split

_A = ActionCode
WITH_GOODS = (
    _A.CONTINUE_TO_PAYMENT, _A.PAY_IN_FULL, _A.SAVE_AS_QUOTE, _A.CHANGE_DETAILS, _A.DISCARD_ORDER,
)  # fmt: skip
"""What a basket offers of which something leaves now: whatever is paid, the goods are handed over."""
ALL_LATER = (
    _A.PAY_DEPOSIT, _A.PAY_IN_FULL, _A.SAVE, _A.SAVE_AND_PRINT, _A.SAVE_AS_QUOTE, _A.CHANGE_DETAILS,
    _A.DISCARD_ORDER,
)  # fmt: skip
"""What a basket offers of which all is collected later or shipped."""
RECEIPTS = frozenset({DocumentKind.DEPOSIT_RECEIPT, DocumentKind.SALES_RECEIPT})
"""Papers of which a basket has one for all its orders."""


@dataclass(frozen=True, slots=True)
class Part:
    """One new order of a basket with what the dialog would offer for it alone."""

    draft: Draft
    actions: tuple[Action, ...]

    @property
    def leaves_now(self) -> bool:
        """Whether something of it is carried out."""
        return bool(self.draft.marked)

    @property
    def balance(self) -> int:
        """What it costs, in minor units."""
        return deposits.balance(self.draft.after)

    def own(self, code: ActionCode) -> Action:
        """What the basket's action is for this order: handing over what leaves now, paying, or saving."""
        if self.leaves_now and code in (_A.CONTINUE_TO_PAYMENT, _A.PAY_IN_FULL):
            return self.action(_A.CONTINUE_TO_PAYMENT)
        if code is _A.PAY_IN_FULL:
            return self._or_save(code, Code.NOTHING_TO_PAY)
        if code in (_A.CONTINUE_TO_PAYMENT, _A.PAY_DEPOSIT):
            return self._or_save(_A.PAY_DEPOSIT, Code.NOTHING_TO_PAY, Code.DEPOSIT_NOT_ALLOWED)
        return self.action(code)

    def action(self, code: ActionCode) -> Action:
        """What the dialog of this order alone would offer."""
        return next(one for one in self.actions if one.code is code)

    def _or_save(self, code: ActionCode, *free_of: Code) -> Action:
        """The payment, or the order saved without one where it takes none."""
        found = self.action(code)
        none = found.reason is not None and found.reason.code in free_of
        return self.action(_A.SAVE_AND_PRINT) if none else found


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most minor units that an order of the basket can get of one payment."""

    least: int
    most: int


def bounds(part: Part, code: ActionCode) -> Bounds:
    """What an order needs and can hold of the payment that an action of the basket takes."""
    own = part.own(code)
    if code is _A.PAY_IN_FULL:
        return Bounds(part.balance, part.balance)
    if own.code in PICK_UPS:
        return Bounds(own.amount_now.amount, part.balance)
    if own.code is _A.PAY_DEPOSIT:
        free = own.hint is not None and own.hint.code is HintCode.MORE_PAYMENT
        return Bounds(0 if free else own.amount_now.amount, part.balance)
    return Bounds(0, 0)


def shared(amount: int, among: Sequence[Bounds]) -> tuple[int, ...]:
    """One payment over the orders: each its least, the rest by what each can still hold.

    Less than all their leasts together, where somebody allows it, is shared by those.
    """
    least = sum(one.least for one in among)
    if not 0 <= amount <= sum(one.most for one in among):
        raise ValueError(f"the orders cannot hold {amount}")
    if amount <= least:
        return tuple(split(amount, [one.least for one in among]))
    more = split(amount - least, [one.most - one.least for one in among])
    return tuple(one.least + rest for one, rest in zip(among, more, strict=True))


def dealt(tenders: Sequence[int], shares: Sequence[int]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Of which tender each order's share is, in order: (place of the tender, minor units) per order."""
    left, place, result = list(tenders), 0, []
    if sum(left) != sum(shares):
        raise ValueError(f"{sum(left)} was taken for {sum(shares)}")
    for share in shares:
        own: list[tuple[int, int]] = []
        while share:
            part = min(share, left[place])
            if part:
                own.append((place, part))
            left[place] -= part
            share -= part
            place += not left[place]
        result.append(tuple(own))
    return tuple(result)


def summed(parts: Sequence[Part]) -> tuple[Action, ...]:
    """The basket's actions: what the orders' own actions come to together."""
    codes = WITH_GOODS if any(part.leaves_now for part in parts) else ALL_LATER
    actions = tuple(_summed(parts, code) for code in codes)
    asked = any(bounds(part, _A.PAY_DEPOSIT).least for part in parts)
    wanted = (_A.CONTINUE_TO_PAYMENT, _A.PAY_DEPOSIT) if asked else (_A.CONTINUE_TO_PAYMENT, _A.SAVE)
    free = {one.code for one in actions if one.enabled and not one.locked}
    main = next((code for code in wanted if code in free), None)
    return tuple(replace(one, main=one.code is main) for one in actions)


def _summed(parts: Sequence[Part], code: ActionCode) -> Action:
    own = [part.own(code) for part in parts]
    currency = parts[0].draft.after.currency
    balance = sum(part.balance for part in parts)
    limits = [bounds(part, code) for part in parts]
    least, most = sum(one.least for one in limits), sum(one.most for one in limits)
    now = least or most
    editable = code in (_A.CONTINUE_TO_PAYMENT, _A.PAY_DEPOSIT) and least < most
    reason = next((one.reason for one in own if one.reason is not None), None)
    if reason is None and code in PAYMENTS and not most:
        reason = parts[0].action(code).reason
    return replace(
        own[0],
        code=code,
        amount_now=Money(now, currency),
        amount_left=Money(balance - now, currency),
        least=Money(max(1, least), currency) if editable else None,
        most=Money(most, currency) if editable else None,
        stock=_stock(own),
        documents=_papers(own, code),
        message=next((one.message for one in own if one.message is not None), None),
        hint=_hint(own, code, Money(least, currency)),
        reason=reason,
        missing=tuple(sorted({right for one in own for right in one.missing})),
        needs_reason=any(one.needs_reason for one in own),
        asks_to_prepay=any(one.asks_to_prepay for one in own),
    )


def _hint(own: Sequence[Action], code: ActionCode, least: Money) -> Hint | None:
    """The small line: of what leaves now, of the least that is asked for; the rest says its order's."""
    if code in PICK_UPS:
        return next((one.hint for one in own if one.code in PICK_UPS), None)
    if code is _A.PAY_DEPOSIT and least:
        return Hint(HintCode.MINIMUM_DEPOSIT, {"percent": 0, "amount": least})
    if code is _A.PAY_IN_FULL:
        return Hint(HintCode.NOTHING_DUE_LATER)
    return None if code in SAVES | PAYMENTS else own[0].hint


def _stock(own: Iterable[Action]) -> tuple[StockEffect, ...]:
    counts: dict[tuple[object, str], StockEffect] = {}
    for effect in (effect for one in own for effect in one.stock):
        known = counts.get((effect.kind, effect.store))
        items = effect.items + (known.items if known else 0)
        counts[effect.kind, effect.store] = replace(effect, items=items)
    return tuple(counts.values())


def _papers(own: Sequence[Action], code: ActionCode) -> tuple[DocumentKind, ...]:
    """One receipt and each order's confirmation; a quote is one paper for all lines."""
    if code is _A.SAVE_AS_QUOTE:
        return own[0].documents
    receipt = [kind for one in own for kind in one.documents if kind in RECEIPTS]
    return (*receipt[:1], *(kind for one in own for kind in one.documents if kind not in RECEIPTS))


def each(parts: Sequence[Part], code: ActionCode, amount: int) -> tuple[Action, ...]:
    """What the basket's action does to each order once so much is paid for all of them."""
    shares = shared(amount, [bounds(part, code) for part in parts])
    return tuple(_each(part, code, share) for part, share in zip(parts, shares, strict=True))


def effects(parts: Sequence[Part], action: Action) -> tuple[tuple[Effect, ...], ...]:
    """The sentences that tell what an action does: one group for each order, the last for all together."""
    if action.reason is not None or action.code is _A.SAVE_AS_QUOTE:
        after = parts[0].draft.after
        return ((),) * len(parts) + (what_will_happen(action, after, parts[0].draft),)
    own = each(parts, action.code, action.amount_now.amount)
    told = (
        what_will_happen(replace(one, missing=()), part.draft.after, part.draft)
        for one, part in zip(own, parts, strict=True)
    )
    return (*told, _together(action))


def _together(action: Action) -> tuple[Effect, ...]:
    """The one payment, its receipt, and whose approval all of it needs."""
    now, left = action.amount_now, action.amount_left
    money = Effect(EffectCode.TAKES_NOW, {"now": now})
    if left:
        money = Effect(EffectCode.TAKES_NOW_REST_LATER, {"now": now, "left": left})
    papers = tuple(kind for kind in action.documents if kind in RECEIPTS)
    return (
        *((money,) if now else ()),
        *(Effect(EffectCode.PRINTS, {"document": kind.value}) for kind in papers),
        *(Effect(EffectCode.NEEDS_APPROVAL, {"right": right.value}) for right in action.missing),
    )


def _each(part: Part, code: ActionCode, share: int) -> Action:
    own = part.own(code)
    currency = part.draft.after.currency
    papers = tuple(kind for kind in own.documents if kind not in RECEIPTS)
    now, left = Money(share, currency), Money(part.balance - share, currency)
    return replace(own, amount_now=now, amount_left=left, documents=papers)
