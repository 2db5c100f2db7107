"""The cart: lines of a sale or an order before anything of it is kept; pure values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.discounts import discount_at, discount_for
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.repricing import repriced
from site_sync.domain.money import ABSURD_AMOUNT, BASIS_POINTS, Money, divide, split, tax_in, tax_on
from site_sync.domain.orders import Line, Order
from site_sync.domain.particulars import LineChange, LinePrice, NewLine
from site_sync.domain.quantities import MOST, value_of
from site_sync.domain.sales import ReturnTo


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line. `discount` in minor units of the whole line; `order_line` is its number in a recalled order.

    `card` is the number of the gift card that is sold.
    `marked` units are picked up now; `voided` lines of a recalled order stay in sight until it is saved.
    `group` is the place of the delivery by which a new line reaches the customer.
    """

    id: int
    item: Item
    quantity: int
    unit_price: Money
    discount: int = 0
    note: str = ""
    order_line: int | None = None
    marked: int = 0
    voided: bool = False
    repriced: bool = False
    card: str = ""
    group: int = 0

    @property
    def value(self) -> int:
        """Price of the line in minor units."""
        if self.voided:
            return 0
        return value_of(self.unit_price, self.quantity, self.item.unit).amount - self.discount


@dataclass(frozen=True, slots=True)
class Cart:
    """What lies on the counter; `base` is the saved order that was recalled into it.

    `returns` is the sale whose goods come back, `to` where they go; prices include their tax or not.
    """

    currency: str
    lines: tuple[CartLine, ...] = ()
    customer: Customer | None = None
    base: Order | None = None
    returns: str = ""
    to: ReturnTo = ReturnTo.ON_HAND
    prices_include_tax: bool = True

    @property
    def live(self) -> tuple[CartLine, ...]:
        """Lines that count."""
        return tuple(line for line in self.lines if not line.voided)

    def line(self, line_id: int) -> CartLine | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)


@dataclass(frozen=True, slots=True)
class CartTotals:
    """Sums of a cart; `units` counts pieces, a weighed line as one."""

    lines: Money
    discount: Money
    tax: Money
    total: Money
    units: int


def totals(cart: Cart) -> CartTotals:
    """All sums; tax is inside the prices or on top of them."""
    gross = sum(value_of(line.unit_price, line.quantity, line.item.unit).amount for line in cart.live)
    discount = sum(line.discount for line in cart.live)
    tax_of = tax_in if cart.prices_include_tax else tax_on
    tax = sum(tax_of(line.value, line.item.tax_rate) for line in cart.live)
    on_top = 0 if cart.prices_include_tax else tax
    units = sum(_units(line) for line in cart.live if line.item.kind is ItemKind.GOODS)

    def money(amount: int) -> Money:
        return Money(amount, cart.currency)

    return CartTotals(money(gross), money(discount), money(tax), money(gross - discount + on_top), units)


def _units(line: CartLine) -> int:
    return line.quantity if line.item.unit.decimals == 0 else 1


def with_item(cart: Cart, item: Item, quantity: int | None = None) -> Cart | Refusal:
    """The cart with more of an item; joins a line of the same item at its plain price."""
    more = item.unit.scale if quantity is None else quantity
    refusal = _check_quantity(more)
    if refusal is not None or cart.returns:  # what comes back is rung up by itself
        return refusal or Refusal(Code.QUANTITY_INVALID, {"quantity": more})
    for line in cart.lines:
        if item.kind is ItemKind.GIFT_CARD:
            break  # each card is a line of its own
        plain = line.unit_price == item.price and not line.discount and not line.note and not line.voided
        plain = plain and not (line.marked and line.order_line is None) and not line.group
        if line.item.sku == item.sku and plain and not item.open_price:
            return with_quantity(cart, line.id, line.quantity + more)
    if item.kind is ItemKind.GIFT_CARD and more != item.unit.scale:
        return Refusal(Code.QUANTITY_INVALID, {"quantity": more})
    number = max((line.id for line in cart.lines), default=0) + 1
    return replace(cart, lines=(*cart.lines, CartLine(number, item, more, item.price)))


def _check_quantity(quantity: int) -> Refusal | None:
    if quantity == 0 or abs(quantity) > MOST:
        return Refusal(Code.QUANTITY_INVALID, {"quantity": quantity})
    return None


def _with(cart: Cart, line: CartLine) -> Cart:
    return replace(cart, lines=tuple(line if old.id == line.id else old for old in cart.lines))


def _unknown(line_id: int) -> Refusal:
    return Refusal(Code.LINE_UNKNOWN, {"line": line_id})


