"""Undoing what was just done, where the rules can express it and nothing has happened since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pos_app.operations import printing
from pos_app.operations.desk import Acting, Bringing, Changed, Desk, act_on, command_for, context_for
from site_sync.domain.commands import Act, Amend, Cancel, Collect, Create, Reopen, Reprice, UndoCollect
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import Event, LineChanged, PricesRecalculated
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.undoing import UNDO_TIME, taken_units
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineChange
from site_sync.domain.units import Undoable

UNDO_SECONDS = int(UNDO_TIME.total_seconds())


@dataclass(frozen=True, slots=True)
class Undo:
    """An act that takes back another; good until then, and only while the order is as it left it."""

    order_id: str
    number: str
    act: Act
    version: int
    until: datetime

    @property
    def of_hand_over(self) -> bool:
        """Whether goods that were handed over come back."""
        return isinstance(self.act, UndoCollect)


def handed_over(changed: Changed) -> bool:
    """Whether goods left in this act, so that its undoing is about them."""
    done = changed.order.hand_over
    return done is not None and done.command == changed.command.id


def undo_of(desk: Desk, acting: Acting, changed: Changed, before: Order | None, words: str) -> Undo | None:
    """How an act can be taken back; None where money went back, or the rules have no way back.

    `before` is the order as it was, `words` the reason kept with a cancelled one.
    """
    act = _reverse(changed, before, words)
    if act is None:
        return None
    order = changed.order
    command = command_for(desk, acting, order.id, act)
    decision = decide(order, command, context_for(desk, acting, order, command))
    if isinstance(decision, Refusal):
        return None
    return Undo(order.id, order.number, act, order.version, desk.now() + UNDO_TIME)


def _reverse(changed: Changed, before: Order | None, words: str) -> Act | None:
    act, command = changed.command.act, changed.command.id
    if isinstance(act, Collect) or getattr(act, "collect", None) is not None:
        return UndoCollect(command)
    if isinstance(act, Cancel):
        return Reopen(command) if changed.order.cancellation is not None else None
    if isinstance(act, Reprice):
        return Amend(change=tuple(_repriced_back(changed.events).values()))
    if isinstance(act, Create) and not act.payments:
        return Cancel(words)
    if isinstance(act, Amend) and before is not None:
        return _amended_back(act, before, changed)
    return None


def _amended_back(act: Amend, before: Order, changed: Changed) -> Amend | None:
    """Lines taken out are wanted again, lines added are taken out; money is never undone by itself."""
    if act.payments or act.refunds or act.restore:
        return None
    known = {line.id for line in before.lines}
    dropped = tuple(one for one in taken_units(changed.events) if one.line in known)
    repriced = _repriced_back(changed.events) if act.reprice else {}
    return Amend(
        restore=dropped,
        change=_changes_back(act, before, {one.line for one in dropped}, repriced),
        void=tuple(line.id for line in changed.order.lines if line.id not in known),
        customer=before.customer if act.customer is not None else None,
        collector=before.collector if act.collector is not None else None,
        delivery=before.delivery if act.delivery is not None else None,
        comment_staff=before.comment_staff if act.comment_staff is not None else None,
        comment_customer=before.comment_customer if act.comment_customer is not None else None,
    )


def _repriced_back(events: tuple[Event, ...]) -> dict[int, LineChange]:
    """The old price of each line that got a new one."""
    back: dict[int, LineChange] = {}
    for event in events:
        if isinstance(event, PricesRecalculated):
            break
        if isinstance(event, LineChanged):
            old = event.before
            back[old.id] = LineChange(old.id, unit_price=old.unit_price, discount=old.discount)
    return back


def _changes_back(
    act: Amend, before: Order, dropped: set[int], back: dict[int, LineChange]
) -> tuple[LineChange, ...]:
    for change in act.change:
        own = _changed_back(change, before)
        if change.line in dropped:
            own = replace(own, quantity=None)
        priced = back.get(change.line)
        if priced is not None:
            own = replace(own, unit_price=priced.unit_price, discount=priced.discount)
        back[change.line] = own
    return tuple(one for one in back.values() if one != LineChange(one.line))


def _changed_back(change: LineChange, before: Order) -> LineChange:
    line = before.line(change.line)
    discount = Money(line.discount.amount, before.currency)
    return LineChange(
        line=line.id,
        quantity=line.quantities.live if change.quantity is not None else None,
        unit_price=line.unit_price if change.unit_price is not None else None,
        discount=discount if change.discount is not None else None,
        note=line.note if change.note is not None else None,
    )


def undo(desk: Desk, acting: Acting, wanted: Undo) -> Changed | Refusal:
    """Take it back, unless it is too late or somebody changed the order meanwhile."""
    order = desk.store.orders.order(wanted.order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": wanted.order_id})
    if order.version != wanted.version or desk.now() > wanted.until:
        return Refusal(Code.NOTHING_TO_UNDO, {"number": wanted.number})
    return act_on(desk, acting, wanted.order_id, wanted.act, _with_paper(desk, acting))


def _with_paper(desk: Desk, acting: Acting) -> Bringing:
    """Goods that came back are told on a paper: the receipt for them holds no longer."""

    def papers(changed: Changed) -> tuple[str, ...]:
        if not isinstance(changed.command.act, UndoCollect):
            return ()
        paper = printing.order_paper(desk, acting.staff, changed.order)
        return printing.queue(desk, (paper,), changed.order.id)

    return Bringing(papers=papers)


def reopen(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Take back the latest cancellation of an order, at any time by right."""
    return _take_back(desk, acting, order_id, Reopen)


def undo_hand_over(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Take back the latest hand-over of an order, at any time by right; the order's paper is printed anew."""
    return _take_back(desk, acting, order_id, UndoCollect)


def _take_back(
    desk: Desk, acting: Acting, order_id: str, act: type[Reopen] | type[UndoCollect]
) -> Changed | Refusal:
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    done: Undoable | None = order.cancellation if act is Reopen else order.hand_over
    if done is None:
        return Refusal(Code.NOTHING_TO_UNDO, {"number": order.number})
    return act_on(desk, acting, order_id, act(done.command), _with_paper(desk, acting))
