"""What else can be done with an order: taken back, returned, told again, ready, its code issued anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pos_app.operations import printing
from pos_app.operations.desk import Acting, Bringing, Changed, Desk, act_on
from site_sync.domain.act_kinds import ActKind
from site_sync.domain.code_issues import next_code
from site_sync.domain.commands import IssueCode, MarkReady, SendMessage
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import TABLE, allowed
from site_sync.domain.lifecycle.taking_back import has_use
from site_sync.domain.lifecycle.undoing import free_to_undo
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.permissions import Right

FURTHER = (
    ActKind.MARK_READY, ActKind.SEND_MESSAGE, ActKind.ISSUE_CODE, ActKind.UNDO_COLLECT, ActKind.REOPEN,
    ActKind.RETURN,
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
            needed = {TABLE[act].right_for(quote=quote), _right_to_undo(desk, acting, order, act)} - {None}
            found.append(Further(act, locked=not needed <= acting.staff.rights))
    return Offered(order, tuple(found), desk.here.shelves)


def _right_to_undo(desk: Desk, acting: Acting, order: Order, act: ActKind) -> Right | None:
    """What it takes besides to take something back now; nothing while it was only just done."""
    done = {ActKind.UNDO_COLLECT: order.hand_over, ActKind.REOPEN: order.cancellation}.get(act)
    free = done is None or free_to_undo(done, acting.staff.id, desk.now())
    return None if free else Right.ORDER_UNDO


def mark_ready(desk: Desk, acting: Acting, order_id: str, shelf: str) -> Changed | Refusal:
    """Everything of the order waits on a shelf, found without a scan of each unit."""
    return act_on(desk, acting, order_id, MarkReady(shelf))


def send_message(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Tell the customer once more how the order stands."""
    return act_on(desk, acting, order_id, SendMessage())


def issue_code(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Void the customer's code and page link: the new ones are printed and told."""
    order = desk.store.orders.order(order_id)
    key = bytes.fromhex(desk.identity.code_key)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    act = next_code(key, order) if key else IssueCode("", "", order.code_issue + 1)
    return act_on(desk, acting, order_id, act, Bringing(papers=_paper_with_code(desk, acting)))


def _paper_with_code(desk: Desk, acting: Acting) -> Callable[[Changed], printing.Jobs]:
    def papers(changed: Changed) -> printing.Jobs:
        paper = printing.order_paper(desk, acting.staff, changed.order)
        return printing.queue(desk, (paper,), changed.order.id)

    return papers
