"""One order in every stage and one working act for every kind, so that each pair can be tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from site_sync.domain import commands as acts
from site_sync.domain.commands import Act, ActKind, Command
from site_sync.domain.customers import Address, Collector
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import Context, Decision, decide
from site_sync.domain.orders import (
    ArrivalState,
    Bag,
    Bucket,
    Claim,
    Delivery,
    DeliveryMode,
    Order,
    OrderKind,
    Quantities,
    Stage,
)
from site_sync.domain.particulars import (
    BagPlace,
    Identity,
    IdentityBy,
    LineChange,
    LinePrice,
    LineQuantity,
    Refunded,
)
from site_sync.domain.permissions import Right
from site_sync.domain.substitutes import Answer, Substitution
from site_sync.domain.units import TakenUnits, Undoable
from tests.builders import (
    CLERK,
    MARIA,
    NOW,
    command,
    euro,
    fresh_id,
    later,
    line,
    new_line,
    order,
    payment,
    quote,
    tendered,
)

KNOWN = Identity(IdentityBy.KNOWN)
ADDRESS = Address("Havnegade 1", "8000", "Aarhus", "DK")
COLLECT_AT_S01 = Delivery(store="S01")
BAGS = (Bag(1, "A1", ((1, 1),)),)
CLAIM = Claim(CLERK.id, CLERK.name, NOW)


def context(*, rights: frozenset[Right] = frozenset(Right), hours: float = 0, **known: Any) -> Context:
    """A deciding side that holds every right and knows no stock, unless said."""
    return Context(now=later(hours), rights=rights, **known)


def decided(before: Order | None, command: Command, by: Context | None = None) -> Decision:
    """The decision on a command that must be allowed."""
    answer = decide(before, command, by or context())
    assert isinstance(answer, Decision), answer
    return answer


def done(before: Order, *wanted: Act, by: Context | None = None) -> Order:
    """The order after some acts that must be allowed."""
    for act in wanted:
        before = decided(before, command(before.id, act, reason="asked for"), by).order
    return before


def refusal(before: Order | None, act: Act, by: Context | None = None, *, reason: str = "") -> Refusal:
    """The refusal of an act that must not be allowed."""
    order_id = before.id if before else "order-new"
    answer = decide(before, command(order_id, act, reason=reason), by or context())
    assert isinstance(answer, Refusal), answer
    return answer


def code(before: Order | None, act: Act, by: Context | None = None, *, reason: str = "") -> Code:
    """The code of the refusal of an act that must not be allowed."""
    return refusal(before, act, by, reason=reason).code


def in_stage(stage: Stage) -> Order:
    """An order that stands in that stage, with something in every quantity the stage has a use for."""
    lines = line(1, 1_000, to_pick=2), line(2, 3_000, picked=1, to_put_back=1)
    ready = line(1, 1_000, picked=2), line(2, 3_000, picked=1, to_put_back=1)
    late: dict[str, Any] = {"bags": BAGS, "collect_by": later(-1), "expires_at": later(-1)}
    match stage:
        case Stage.QUOTE:
            return replace(quote(line(1, 1_000, to_pick=2)), expires_at=later(-1))
        case Stage.TO_PICK:
            return replace(order(*lines), **late)
        case Stage.PICKING:
            return replace(order(*lines), claim=CLAIM, **late)
        case Stage.TO_COLLECT:
            return replace(order(*ready), **late)
        case Stage.TO_SHIP:
            return replace(order(*ready, mode=DeliveryMode.SHIP), **late)
        case Stage.TO_PUT_BACK:
            gone = order(line(1, 1_000, cancelled=1, collected=1), line(2, to_put_back=2))
            return replace(gone, expired_at=NOW, expired=((2, 2),), **late)
        case Stage.DONE:
            return replace(order(line(1, 1_000, collected=2)), shipped_at=NOW, closed_at=NOW)


def fitting(stage: Stage, kind: ActKind) -> Order:
    """The stage's order, with the money or the quantities that the act is about."""
    found = in_stage(stage)
    if kind in (ActKind.REFUND_PAYMENT, ActKind.KEEP_CREDIT, ActKind.FORFEIT):
        return replace(found, payments=(replace(payment(50_000), id="paid"),))
    if kind is ActKind.ANSWER_SUBSTITUTE and stage is Stage.PICKING:
        return replace(found, substitutions=(Substitution(2, 1, 1, NOW, Answer.WAITING, NOW),))
    if kind is ActKind.RECEIVE and stage is Stage.PICKING:
        return replace(found, bags=(replace(BAGS[0], sent_from="S02"),))
    if kind is ActKind.CONFIRM_PICKING and stage is Stage.PICKING:
        return replace(
            found, lines=tuple(replace(one, quantities=_ready(one.quantities)) for one in found.lines)
        )
    if kind is ActKind.REOPEN:
        gone = line(7, cancelled=1)
        past = Undoable("earlier", NOW, CLERK.id, (TakenUnits(7, Bucket.TO_PICK, 1),))
        return replace(found, lines=(*found.lines, gone), cancellation=past)
    if kind in (ActKind.UNDO_COLLECT, ActKind.RETURN):
        past = Undoable("earlier", NOW, CLERK.id, (TakenUnits(7, Bucket.COLLECTED, 1),))
        return replace(found, lines=(*found.lines, line(7, collected=1)), hand_over=past)
    if kind is ActKind.SHIP:
        return replace(found, payments=(payment(5_000),))
    return found


