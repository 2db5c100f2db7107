"""The paper that tells a customer of money kept for them."""

from __future__ import annotations

from collections.abc import Sequence

from site_sync.domain.balances import credit_holder
from site_sync.domain.documents.blocks import (
    Block,
    Code,
    CodeKind,
    Columns,
    Document,
    DocumentKind,
    Pair,
    Rule,
    Size,
    Space,
)
from site_sync.domain.documents.stationery import Stationery, centred, closing, letterhead, made, title
from site_sync.domain.money import total
from site_sync.domain.orders import Order, Payment


def credit_note(order: Order, kept: Sequence[Payment], stationery: Stationery) -> Document:
    """What was kept of an order; the note of a guest bears the number that it is paid with."""
    name = stationery.word("credit_note")
    amount = stationery.money(total((payment.amount for payment in kept), order.currency))
    known = bool(order.customer.id)
    number = credit_holder(order).key
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        made(
            stationery,
            Pair(stationery.word("order"), order.number),
            Pair(stationery.word("customer"), order.customer.name),
        ),
        Rule(),
        Columns((Pair(stationery.word("credit_of"), amount, bold=True, size=Size.LARGE),)),
        Space(),
        *(() if known else (Code(CodeKind.CODE128, number, number),)),
        centred(stationery.word("credit_note_hint")),
        *closing(stationery, stationery.word("credit_by_name" if known else "keep_receipt")),
    )
    return Document(DocumentKind.CREDIT_NOTE, f"{name} {order.number}", blocks, language=stationery.language)
