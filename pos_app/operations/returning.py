"""Taking goods of a receipt back: whole or part, never more than was sold, to the tender it was paid by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import cart as carts
from pos_app.operations import cut_off, refunding
from pos_app.operations.balances import Wanted
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Acting, Desk, need
from pos_app.operations.refunding import PayBack
from site_sync.domain.balances import BalanceKind, Holder, back_hold
from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.numbers import check_digit
from site_sync.domain.offline import OfflineAct
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import value_of
from site_sync.domain.sales import Sale, SaleLine, value_back
from site_sync.domain.shop import TenderKind
from site_sync.protocol.balances import ClaimAnswer, ClaimLine, ReceiptAnswer, ReturnClaim

NEWEST = 30


def is_receipt_number(text: str) -> bool:
    """Whether a scan shows the number of a till's receipt."""
    body, _, digit = text.strip().upper().rpartition("-")
    parts = body.split("-")
    return len(parts) == 3 and parts[2][:1] == "R" and parts[2][1:].isdigit() and digit == check_digit(body)


def receipts(desk: Desk) -> tuple[Sale, ...]:
    """The latest receipts of this till that sold something."""
    return tuple(sale for sale in desk.store.sales.newest(2 * NEWEST) if sale.total > 0)[:NEWEST]


def receipt(desk: Desk, number: str) -> Sale | None:
    """The receipt of this till with that number, as typed or scanned."""
    return desk.store.sales.by_number(number.strip().upper())


def take_over(desk: Desk, answer: ReceiptAnswer) -> None:
    """Keep what the centre told of a receipt: the sale and its returns, where this till does not have them.

    Its own are among them when it lost its file.
    """
    told = (*((answer.sale,) if answer.sale is not None else ()), *answer.returns)
    desk.store.sales.keep_foreign(sale for sale in told if receipt(desk, sale.number) is None)


@dataclass(frozen=True, slots=True)
class _Left:
    """A line of a receipt with the units that came back of it already and what was paid back for them."""

    sale: Sale
    line: SaleLine
    units: int
    paid: int

    @property
    def rest(self) -> int:
        """Units that may still come back."""
        return self.line.quantity - self.units

    def discount(self, units: int) -> int:
        """The discount of a line that takes these units back, so that all parts add up to the receipt."""
        including = self.sale.prices_include_tax
        due = self.line.charged(self.units + units, prices_include_tax=including) - self.paid
        back = value_back(due, self.line.tax_rate, prices_include_tax=including)
        return back - value_of(self.line.unit_price, units, self.line.unit).amount


def _left(desk: Desk, sale: Sale) -> dict[int, _Left]:
    """What may still come back of each line of a receipt."""
    left = {line.id: _Left(sale, line, 0, 0) for line in sale.lines}
    for back in desk.store.sales.returns_of(sale.id):
        for line in back.lines:
            if line.returned is not None and line.returned[0] == sale.id:
                one = left[line.returned[1]]
                paid = one.paid + back.paid_back(line)
                left[one.line.id] = replace(one, units=one.units - line.quantity, paid=paid)
    return left


def return_cart(desk: Desk, number: str) -> Cart | Refusal:
    """A cart that takes back what is left of a receipt; lines can be taken out of it.

    Receipts of other tills are known once the centre has told of them.
    """
    sale = receipt(desk, number) or desk.store.sales.foreign(number.strip().upper())
    if sale is None:
        against = cut_off.refusal(desk, OfflineAct.RETURN_ELSEWHERE)
        return against if against is not None else Refusal(Code.SALE_UNKNOWN, {"number": number})
    lines = tuple(_line(one) for one in _left(desk, sale).values() if one.rest > 0)
    if not lines:
        return Refusal(Code.NOTHING_TO_REFUND, {"refundable": 0})
    return Cart(sale.currency, lines, returns=sale.id, prices_include_tax=sale.prices_include_tax)


def _line(left: _Left) -> CartLine:
    line, rest = left.line, left.rest
    item = Item(line.sku, line.description, line.unit_price, line.tax_rate, (), line.unit, line.kind)
    discount = left.discount(rest)
    return CartLine(line.id, item, -rest, line.unit_price, discount, order_line=line.id, card=line.card)


