"""Handing goods over, shipping them, and putting back what nobody fetched."""

from __future__ import annotations

from collections.abc import Mapping

from site_sync.domain import deposits
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import ActKind, Collect, Deliver, PutBack, Ship
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import GoodsHandedOver, GoodsPutBack, OrderDelivered, OrderShipped, Posting
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, check_text
from site_sync.domain.lifecycle.paying import DEPOSITS, take
from site_sync.domain.lifecycle.undoing import left_bags
from site_sync.domain.money import Money
from site_sync.domain.orders import Bag, Bucket, DeliveryMode, Line, Order
from site_sync.domain.particulars import IdentityBy, LineQuantity
from site_sync.domain.permissions import Right
from site_sync.domain.policies import IdentityCheck
from site_sync.domain.signatures import is_signature
from site_sync.domain.stock import StockMove, StockReason
from site_sync.domain.totals import line_tax
from site_sync.domain.units import TakenUnits, Undoable

LONGEST_TRACKING = 80


def _check_identity(working: Deciding, act: Collect) -> None:
    identity = act.identity
    if identity.signature and not is_signature(identity.signature):
        raise Refused(Code.TEXT_INVALID, field="signature")
    if identity.by is IdentityBy.CODE:
        if not working.order.opened_by(identity.code_hash):
            raise Refused(Code.CODE_WRONG)
    elif working.context.policy.identity is IdentityCheck.APPROVAL and not working.may(
        Right.ORDER_COLLECT_UNVERIFIED
    ):
        raise Refused(Code.IDENTITY_NEEDED, right=Right.ORDER_COLLECT_UNVERIFIED.value)


def _quantities(order: Order, lines: tuple[LineQuantity, ...] | None) -> dict[int, int]:
    """Line → units to hand over, checked; lines that do not block go along with the last of the goods."""
    if lines is None:
        wanted = {line.id: line.quantities.open for line in order.lines if line.quantities.open}
    else:
        wanted = {}
        for part in lines:
            check_quantity(part.quantity)
            wanted[part.line] = wanted.get(part.line, 0) + part.quantity
    for number, quantity in wanted.items():
        held = order.line(number).quantities
        if quantity > held.open:
            code = Code.ALREADY_COLLECTED if held.collected else Code.QUANTITY_TOO_LARGE
            raise Refused(code, line=number, quantity=quantity, most=held.open)
    if all(wanted.get(line.id, 0) == line.quantities.open for line in order.lines if line.blocks):
        for line in order.lines:
            if not line.blocks and line.quantities.open:
                wanted[line.id] = line.quantities.open
    if not wanted:
        raise Refused(Code.QUANTITY_INVALID, quantity=0)
    return wanted


def earnings(order: Order, quantities: Mapping[int, int]) -> tuple[Posting, ...]:
    """Postings of units that leave: what was owed to the customer becomes sales and tax."""
    value = deposits.value_now(order, quantities)
    tax = 0
    for line in order.lines:
        start = line.quantities.collected
        end = start + quantities.get(line.id, 0)
        tax += line_tax(line, end, prices_include_tax=order.prices_include_tax)
        tax -= line_tax(line, start, prices_include_tax=order.prices_include_tax)

    def money(amount: int) -> Money:
        return Money(amount, order.currency)

    return Posting(DEPOSITS, money(value)), Posting("sales", money(tax - value)), Posting("tax", money(-tax))


def _leave(
    working: Deciding, quantities: Mapping[int, int], reason: StockReason, bags: tuple[int, ...] = ()
) -> None:
    for number, quantity in sorted(quantities.items()):
        picked = min(quantity, working.order.line(number).quantities.picked)
        holding = [
            bag.number for bag in working.order.bags if bag.number in bags and dict(bag.contents).get(number)
        ]
        bag = holding[0] if holding else 0
        working.move(number, (Bucket.PICKED, Bucket.COLLECTED), picked, reason, bag=Bag(bag))
        working.move(number, (Bucket.TO_PICK, Bucket.COLLECTED), quantity - picked, reason)


def _check_paid(working: Deciding, due: int, offered: int) -> None:
    if offered >= due:
        return
    if not working.may(Right.PAYMENT_FORCE):
        raise Refused(
            Code.BALANCE_DUE, due=due, offered=offered, currency=working.order.currency,
            right=Right.PAYMENT_FORCE.value,
        )  # fmt: skip
    working.need_reason()


