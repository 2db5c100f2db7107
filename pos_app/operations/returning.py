"""Taking goods of a receipt back: whole or part, never more than was sold, to the tender it was paid by."""

from __future__ import annotations

from pos_app.operations import cart as carts
from pos_app.operations import refunding
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Acting, Desk, need
from pos_app.operations.refunding import PayBack
from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.numbers import check_digit
from site_sync.domain.permissions import Right
from site_sync.domain.sales import Sale, SaleLine

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


def _rest(desk: Desk, sale: Sale) -> dict[int, int]:
    """Units by line that may still come back."""
    back = desk.store.sales.returned(sale.id)
    return {line.id: line.quantity - back.get(line.id, 0) for line in sale.lines}


def return_cart(desk: Desk, number: str) -> Cart | Refusal:
    """A cart that takes back what is left of a receipt of this till; lines can be taken out of it."""
    sale = receipt(desk, number)
    if sale is None:
        return Refusal(Code.SALE_UNKNOWN, {"number": number})
    rest = _rest(desk, sale)
    lines = tuple(_line(line, rest[line.id]) for line in sale.lines if rest[line.id] > 0)
    if not lines:
        return Refusal(Code.NOTHING_TO_REFUND, {"refundable": 0})
    return Cart(sale.currency, lines, returns=sale.id)


def _line(line: SaleLine, rest: int) -> CartLine:
    item = Item(line.sku, line.description, line.unit_price, line.tax_rate, (), line.unit, line.kind)
    discount = -(line.discount * rest // line.quantity) if line.discount else 0
    return CartLine(line.id, item, -rest, line.unit_price, discount, order_line=line.id)


def with_units(desk: Desk, cart: Cart, line_id: int, units: int) -> Cart | Refusal:
    """The cart with that many units of a line coming back; never more than is left of the receipt."""
    changed = carts.with_quantity(cart, line_id, -units)
    if isinstance(changed, Refusal):
        return changed
    return _over(desk, changed) or changed


def _over(desk: Desk, cart: Cart) -> Refusal | None:
    sale = desk.store.sales.get(cart.returns)
    if sale is None:
        return Refusal(Code.SALE_UNKNOWN, {"number": ""})
    rest = _rest(desk, sale)
    for line in cart.live:
        most = rest.get(line.order_line or 0, 0)
        if not 0 < -line.quantity <= most:
            return Refusal(Code.QUANTITY_TOO_LARGE, {"quantity": -line.quantity, "most": most})
    return None


def refusal_against(desk: Desk, acting: Acting, cart: Cart) -> Refusal | None:
    """Why these goods cannot come back now: no right, or more than is left of the receipt."""
    return need(acting, Right.SALE_RETURN) or _over(desk, cart)


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