def with_quantity(cart: Cart, line_id: int, quantity: int) -> Cart | Refusal:
    """The cart with that many units on a line (more than zero; less than zero only while returning)."""
    line = cart.line(line_id)
    if line is None:
        return _unknown(line_id)
    one_card = line.item.kind is ItemKind.GIFT_CARD and abs(quantity) != line.item.unit.scale
    if _check_quantity(quantity) or one_card or (quantity < 0) != bool(cart.returns):
        return Refusal(Code.QUANTITY_INVALID, {"quantity": quantity})
    if abs(value_of(line.unit_price, quantity, line.item.unit).amount) > ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_ABSURD, {"sku": line.item.sku})
    discount = _discount_at(cart, line, quantity) if line.discount else 0
    carried = line.order_line is None and line.marked  # a line that leaves now leaves whole
    marked = quantity if carried else min(line.marked, quantity)
    return _with(cart, replace(line, quantity=quantity, discount=discount, marked=marked))


def _discount_at(cart: Cart, line: CartLine, quantity: int) -> int:
    """What the line's discount becomes: of a recalled order's line as the order itself would have it."""
    saved = _saved(cart.base, line)
    if saved is not None and line.discount == discount_at(saved, line.quantity + saved.returned):
        return discount_at(saved, quantity + saved.returned)
    return line.discount * quantity // line.quantity


def _saved(order: Order | None, line: CartLine) -> Line | None:
    """The line of the recalled order, at the price of today if it got that."""
    if order is None or line.order_line is None:
        return None
    saved = order.line(line.order_line)
    return repriced(saved, line.unit_price) if line.repriced else saved


def with_price(cart: Cart, line_id: int, price: Money) -> Cart | Refusal:
    """The cart with another unit price on a line; its discount is gone."""
    line = cart.line(line_id)
    if line is None:
        return _unknown(line_id)
    if price.currency != cart.currency or price.amount < 0:
        return Refusal(Code.AMOUNT_INVALID, {"amount": price.amount})
    if max(price.amount, value_of(price, abs(line.quantity), line.item.unit).amount) > ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_ABSURD, {"amount": price.amount})
    return _with(cart, replace(line, unit_price=price, discount=0, repriced=False))


def with_discount(cart: Cart, line_id: int, discount: Money) -> Cart | Refusal:
    """The cart with a discount on the whole line."""
    line = cart.line(line_id)
    if line is None:
        return _unknown(line_id)
    gross = value_of(line.unit_price, line.quantity, line.item.unit).amount
    if line.item.kind is ItemKind.GIFT_CARD and discount.amount:
        gross = 0
    if not 0 <= discount.amount <= max(0, gross):
        return Refusal(Code.DISCOUNT_TOO_LARGE, {"most": max(0, gross), "amount": discount.amount})
    return _with(cart, replace(line, discount=discount.amount))


def with_sale_discount(cart: Cart, share: int) -> Cart | Refusal:
    """The cart with a discount of so many basis points on all of it, in place of those of its lines.

    Gift cards are worth what is paid for them; the parts add up to the whole discount.
    """
    if not 0 <= share <= BASIS_POINTS:
        return Refusal(Code.DISCOUNT_TOO_LARGE, {"most": BASIS_POINTS, "amount": share})
    lines = [line for line in cart.live if line.item.kind is not ItemKind.GIFT_CARD]
    gross = [value_of(line.unit_price, line.quantity, line.item.unit).amount for line in lines]
    if not lines or cart.returns:
        return Refusal(Code.NO_LINES)
    parts = split(divide(sum(gross) * share, BASIS_POINTS), gross)
    off = {line.id: part for line, part in zip(lines, parts, strict=True)}
    changed = tuple(replace(one, discount=off[one.id]) if one.id in off else one for one in cart.lines)
    return replace(cart, lines=changed)


def with_card(cart: Cart, line_id: int, number: str) -> Cart | Refusal:
    """The cart with the number of the gift card that a line sells."""
    line = cart.line(line_id)
    if line is None or line.item.kind is not ItemKind.GIFT_CARD:
        return _unknown(line_id)
    return _with(cart, replace(line, card=number))


def with_note(cart: Cart, line_id: int, note: str) -> Cart | Refusal:
    """The cart with a note on a line."""
    line = cart.line(line_id)
    if line is None:
        return _unknown(line_id)
    return _with(cart, replace(line, note=mask_card_numbers(note.strip())))


