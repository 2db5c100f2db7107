"""What the payment-action dialog settled on: tried out before any money moves, then kept at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import orders, repricing
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk, command_for, context_for
from pos_app.operations.drafting import Details, amendment, creation, least
from pos_app.operations.orders import Settlement
from pos_app.operations.paying import PAID_WITH, Tendering
from pos_app.store.store import need_to_fit
from site_sync.domain.commands import Act, Amend, Collect, ConvertQuote
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.particulars import Tendered
from site_sync.domain.policies import OnShortage
from site_sync.protocol.codec import COMMAND


@dataclass(frozen=True, slots=True)
class Settled:
    """The sale as it is to be kept: what leaves now, what happens on a shortage, the papers wanted besides.

    `converts` makes a customer order of the quote in the sale.
    """

    cart: Cart
    details: Details
    collect: Collect | None = None
    on_shortage: OnShortage = OnShortage.REFUSE
    documents: tuple[DocumentKind, ...] = ()
    converts: bool = False

    @property
    def wanted(self) -> Details:
        """The details of what is made: a new quote that is converted is a customer order from the start."""
        if self.converts and self.cart.base is None:
            return replace(self.details, kind=OrderKind.CUSTOMER_ORDER)
        return self.details

    def settlement(self, tendering: Tendering | None) -> Settlement:
        """The money, goods and papers of the moment."""
        return Settlement(
            tendering, collect=self.collect, on_shortage=self.on_shortage, documents=self.documents
        )


class Halted(Exception):
    """Takes a refusal out of a transaction, so that nothing of it is kept."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code.value)
        self.refusal = refusal


def check(desk: Desk, acting: Acting, what: Settled, amount: Money) -> Order | Refusal:
    """The order as it would be once this amount is paid, or why not; nothing is kept."""
    if amount and not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    money = (Tendered(desk.new_id(), "", amount),) if amount else ()
    order = what.cart.base
    order_id = order.id if order else desk.new_id()
    for act in _acts(desk, what, order_id, money):
        if isinstance(act, ConvertQuote) and order is not None:
            act = replace(act, today=repricing.todays(desk, order))
        command = command_for(desk, acting, order_id, act)
        need_to_fit(COMMAND.text(command), PAID_WITH)
        decision = decide(order, command, context_for(desk, acting, order, command))
        if isinstance(decision, Refusal):
            return decision
        order = decision.order
    return order if order is not None else Refusal(Code.NOTHING_CHANGED)


def _acts(desk: Desk, what: Settled, order_id: str, money: tuple[Tendered, ...]) -> tuple[Act, ...]:
    """The acts it comes down to, one after the other."""
    base, collect = what.cart.base, what.collect
    if collect is not None:
        collect, money = replace(collect, payments=money), ()
    if base is None:
        act = creation(desk, what.cart, what.wanted, order_id)
        return (replace(act, payments=money, collect=collect, on_shortage=what.on_shortage),)
    change = amendment(desk, what.cart, what.details, base)
    if not what.converts:
        return (least(replace(change, payments=money, collect=collect)),)
    first = () if change == Amend() else (change,)
    return (*first, ConvertQuote(money, collect, on_shortage=what.on_shortage))


def finish(
    desk: Desk, acting: Acting, what: Settled, tendering: Tendering | None = None
) -> Changed | Refusal:
    """Keep it, with the money that was taken; a changed quote is saved and converted in one."""
    settlement, base = what.settlement(tendering), what.cart.base
    if base is None or not what.converts:
        return orders.save(desk, acting, what.cart, what.wanted, settlement)
    try:
        with desk.store.file.transaction():
            saved_first(desk, acting, what.cart, what.details)
            result = orders.convert_quote(desk, acting, base.id, settlement)
            if isinstance(result, Refusal):
                raise Halted(result)
            return result
    except Halted as halted:
        return halted.refusal


def saved_first(desk: Desk, acting: Acting, cart: Cart, details: Details) -> None:
    """Save what was changed in the sale; raises what was refused, so that nothing of it stays half done."""
    saved = orders.save(desk, acting, cart, details)
    if isinstance(saved, Refusal) and saved.code is not Code.NOTHING_CHANGED:
        raise Halted(saved)
