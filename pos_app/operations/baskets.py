"""A sale that makes several orders at once: carried out now, collected, shipped, and paid together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pos_app.operations import drafting, orders, paying, printing, undoing
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.drafting import Details, Offer
from pos_app.operations.orders import Settlement
from pos_app.operations.paying import Taken, Tendering
from pos_app.operations.settling import Halted
from pos_app.operations.undoing import Undo
from site_sync.domain import basket
from site_sync.domain.actions_values import Action, ActionCode, Effect
from site_sync.domain.basket import Bounds, Part
from site_sync.domain.commands import Cancel, Collect
from site_sync.domain.documents.basket_receipt import BasketPaid, Bought, basket_receipt
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Refusal
from site_sync.domain.events import GoodsHandedOver
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.particulars import Identity, IdentityBy, part_id
from site_sync.domain.policies import OnShortage

Deliveries = tuple[Details, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """The lines of one order of the sale, and how they reach the customer."""

    cart: Cart
    details: Details


def portions(cart: Cart, deliveries: Deliveries) -> tuple[Portion, ...]:
    """The orders that a sale comes to, in the order of its deliveries; a saved order and a quote stay one.

    What is carried out belongs to the first of them.
    """
    first = deliveries[0]
    if cart.base is not None or cart.returns or first.kind is OrderKind.QUOTE:
        return (Portion(cart, first),)
    places = sorted({place_of(line, deliveries) for line in cart.live if not line.marked})
    if len(places) < 2:
        return (Portion(cart, deliveries[places[0]] if places else first),)
    return tuple(_portion(cart, deliveries, place, carried=place == places[0]) for place in places)


def place_of(line: CartLine, deliveries: Deliveries) -> int:
    """The delivery by which a line reaches the customer; the first where its own was given up."""
    return line.group if line.group < len(deliveries) else 0


def first_place(cart: Cart, deliveries: Deliveries) -> int:
    """The first delivery that is used by some line."""
    if cart.base is not None:
        return 0
    return min((place_of(line, deliveries) for line in cart.live if not line.marked), default=0)


def tidied(cart: Cart, deliveries: Deliveries) -> Cart:
    """The cart with the lines of deliveries that were given up back with the first."""
    return replace(cart, lines=tuple(replace(one, group=place_of(one, deliveries)) for one in cart.lines))


def _portion(cart: Cart, deliveries: Deliveries, place: int, *, carried: bool) -> Portion:
    own = (line for line in cart.live if (carried if line.marked else place_of(line, deliveries) == place))
    return Portion(replace(cart, lines=tuple(own)), deliveries[place])


def lines_of(cart: Cart, deliveries: Deliveries, place: int) -> Cart:
    """The cart with only the lines of one delivery, those of it that leave now included."""
    if cart.base is not None or len(deliveries) < 2:
        return cart
    return replace(cart, lines=tuple(one for one in cart.lines if place_of(one, deliveries) == place))


def offer(desk: Desk, acting: Acting, parts: Sequence[Portion]) -> Offer | Refusal:
    """What the payment-action dialog offers for all orders of the sale together."""
    own: list[Offer] = []
    for place, portion in enumerate(parts):
        found = drafting.actions(desk, acting, portion.cart, portion.details, place)
        if isinstance(found, Refusal):
            return found
        own.append(found)
    if len(own) == 1:
        return own[0]
    return Offer(own[0].order, own[0].draft, basket.summed(_parts(own)), tuple(own))


def _parts(own: Sequence[Offer]) -> tuple[Part, ...]:
    return tuple(Part(one.draft, one.actions) for one in own)


def effects(shown: Offer, action: Action) -> tuple[tuple[Effect, ...], ...]:
    """What an action of a basket comes to: for each of its orders, then for all of them together."""
    return basket.effects(_parts(shown.parts), action)


def bounds(shown: Offer, code: ActionCode) -> tuple[Bounds, ...]:
    """The least and the most that each order gets of what an action of a basket takes."""
    return tuple(basket.bounds(part, code) for part in _parts(shown.parts))


def each(shown: Offer, code: ActionCode, amount: Money) -> tuple[Action, ...]:
    """What an action of a basket does to each of its orders, once so much is paid."""
    return basket.each(_parts(shown.parts), code, amount.amount)


@dataclass(frozen=True, slots=True)
class Settled:
    """The orders of the sale as they are to be kept, by which action of the dialog, at which payment."""

    portions: tuple[Portion, ...]
    shown: Offer
    code: ActionCode
    amount: Money
    on_shortage: OnShortage = OnShortage.REFUSE


class _Rehearsed(Exception):
    """Ends a rehearsal: all went well, and nothing of it is kept."""


def check(desk: Desk, acting: Acting, what: Settled) -> Refusal | None:
    """Why the orders cannot be made and paid together: rehearsed as it would be kept, then forgotten."""
    minor = what.amount.amount
    pretended = Tendering(what.amount, (Taken(desk.new_id(), "", minor, minor),)) if minor else None
    try:
        with desk.store.file.transaction():
            _keep(desk, acting, what, pretended)
            raise _Rehearsed
    except Halted as halted:
        return halted.refusal
    except _Rehearsed:
        return None


def finish(
    desk: Desk, acting: Acting, what: Settled, tendering: Tendering | None = None
) -> tuple[Changed, ...] | Refusal:
    """Make and pay all orders in one transaction, each by a command of its own; all of them or none."""
    try:
        with desk.store.file.transaction():
            return _keep(desk, acting, what, tendering)
    except Halted as halted:
        return halted.refusal


def _keep(desk: Desk, acting: Acting, what: Settled, tendering: Tendering | None) -> tuple[Changed, ...]:
    own = each(what.shown, what.code, what.amount)
    kind = what.portions[0].details.kind
    numbers = tuple(drafting.next_number(desk, kind, place) for place in range(len(own)))
    moneys = shared_out(tendering, [one.amount_now.amount for one in own])
    done: list[Changed] = []
    for portion, shown, action, money in zip(what.portions, what.shown.parts, own, moneys, strict=True):
        collect = None
        if action.code is ActionCode.CONTINUE_TO_PAYMENT:
            collect = Collect(Identity(IdentityBy.KNOWN), shown.draft.marked)
        confirmed = tuple(paper for paper in action.documents if paper is DocumentKind.ORDER_CONFIRMATION)
        settlement = Settlement(
            money, collect=collect, on_shortage=what.on_shortage, documents=confirmed, basket=numbers
        )
        saved = orders.save(desk, acting, portion.cart, portion.details, settlement)
        if isinstance(saved, Refusal):
            raise Halted(saved)
        done.append(saved)
    return _with_receipt(desk, acting, tuple(done), tendering)


def shared_out(tendering: Tendering | None, shares: Sequence[int]) -> tuple[Tendering | None, ...]:
    """The money as each order gets its share of it; change and rounding stay with a tender's last part.

    A card's or a balance's attempt is named by each of its parts, so that each can be given back by itself.
    """
    if tendering is None:
        return tuple(None for _ in shares)
    currency = tendering.due.currency
    rows = basket.dealt([taken.amount for taken in tendering.taken], shares)
    ends = {place: number for number, row in enumerate(rows) for place, _ in row}
    begins: dict[int, int] = {}
    result: list[Tendering | None] = []
    for number, row in enumerate(rows):
        own = []
        for place, amount in row:
            nth = begins[place] = begins.get(place, -1) + 1
            own.append(_part(tendering.taken[place], amount, nth, last=ends[place] == number))
        result.append(Tendering(Money(shares[number], currency), tuple(own)) if own else None)
    return tuple(result)


def _part(taken: Taken, amount: int, nth: int, *, last: bool) -> Taken:
    change, rounding = (taken.change, taken.rounding) if last else (0, 0)
    return replace(
        taken, id=part_id(taken.id, nth), amount=amount, given=amount + change + rounding, change=change,
        rounding=rounding,
    )  # fmt: skip


def _with_receipt(
    desk: Desk, acting: Acting, done: tuple[Changed, ...], tendering: Tendering | None
) -> tuple[Changed, ...]:
    """One receipt for all of it, wherever money or goods moved."""
    bought = tuple(Bought(one.order, _handed_over(one)) for one in done)
    if tendering is None and not any(one.carried for one in bought):
        return done
    paid = paying.payments(tendering) if tendering is not None else ()
    change = paying.change(tendering) if tendering is not None else Money(0, done[0].order.currency)
    paper = printing.stationery(desk, acting.staff, done[0].order.customer.language)
    receipt = basket_receipt(BasketPaid(bought, paid, change), paper)
    asks = tendering is not None and tendering.asks_receipt
    jobs = printing.queue(desk, (receipt,), done[0].order.id, asks_receipt=asks)
    return (replace(done[0], jobs=(*done[0].jobs, *jobs)), *done[1:])


def _handed_over(changed: Changed) -> GoodsHandedOver | None:
    return next((event for event in changed.events if isinstance(event, GoodsHandedOver)), None)


def undo_of(desk: Desk, acting: Acting, done: Sequence[Changed], words: str) -> tuple[Undo, ...]:
    """How the whole basket is taken back; empty where money or goods moved."""
    found = [undoing.undo_of(desk, acting, one, None, words) for one in done]
    free = tuple(one for one in found if one is not None and isinstance(one.act, Cancel))
    return free if len(free) == len(done) else ()


def undo(desk: Desk, acting: Acting, wanted: Sequence[Undo]) -> tuple[Changed, ...] | Refusal:
    """Take all its orders back, or none of them where one was changed meanwhile."""
    done: list[Changed] = []
    try:
        with desk.store.file.transaction():
            for one in wanted:
                result = undoing.undo(desk, acting, one)
                if isinstance(result, Refusal):
                    raise Halted(result)
                done.append(result)
    except Halted as halted:
        return halted.refusal
    return tuple(done)
