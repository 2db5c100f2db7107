"""Why something is done: the shop's own reasons, in the language of whoever chooses one."""

from __future__ import annotations

from pos_app.operations.desk import Desk
from site_sync.domain.permissions import Right
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import ReasonFor

_FOR_RIGHT = {
    Right.SALE_DISCOUNT: ReasonFor.DISCOUNT,
    Right.SALE_PRICE: ReasonFor.DISCOUNT,
    Right.SALE_RETURN: ReasonFor.RETURN,
    Right.DEPOSIT_OVERRIDE_MINIMUM: ReasonFor.OVERRIDE_MINIMUM,
    Right.DEPOSIT_REFUND_OTHER_TENDER: ReasonFor.REFUND_OTHER_TENDER,
    Right.DRAWER_OPEN: ReasonFor.DRAWER,
    Right.ORDER_CANCEL: ReasonFor.CANCEL,
    Right.ORDER_SHORT: ReasonFor.SHORT,
}


def for_right(right: Right | None) -> ReasonFor:
    """What a reason is given for when somebody lends a right."""
    return _FOR_RIGHT.get(right, ReasonFor.APPROVAL) if right is not None else ReasonFor.APPROVAL


def usual(desk: Desk, used_for: ReasonFor, language: str) -> tuple[str, ...]:
    """The shop's reasons in words, in their order."""
    return tuple(reason.words(language) for reason in desk.store.shop.reasons(used_for))


def sends_to(desk: Desk, words: str, language: str) -> ReturnTo:
    """Where goods go that come back for this reason: to the shelf unless the shop says otherwise."""
    for reason in desk.store.shop.reasons(ReasonFor.RETURN):
        if reason.words(language) == words:
            return reason.stock_to
    return ReturnTo.ON_HAND