def hand_over(working: Deciding, act: Collect, *, present: bool = False) -> None:
    """Goods leave with a person who is known, against what is due; `present` skips the check of who it is."""
    working.need_stage(ActKind.COLLECT)
    if not present:
        _check_identity(working, act)
    if act.lines is None and working.order.on_its_way:
        travelling = sum(1 for bag in working.order.bags if bag.sent_from)
        raise Refused(Code.BAGS_ON_THEIR_WAY, bags=travelling)
    quantities = _quantities(working.order, act.lines)
    due = deposits.due_now(working.order, quantities)
    _check_paid(working, due, sum(paid.amount.amount for paid in act.payments))
    take(working, act.payments)
    earned = earnings(working.order, quantities)
    before = working.order.bags
    _leave(working, quantities, StockReason.COLLECTED, act.bags)
    parts = tuple(LineQuantity(number, quantity) for number, quantity in sorted(quantities.items()))
    by = working.command.by.id
    units = tuple(TakenUnits(part.line, Bucket.COLLECTED, part.quantity) for part in parts)
    undoable = Undoable(working.command.id, working.at, by, units, left_bags(before, working.order.bags))
    working.add(GoodsHandedOver(parts, act.identity, earned, act.bags, undoable))


def all_handed_over(order: Order) -> bool:
    """Whether goods were collected and none are left to be; what is to be put back is the shop's."""
    taken = any(line.quantities.collected for line in order.lines if line.kind is not ItemKind.FEE)
    return taken and not (order.count(Bucket.TO_PICK) or order.count(Bucket.PICKED))


def collect(working: Deciding, act: Collect) -> None:
    """The customer, or somebody for them, fetches goods."""
    hand_over(working, act)


def ship(working: Deciding, act: Ship) -> None:
    """All picked goods leave for the customer's address, paid in full."""
    quantities = {line.id: line.quantities.open for line in working.order.lines if line.quantities.open}
    _check_paid(working, deposits.due_now(working.order, quantities), 0)
    earned = earnings(working.order, quantities)
    _leave(working, quantities, StockReason.SHIPPED)
    check_text(act.tracking, LONGEST_TRACKING)
    check_text(act.carrier, LONGEST_TRACKING)
    working.add(OrderShipped(working.at, act.tracking.strip(), earned, act.carrier.strip()))


def deliver(working: Deciding, act: Deliver) -> None:
    """The shipped goods arrived."""
    if working.order.shipped_at is None or working.order.delivered_at is not None:
        raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=working.order.stage.value, act="deliver")
    working.add(OrderDelivered(working.at))


def put_back(working: Deciding, act: PutBack) -> None:
    """Units lie on the shop's shelf again and are free for others."""
    if not act.lines:
        raise Refused(Code.QUANTITY_INVALID, quantity=0)
    moved: tuple[StockMove, ...] = ()
    for part in act.lines:
        check_quantity(part.quantity)
        waiting = working.order.line(part.line).quantities.to_put_back
        if part.quantity > waiting:
            raise Refused(Code.QUANTITY_TOO_LARGE, line=part.line, quantity=part.quantity, most=waiting)
        path = (Bucket.TO_PUT_BACK, Bucket.PUT_BACK)
        working.move(part.line, path, part.quantity, StockReason.PUT_BACK)
        moved += _brought_here(working, part)
    working.add(GoodsPutBack(act.lines, moved))


def _brought_here(working: Deciding, part: LineQuantity) -> tuple[StockMove, ...]:
    """Units of another store that were put on the shelf of this one are on hand here from now on."""
    line, here = working.order.line(part.line), working.command.store
    if not line.stocked or here in ("", line.source_store):
        return ()
    return tuple(
        StockMove(line.id, line.sku, store, 0, change, StockReason.MOVED)
        for store, change in ((line.source_store, -part.quantity), (here, part.quantity))
    )


def may_lie_in(order: Order, line: Line, store: str) -> bool:
    """Whether units of a line that are to be put back may lie in that store.

    What another store sent is where the order is handed over, or has not left there yet.
    """
    if order.delivery.mode is DeliveryMode.SHIP:
        return store == (line.source_store or order.work_store)
    return store == order.work_store or any(
        bag.sent_from == store for bag in order.bags if line.id in dict(bag.contents)
    )