def _ready(held: Quantities) -> Quantities:
    return replace(held, picked=held.picked + held.to_pick, to_pick=0)


def create(kind: OrderKind = OrderKind.CUSTOMER_ORDER, **particulars: Any) -> acts.Create:
    """An order of one item for Maria."""
    given: dict[str, Any] = {"lines": (new_line(),), "delivery": COLLECT_AT_S01, "customer": MARIA}
    return acts.Create(kind, "S01-01-000001-5", "EUR", **{**given, **particulars})


def collect(*parts: tuple[int, int], pays: int = 0, identity: Identity = KNOWN) -> acts.Collect:
    """A hand-over of these units (all when none are named) against cash."""
    lines = tuple(LineQuantity(number, quantity) for number, quantity in parts) or None
    return acts.Collect(identity, lines, (tendered(pays),) if pays else ())


def refund(amount: int, payment_id: str = "paid", tender: str = "cash") -> Refunded:
    """Money given back of a payment."""
    return Refunded(fresh_id("refund"), payment_id, tender, euro(amount))


WORKING: dict[ActKind, Act] = {
    ActKind.CREATE: create(),
    ActKind.AMEND: acts.Amend(change=(LineChange(1, note="blue"),)),
    ActKind.CONVERT_QUOTE: acts.ConvertQuote(),
    ActKind.TAKE_PAYMENT: acts.TakePayment((tendered(100),)),
    ActKind.REFUND_PAYMENT: acts.RefundPayment((refund(100),)),
    ActKind.KEEP_CREDIT: acts.KeepCredit("credit", euro(100)),
    ActKind.FORFEIT: acts.Forfeit("fee", euro(100)),
    ActKind.CLAIM: acts.ClaimPicking(),
    ActKind.RELEASE: acts.ReleasePicking(),
    ActKind.PICK: acts.Pick(1, 1),
    ActKind.SHORT: acts.ReportShort(1, 1),
    ActKind.UNPICK: acts.Unpick(2, 1),
    ActKind.CONFIRM_PICKING: acts.ConfirmPicking((BagPlace(1, "A2"),)),
    ActKind.PLACE_BAG: acts.PlaceBag(1, "A3"),
    ActKind.SUBSTITUTE: acts.Substitute(1, 1, new_line("OTHER", price=900)),
    ActKind.ANSWER_SUBSTITUTE: acts.AnswerSubstitute(2, accepted=True),
    ActKind.RECEIVE: acts.Receive(),
    ActKind.NAME_COLLECTOR: acts.NameCollector(Collector("Ole Holm"), "f" * 64, 1),
    ActKind.ARRIVE: acts.Arrive(ArrivalState.HERE),
    ActKind.COLLECT: collect(pays=5_000),
    ActKind.SHIP: acts.Ship("TRACK1"),
    ActKind.DELIVER: acts.Deliver(),
    ActKind.CANCEL: acts.Cancel("asked for"),
    ActKind.EXTEND: acts.Extend(NOW + timedelta(days=2)),
    ActKind.REMIND: acts.Remind(1),
    ActKind.EXPIRE: acts.Expire(),
    ActKind.PUT_BACK: acts.PutBack((LineQuantity(2, 1),)),
    ActKind.NOTE: acts.AddNote("rings twice"),
    ActKind.MARK_READY: acts.MarkReady("A1"),
    ActKind.REOPEN: acts.Reopen("earlier"),
    ActKind.UNDO_COLLECT: acts.UndoCollect("earlier"),
    ActKind.REPRICE: acts.Reprice((LinePrice(1, euro(900)),)),
    ActKind.RETURN: acts.ReturnGoods((LineQuantity(7, 1),), "too small"),
    ActKind.SEND_MESSAGE: acts.SendMessage(),
    ActKind.ISSUE_CODE: acts.IssueCode("c" * 64, "d" * 64, 2),
}