def with_units(desk: Desk, cart: Cart, line_id: int, units: int) -> Cart | Refusal:
    """The cart with that many units of a line coming back; never more than is left of the receipt."""
    changed = carts.with_quantity(cart, line_id, -units)
    if isinstance(changed, Refusal):
        return changed
    return _over(desk, changed) or _priced(desk, changed, line_id)


def _priced(desk: Desk, cart: Cart, line_id: int) -> Cart:
    """The cart with what goes back for that line."""
    sale, line = desk.store.sales.get(cart.returns), cart.line(line_id)
    if sale is None or line is None or line.order_line is None:
        return cart
    left = _left(desk, sale)[line.order_line]
    fresh = replace(line, discount=left.discount(-line.quantity))
    return replace(cart, lines=tuple(fresh if one is line else one for one in cart.lines))


def _over(desk: Desk, cart: Cart) -> Refusal | None:
    sale = desk.store.sales.get(cart.returns)
    if sale is None:
        return Refusal(Code.SALE_UNKNOWN, {"number": ""})
    left = _left(desk, sale)
    for line in cart.live:
        most = left[line.order_line].rest if line.order_line in left else 0
        if not 0 < -line.quantity <= most:
            return Refusal(Code.QUANTITY_TOO_LARGE, {"quantity": -line.quantity, "most": most})
    return None


def refusal_against(desk: Desk, acting: Acting, cart: Cart) -> Refusal | None:
    """Why these goods cannot come back now: no right, or more than is left of the receipt."""
    return need(acting, Right.SALE_RETURN) or _over(desk, cart)


def claim(desk: Desk, acting: Acting, cart: Cart) -> ReturnClaim | None:
    """What to ask the centre so that no other till takes the same goods back; None while it is away."""
    if not desk.online():
        return None
    lines = tuple(ClaimLine(line=line.order_line or 0, units=-line.quantity) for line in cart.live)
    words = claim_id(desk, cart.returns)
    return ReturnClaim(id=words, sale=cart.returns, staff=acting.staff.name, lines=lines)


def claim_id(desk: Desk, sale_id: str) -> str:
    """The one claim this till has on a receipt."""
    return f"{desk.identity.device}:{sale_id}"


def claimed(desk: Desk, cart: Cart, answer: ClaimAnswer) -> Refusal | None:
    """Whether the goods are this till's to take back; if not, who took them, when and where.

    A receipt of this till that the centre has not heard of yet is nobody else's.
    """
    if answer.granted:
        return None
    if not answer.back and receipt_is_own(desk, cart.returns):
        return None
    last = answer.back[-1] if answer.back else None
    if last is None:
        return Refusal(Code.SALE_UNKNOWN)
    facts = {"staff": last.staff, "at": last.at.isoformat(), "store": last.store, "till": last.till}
    return Refusal(Code.RETURNED_ALREADY, facts)


def without_centre(desk: Desk, cart: Cart, refusal: Refusal) -> Refusal | None:
    """Why goods cannot come back while the centre is away; a receipt of this till can."""
    return None if receipt_is_own(desk, cart.returns) else refusal


def receipt_is_own(desk: Desk, sale_id: str) -> bool:
    """Whether a sale was made at this till."""
    sale = desk.store.sales.get(sale_id)
    return sale is not None and (sale.store, sale.till) == (desk.identity.store, desk.identity.till)


def cards(cart: Cart) -> tuple[Wanted, ...]:
    """Gift cards that come back, whose money has to be set aside whole before any goes out."""
    return tuple(
        Wanted(
            TenderKind.GIFT_CARD.value,
            Holder(BalanceKind.GIFT_CARD, line.card),
            Money(-line.value, cart.currency),
            back_hold(cart.returns, line.order_line or 0),
        )
        for line in cart.live
        if line.card
    )


def begin(desk: Desk, acting: Acting, cart: Cart) -> PayBack | Refusal:
    """What has to be given back for the goods in the cart; nothing is kept."""
    if not cart.live:
        return Refusal(Code.NO_LINES)
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    refusal = refusal_against(desk, acting, cart)
    if refusal is not None:
        return refusal
    sale = desk.store.sales.get(cart.returns)
    if sale is None:
        return Refusal(Code.SALE_UNKNOWN, {"number": ""})
    return refunding.of_sale(desk, sale, Money(-carts.totals(cart).total.amount, cart.currency))
