"""Acts drawn to fit the order they are tried on, most of them possible, some of them not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from site_sync.domain import commands as acts
from site_sync.domain import deposits
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Act, ActKind
from site_sync.domain.lifecycle import allowed_actions
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState, Bucket, Delivery, DeliveryMode, Order, OrderKind
from site_sync.domain.particulars import LineChange, LinePrice, LineQuantity, NewLine, Refunded, ShortNext
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd, OnShortage
from site_sync.domain.quantities import PIECE
from site_sync.domain.units import TakenUnits
from tests.builders import KILO, NOW, euro, fresh_id, tendered
from tests.domain.lifecycle.examples import ADDRESS, collect, create, refund

STORES = ("S01", "S02")
stores = st.sampled_from(STORES)
rarely = st.integers(0, 9).map(lambda drawn: drawn == 9)
prices = st.integers(0, 3_000)


@st.composite
def new_lines(draw: st.DrawFn) -> NewLine:
    """A line of goods, pieces or weighed, perhaps with a discount."""
    weighed, price = draw(rarely), draw(prices)
    count = draw(st.integers(1, 4))
    return NewLine(
        draw(st.sampled_from(("A", "B", "C"))),
        "thing",
        count * 250 if weighed else count,
        euro(price),
        draw(st.sampled_from((0, 700, 2_500))),
        discount=euro(draw(st.integers(0, price * count // 4))) if draw(st.booleans()) else None,
        source_store=draw(st.sampled_from(("", *STORES))),
        unit=KILO if weighed else PIECE,
        kind=ItemKind.SERVICE if draw(rarely) else ItemKind.GOODS,
    )


@st.composite
def creations(draw: st.DrawFn) -> Act:
    """A new order or quote."""
    delivery = (
        Delivery("ship", DeliveryMode.SHIP, "", ADDRESS) if draw(rarely) else Delivery(store=draw(stores))
    )
    return create(
        OrderKind.QUOTE if draw(rarely) else OrderKind.CUSTOMER_ORDER,
        lines=tuple(draw(st.lists(new_lines(), min_size=1, max_size=3))),
        delivery=delivery,
        prices_include_tax=draw(st.booleans()),
        on_shortage=draw(st.sampled_from(OnShortage)),
        collect=collect(pays=draw(prices)) if draw(rarely) else None,
    )


def part(draw: st.DrawFn, order: Order, *buckets: Bucket) -> LineQuantity:
    """Some units held in these quantities by a line, if there is such a line."""
    fitting = [line for line in order.lines if any(line.quantities.held(bucket) for bucket in buckets)]
    line = draw(st.sampled_from(fitting or order.lines))
    most = sum(line.quantities.held(bucket) for bucket in buckets)
    quantity = draw(st.sampled_from((1, max(1, most // 2), max(1, most))))
    return LineQuantity(line.id, quantity + draw(rarely))


def amount(draw: st.DrawFn, most: int) -> Money:
    """An amount up to `most`, now and then more."""
    return euro(draw(st.integers(1, max(1, most))) + draw(rarely))


OPEN = (Bucket.TO_PICK, Bucket.PICKED)


def amend(draw: st.DrawFn, order: Order) -> Act:
    """A change of lines, or of the collect store, or one with money or goods handed over."""
    line = draw(st.sampled_from(order.lines))
    match draw(st.integers(0, 9)):
        case 0:
            return acts.Amend(void=(line.id,))
        case 1:
            return acts.Amend(add=(draw(new_lines()),))
        case 2:
            return acts.Amend(delivery=Delivery(store=draw(stores)))
        case 3:
            chosen = part(draw, order, *OPEN)
            pays = amount(draw, deposits.balance(order)).amount
            return acts.Amend(collect=collect((chosen.line, chosen.quantity), pays=pays))
        case 4:
            return acts.Amend(payments=(tendered(amount(draw, deposits.balance(order)).amount),))
        case 5:
            return acts.Amend(change=(LineChange(line.id, unit_price=euro(draw(prices))),))
        case 8:
            source = draw(st.sampled_from((Bucket.TO_PICK, Bucket.PICKED)))
            gone = part(draw, order, Bucket.CANCELLED, Bucket.TO_PUT_BACK)
            return acts.Amend(restore=(TakenUnits(gone.line, source, gone.quantity),))
        case 9:
            return acts.Amend(reprice=new_prices(draw, order))
        case 6:
            return acts.Amend(change=(LineChange(line.id, discount=euro(draw(st.integers(0, 500)))),))
        case _:
            live = line.quantities.live
            return acts.Amend(change=(LineChange(line.id, draw(st.integers(0, live + 2))),))


def cancel(draw: st.DrawFn, order: Order) -> Act:
    """A cancellation of some units or (rarely) of the order, with any choice for the deposit."""
    lines = None if draw(rarely) else (part(draw, order, *OPEN),)
    return acts.Cancel("no need", lines, draw(st.sampled_from(DepositAtEnd)), movement_id=fresh_id())


def collecting(draw: st.DrawFn, order: Order) -> Act:
    """A hand-over of a part or of all that is open, against what is due, or less."""
    if draw(rarely):
        return collect(pays=deposits.balance(order))
    chosen = part(draw, order, *OPEN)
    due = deposits.due_now(order, {chosen.line: chosen.quantity})
    return collect((chosen.line, chosen.quantity), pays=draw(st.sampled_from((0, max(0, due)))))


def short(draw: st.DrawFn, order: Order) -> Act:
    """Units not found, dropped or sought in another store."""
    chosen = part(draw, order, Bucket.TO_PICK)
    next_step = draw(st.sampled_from(ShortNext))
    return acts.ReportShort(chosen.line, chosen.quantity, next_step, draw(stores), "S01-01-000099-0")


def substitute(draw: st.DrawFn, order: Order) -> Act:
    """Something else for units not found, agreed or asked."""
    chosen = part(draw, order, Bucket.TO_PICK)
    return acts.Substitute(chosen.line, chosen.quantity, draw(new_lines()), draw(st.booleans()))


def answer_substitute(draw: st.DrawFn, order: Order) -> Act:
    """What the customer says to a substitute."""
    asked = [one.line for one in order.asked] or [1]
    return acts.AnswerSubstitute(draw(st.sampled_from(asked)), draw(st.booleans()))


def pick(draw: st.DrawFn, order: Order) -> Act:
    """Units found."""
    chosen = part(draw, order, Bucket.TO_PICK)
    return acts.Pick(chosen.line, chosen.quantity, draw(st.integers(1, 2)))


def unpick(draw: st.DrawFn, order: Order) -> Act:
    """Units taken out of their bag."""
    chosen = part(draw, order, Bucket.PICKED)
    return acts.Unpick(chosen.line, chosen.quantity)


def take_payment(draw: st.DrawFn, order: Order) -> Act:
    """Money up to the balance."""
    tender = draw(st.sampled_from(("cash", "card")))
    return acts.TakePayment((tendered(amount(draw, deposits.balance(order)).amount, tender),))


def refund_payment(draw: st.DrawFn, order: Order) -> Act:
    """Money back of one of the payments, to its tender."""
    if not order.payments:
        return acts.RefundPayment((refund(1),))
    paid = draw(st.sampled_from(order.payments))
    most = draw(st.sampled_from((deposits.surplus(order), paid.amount.amount)))
    return acts.RefundPayment((refund(amount(draw, most).amount, paid.id, paid.tender),))


def new_prices(draw: st.DrawFn, order: Order) -> tuple[LinePrice, ...]:
    """Prices for some lines."""
    lines = draw(st.lists(st.sampled_from(order.lines), max_size=2, unique_by=lambda line: line.id))
    return tuple(LinePrice(line.id, euro(draw(prices))) for line in lines)


def return_goods(draw: st.DrawFn, order: Order) -> Act:
    """Collected units come back, perhaps with money of a payment."""
    chosen = part(draw, order, Bucket.COLLECTED)
    refunds: tuple[Refunded, ...] = ()
    with_money = draw(st.booleans())
    if order.payments and with_money:
        paid = draw(st.sampled_from(order.payments))
        refunds = (refund(amount(draw, paid.amount.amount).amount, paid.id, paid.tender),)
    return acts.ReturnGoods((chosen,), "too small", draw(rarely), refunds)


DRAWN: dict[ActKind, Callable[[st.DrawFn, Order], Act]] = {
    ActKind.AMEND: amend,
    ActKind.CONVERT_QUOTE: lambda draw, order: acts.ConvertQuote(),
    ActKind.TAKE_PAYMENT: take_payment,
    ActKind.REFUND_PAYMENT: refund_payment,
    ActKind.KEEP_CREDIT: lambda draw, order: acts.KeepCredit(
        fresh_id(), amount(draw, deposits.surplus(order))
    ),
    ActKind.FORFEIT: lambda draw, order: acts.Forfeit(fresh_id(), amount(draw, deposits.surplus(order))),
    ActKind.CLAIM: lambda draw, order: acts.ClaimPicking(),
    ActKind.RELEASE: lambda draw, order: acts.ReleasePicking(),
    ActKind.PICK: pick,
    ActKind.SHORT: short,
    ActKind.UNPICK: unpick,
    ActKind.CONFIRM_PICKING: lambda draw, order: acts.ConfirmPicking(),
    ActKind.SUBSTITUTE: substitute,
    ActKind.ANSWER_SUBSTITUTE: answer_substitute,
    ActKind.RECEIVE: lambda draw, order: acts.Receive(),
    ActKind.ARRIVE: lambda draw, order: acts.Arrive(draw(st.sampled_from(ArrivalState))),
    ActKind.COLLECT: collecting,
    ActKind.SHIP: lambda draw, order: acts.Ship(),
    ActKind.DELIVER: lambda draw, order: acts.Deliver(),
    ActKind.CANCEL: cancel,
    ActKind.EXTEND: lambda draw, order: acts.Extend(NOW + timedelta(days=draw(st.integers(1, 100)))),
    ActKind.REMIND: lambda draw, order: acts.Remind(order.reminders + 1),
    ActKind.EXPIRE: lambda draw, order: acts.Expire(fresh_id()),
    ActKind.MARK_READY: lambda draw, order: acts.MarkReady("A1"),
    ActKind.REOPEN: lambda draw, order: acts.Reopen(
        order.cancellation.command if order.cancellation else "none"
    ),
    ActKind.UNDO_COLLECT: lambda draw, order: acts.UndoCollect(
        order.hand_over.command if order.hand_over else "none"
    ),
    ActKind.REPRICE: lambda draw, order: acts.Reprice(new_prices(draw, order)),
    ActKind.RETURN: return_goods,
    ActKind.ISSUE_CODE: lambda draw, order: acts.IssueCode(
        fresh_id(), fresh_id(), order.code_issue + draw(st.integers(0, 2))
    ),
    ActKind.PUT_BACK: lambda draw, order: acts.PutBack((part(draw, order, Bucket.TO_PUT_BACK),)),
}
OFTEN = (ActKind.PICK, ActKind.COLLECT, ActKind.AMEND, ActKind.TAKE_PAYMENT, ActKind.SHORT, ActKind.UNPICK)


@st.composite
def next_acts(draw: st.DrawFn, order: Order) -> Act:
    """An act with a place in the order's stage; rarely one without."""
    fitting = [kind for kind in allowed_actions(order, frozenset(Right)) if kind in DRAWN]
    fitting += [kind for kind in OFTEN if kind in fitting] * 2
    kinds = list(DRAWN) if draw(rarely) or not fitting else fitting
    return DRAWN[draw(st.sampled_from(kinds))](draw, order)
