"""One opening of the payment-action dialog: the order, the draft and the sums its rules ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from site_sync.domain import deposits
from site_sync.domain.actions_table import context_of
from site_sync.domain.actions_values import ActionCode, Connection, DialogContext, Draft
from site_sync.domain.commands import ActKind
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.totals import total_of

PICK_UPS = frozenset({ActionCode.CONTINUE_TO_PAYMENT, ActionCode.PICK_UP_SELECTED, ActionCode.PICK_UP_ALL})
SAVES = frozenset({ActionCode.SAVE, ActionCode.SAVE_AND_PRINT})
PAYMENTS = frozenset({ActionCode.PAY_DEPOSIT, ActionCode.PAY_IN_FULL})
PAY_OUTS = frozenset({ActionCode.PAY_BACK_DEPOSIT, ActionCode.REFUND_SURPLUS})


@dataclass(frozen=True, slots=True)
class Case:
    """What is known when the dialog opens; amounts are minor units."""

    order: Order
    draft: Draft
    policy: Policy
    rights: frozenset[Right]
    connection: Connection

    @property
    def after(self) -> Order:
        """The order as it would be saved."""
        return self.draft.after

    @property
    def context(self) -> DialogContext:
        """The column of the table."""
        return context_of(self.order, self.draft)

    @property
    def quote(self) -> bool:
        """Whether the draft is a quote."""
        return self.after.kind is OrderKind.QUOTE

    @property
    def total(self) -> int:
        """What the live lines cost."""
        return total_of(self.after)

    @property
    def asks_to_prepay(self) -> bool:
        """Whether staff ask if the customer pays in full now: when an order comes to be, by setting."""
        begins = self.draft.new or self.quote
        return begins and deposits.asks_to_prepay(self.after, self.policy.deposit)

    @property
    def balance(self) -> int:
        """What is left to pay."""
        return deposits.balance(self.after)

    @property
    def surplus(self) -> int:
        """What no line can hold."""
        return deposits.surplus(self.after)

    @property
    def below_minimum(self) -> int:
        """What is missing to the minimum deposit of a customer order, or of what the quote would become."""
        if self.quote:
            return deposits.converted_minimum_due(self.after, self.policy)
        return deposits.minimum_due(self.after, self.policy.deposit)

    @property
    def ends(self) -> bool:
        """Whether the sale takes every line out of the order, so that giving its money back cancels it."""
        return self.context is DialogContext.ALL_VOIDED

    @property
    def required(self) -> int:
        """What must be paid before the draft is saved, unless somebody with the right says otherwise."""
        if self.draft.new:
            return 0 if self.quote else self.below_minimum
        before = deposits.minimum_due(self.order, self.policy.deposit)
        return self.below_minimum if not self.quote and self.below_minimum > before else 0

    @property
    def marked(self) -> Mapping[int, int]:
        """Units marked for pickup, by line."""
        return {part.line: part.quantity for part in self.draft.marked}

    @property
    def everything(self) -> Mapping[int, int]:
        """All units that may still be handed over, by line."""
        return {line.id: line.quantities.open for line in self.after.lines if line.quantities.open}

    def picked_up(self, code: ActionCode) -> Mapping[int, int]:
        """Units a pick-up hands over, by line; nothing yet when lines are still to be chosen."""
        if code is ActionCode.PICK_UP_ALL or (
            code is ActionCode.CONTINUE_TO_PAYMENT and not self.draft.marked
        ):
            return self.everything
        return self.marked if code in PICK_UPS else {}

    def money(self, amount: int) -> Money:
        """An amount in the order's currency."""
        return Money(amount, self.after.currency)


def acts_of(case: Case, code: ActionCode) -> tuple[ActKind, ...]:
    """The acts of the transition table an action comes down to; none for what stays at the till."""
    if code in (ActionCode.PRINT, ActionCode.DISCARD_ORDER, ActionCode.DISCARD_CHANGES):
        return ()
    if case.draft.new:
        return () if code is ActionCode.CHANGE_DETAILS else (ActKind.CREATE,)
    if code in SAVES or code is ActionCode.CHANGE_DETAILS:
        return (ActKind.AMEND,)
    change = (ActKind.AMEND,) if case.draft.changed or case.draft.voided else ()
    if code in PAYMENTS:
        return change or (ActKind.TAKE_PAYMENT,)
    if code in PICK_UPS:
        return (*change, ActKind.CONVERT_QUOTE if case.quote else ActKind.COLLECT)
    if case.ends and code in PAY_OUTS | {ActionCode.KEEP_AS_CREDIT}:
        change = (ActKind.CANCEL,)
    return _ENDS[code] if code in _UNCHANGED else (*change, *_ENDS[code])


_ENDS: dict[ActionCode, tuple[ActKind, ...]] = {
    ActionCode.PAY_BACK_DEPOSIT: (ActKind.REFUND_PAYMENT,),
    ActionCode.REFUND_SURPLUS: (ActKind.REFUND_PAYMENT,),
    ActionCode.KEEP_AS_CREDIT: (ActKind.KEEP_CREDIT,),
    ActionCode.CONVERT_QUOTE: (ActKind.CONVERT_QUOTE,),
    ActionCode.EXTEND: (ActKind.EXTEND,),
    ActionCode.CANCEL_ORDER: (ActKind.CANCEL,),
}
_UNCHANGED = frozenset({ActionCode.EXTEND, ActionCode.CANCEL_ORDER})
