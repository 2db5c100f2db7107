"""The one receipt of a basket: each order, what of the money is its, then how all of it was paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from site_sync.domain.documents.blocks import Block, Columns, Document, DocumentKind, Pair, Rule, Size
from site_sync.domain.documents.order_parts import delivery_rows, left_to_pay, line_rows
from site_sync.domain.documents.order_receipts import HandOver, goods_rows, taxes
from site_sync.domain.documents.receipt_parts import tax_table, tender_rows
from site_sync.domain.documents.stationery import Stationery, centred, closing, letterhead, made, title
from site_sync.domain.events import GoodsHandedOver
from site_sync.domain.money import Money, total
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Tendered
from site_sync.domain.totals import totals


@dataclass(frozen=True, slots=True)
class Bought:
    """One new order of a basket, and what of it left with the customer."""

    order: Order
    carried: GoodsHandedOver | None = None

    @property
    def hand_over(self) -> HandOver | None:
        """The goods that left, None where all of it comes later."""
        return HandOver(self.order, self.carried.lines) if self.carried is not None else None


@dataclass(frozen=True, slots=True)
class BasketPaid:
    """The orders made together and the money taken for all of them; `change` was given back from cash."""

    bought: tuple[Bought, ...]
    payments: tuple[Tendered, ...]
    change: Money


def basket_receipt(basket: BasketPaid, stationery: Stationery) -> Document:
    """What was bought, by order, and how all of it was paid."""
    first = basket.bought[0].order
    name = stationery.word("basket_receipt")
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        made(stationery, Pair(stationery.word("customer"), first.customer.name)),
        Rule(),
        *(block for one in basket.bought for block in _order(one, stationery)),
        *_payment(basket, stationery),
        *_taxes(basket, stationery),
        *closing(stationery, stationery.word("keep_receipt")),
    )
    goods = any(one.carried is not None for one in basket.bought)
    return Document(
        DocumentKind.SALES_RECEIPT if goods else DocumentKind.DEPOSIT_RECEIPT,
        f"{name} {first.number}",
        blocks,
        language=stationery.language,
        open_drawer=stationery.opens_drawer({one.tender for one in basket.payments}),
    )


def _order(bought: Bought, stationery: Stationery) -> Iterator[Block]:
    """Its number, what left now, how the rest comes, what it costs and what is paid of it."""
    order, sums, hand_over = bought.order, totals(bought.order), bought.hand_over
    yield centred(order.number, Size.LARGE, bold=True)
    if hand_over is not None:
        yield Columns(
            (Pair(stationery.word("taken_along"), "", bold=True), *goods_rows(hand_over, stationery))
        )
    yield from delivery_rows(order, stationery)
    later = [row for line in order.lines if line.quantities.open for row in line_rows(line, stationery)]
    yield Columns(
        (
            *later,
            Pair(stationery.word("total"), stationery.money(sums.total), bold=True),
            Pair(stationery.word("paid_now"), stationery.money(sums.paid)),
            left_to_pay(sums.balance, stationery),
        )
    )
    yield Rule()


def _payment(basket: BasketPaid, stationery: Stationery) -> tuple[Block, ...]:
    currency = basket.change.currency
    whole = total((totals(one.order).total for one in basket.bought), currency)
    now = total((one.amount for one in basket.payments), currency)
    rows = [
        Pair(
            f"{stationery.word('all_orders')} · {stationery.word('total')}",
            stationery.money(whole),
            bold=True,
        ),
        Pair(stationery.word("paid_now"), stationery.money(now), bold=True, size=Size.LARGE),
        *(row for one in basket.payments for row in tender_rows(one, stationery)),
    ]
    if basket.change:
        rows.append(Pair(stationery.word("given"), stationery.money(now + basket.change)))
        rows.append(Pair(stationery.word("change"), stationery.money(basket.change)))
    return (Columns(tuple(rows)),)


def _taxes(basket: BasketPaid, stationery: Stationery) -> tuple[Block, ...]:
    """The tax of what left now: that of the rest is due when it is handed over."""
    found = [hand_over for one in basket.bought if (hand_over := one.hand_over) is not None]
    if not found:
        return ()
    return (Rule(), *tax_table(taxes(found[0]), found[0].order.currency, stationery))