def with_mark(cart: Cart, line_id: int, units: int) -> Cart | Refusal:
    """The cart with so many units of a line marked to leave with the customer now.

    Of a line that is not saved yet those units become a line of their own: they come off this store's shelf,
    whatever store or carrier brings the rest.
    """
    line = cart.line(line_id)
    if line is None:
        return _unknown(line_id)
    if not 0 <= units <= line.quantity:
        return Refusal(Code.QUANTITY_TOO_LARGE, {"quantity": units, "most": line.quantity})
    if line.order_line is None and 0 < units < line.quantity:
        cart, line = _parted(cart, replace(line, marked=0), units)
    return _with(cart, replace(line, marked=units))


def with_group(cart: Cart, line_id: int, group: int, units: int) -> Cart | Refusal:
    """The cart with so many units of a new line by the delivery of that place; they do not leave now."""
    line = cart.line(line_id)
    if line is None or line.order_line is not None:
        return _unknown(line_id)
    if not 0 < units <= line.quantity:
        return Refusal(Code.QUANTITY_TOO_LARGE, {"quantity": units, "most": line.quantity})
    if units < line.quantity:
        cart, line = _parted(cart, replace(line, marked=0), units)
    return _with(cart, replace(line, marked=0, group=group))


def _parted(cart: Cart, line: CartLine, units: int) -> tuple[Cart, CartLine]:
    """The line as two: so many units of it, and the rest right below with its share of the discount."""
    rest = line.quantity - units
    own, others = split(line.discount, [units, rest])
    number = max(one.id for one in cart.lines) + 1
    first = replace(line, quantity=units, discount=own)
    below = replace(line, id=number, quantity=rest, discount=others)
    place = next(at for at, one in enumerate(cart.lines) if one.id == line.id)
    return replace(cart, lines=(*cart.lines[:place], first, below, *cart.lines[place + 1 :])), first


def carried_but(cart: Cart, line_id: int) -> Cart:
    """The cart of which all but one line leaves with the customer now."""
    lines = (replace(one, marked=0 if one.id == line_id else one.quantity) for one in cart.lines)
    return replace(cart, lines=tuple(lines))


def unmarked(cart: Cart) -> Cart:
    """The cart with nothing that leaves now."""
    return replace(cart, lines=tuple(replace(line, marked=0) for line in cart.lines))


def without(cart: Cart, line_id: int) -> Cart:
    """The cart without a line; one of a recalled order is voided, and back again when it was voided."""
    line = cart.line(line_id)
    if line is None:
        return cart
    if line.order_line is not None:
        return _with(cart, replace(line, voided=not line.voided, marked=0))
    return replace(cart, lines=tuple(old for old in cart.lines if old.id != line_id))


def with_customer(cart: Cart, customer: Customer | None) -> Cart:
    """The cart for a customer, or for nobody in particular."""
    return replace(cart, customer=customer)


def new_line(line: CartLine, source_store: str = "") -> NewLine:
    """A cart line as a line of an order."""
    item = line.item
    return NewLine(
        sku=item.sku,
        description=item.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_rate=item.tax_rate,
        discount=Money(line.discount, line.unit_price.currency) if line.discount else None,
        unit=item.unit,
        kind=item.kind,
        source_store=source_store,
        shelf=item.shelf,
        note=line.note,
    )


def of_order_line(number: int, line: Line, item: Item | None) -> CartLine:
    """A recalled order's line as it lies in the cart, at the order's own price and words."""
    shown = Item(
        sku=line.sku,
        name=line.description,
        price=line.unit_price,
        tax_rate=line.tax_rate,
        unit=line.unit,
        kind=line.kind,
        shelf=line.shelf,
        picture=item.picture if item else "",
        colour=item.colour if item else "",
        category=item.category if item else "",
    )
    return CartLine(
        id=number,
        item=shown,
        quantity=line.charged,
        unit_price=line.unit_price,
        discount=discount_at(line, line.quantities.live),
        note=line.note,
        order_line=line.id,
    )


def prices(cart: Cart) -> tuple[LinePrice, ...]:
    """The lines of the recalled order that got the price of today."""
    return tuple(
        LinePrice(line.order_line, line.unit_price)
        for line in cart.live
        if line.repriced and line.order_line is not None
    )


def changes(cart: Cart, order: Order) -> tuple[LineChange, ...]:
    """What the cart changed on lines of the order it was recalled from."""
    found = []
    for line in cart.live:
        old = _saved(order, line)
        if old is None:
            continue
        live = line.quantity + old.returned
        discount = None
        if line.discount != discount_at(old, live):
            discount = Money(discount_for(old, live, line.discount), order.currency)
        change = LineChange(
            line=old.id,
            quantity=live if line.quantity != old.charged else None,
            unit_price=line.unit_price if line.unit_price != old.unit_price else None,
            discount=discount,
            note=line.note if line.note != old.note else None,
        )
        if change != LineChange(old.id):
            found.append(change)
    return tuple(found)
