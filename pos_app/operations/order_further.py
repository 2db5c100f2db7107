"""What else can be done with an order besides its next step: taken back, returned, told again, ready."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Acting, Changed, Desk, act_on
from site_sync.domain.act_kinds import ActKind
from site_sync.domain.commands import MarkReady, SendMessage
from site_sync.domain.errors import Refusal
from site_sync.domain.lifecycle import TABLE, allowed
from site_sync.domain.lifecycle.taking_back import has_use
from site_sync.domain.orders import Order, OrderKind

FURTHER = (
    ActKind.MARK_READY, ActKind.SEND_MESSAGE, ActKind.UNDO_COLLECT, ActKind.REOPEN, ActKind.RETURN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Further:
    """One more act that has a place now; `locked` when somebody else must approve it."""

    act: ActKind
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """An order and what else can be done with it, with the shelves of the store."""

    order: Order
    acts: tuple[Further, ...]
    shelves: tuple[str, ...]


def offered(desk: Desk, acting: Acting, order_id: str) -> Offered | None:
    """What else can be done with the order as it stands, read from the transition table."""
    order = desk.store.orders.order(order_id)
    if order is None:
        return None
    quote = order.kind is OrderKind.QUOTE
    found = []
    for act in FURTHER:
        if allowed(order.stage, act) and has_use(order, act):
            right = TABLE[act].right_for(quote=quote)
            found.append(Further(act, right is not None and right not in acting.staff.rights))
    return Offered(order, tuple(found), desk.here.shelves)


def mark_ready(desk: Desk, acting: Acting, order_id: str, shelf: str) -> Changed | Refusal:
    """Everything of the order waits on a shelf, found without a scan of each unit."""
    return act_on(desk, acting, order_id, MarkReady(shelf))


def send_message(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Tell the customer once more how the order stands."""
    return act_on(desk, acting, order_id, SendMessage())
