"""The papers a customer gets about an order that is not handed over yet: confirmation and quote."""

from __future__ import annotations

from collections.abc import Mapping

from site_sync.domain.documents.blocks import (
    Block,
    Code,
    CodeKind,
    Columns,
    Document,
    DocumentKind,
    Space,
)
from site_sync.domain.documents.order_parts import (
    comment,
    order_code,
    order_head,
    order_lines,
    order_sums,
    to_confirm,
)
from site_sync.domain.documents.stationery import Stationery, closing, letterhead, title
from site_sync.domain.documents.wording import word
from site_sync.domain.orders import Order

NOTHING: Mapping[int, int] = {}


def order_confirmation(
    order: Order, stationery: Stationery, code: str = "", doubtful: Mapping[int, int] = NOTHING
) -> Document:
    """What was ordered, what is paid and the code to collect it with (`code` is the text of the QR code).

    `doubtful` are units by line that the site has still to confirm.
    """
    name = stationery.word("order_confirmation")
    return Document(
        DocumentKind.ORDER_CONFIRMATION,
        f"{name} {order.number}",
        (
            *letterhead(stationery),
            *title(name),
            *order_head(order, stationery),
            *order_lines(order, stationery),
            *to_confirm(order, doubtful, stationery),
            *order_sums(order, stationery),
            *comment(order),
            *order_code(order, code, stationery),
            *closing(stationery),
        ),
        language=stationery.language,
    )


def says_the_same(one: Document, other: Document) -> bool:
    """Whether two papers tell a customer the same, whenever and by whom they were made."""
    return one.language == other.language and _telling(one) == _telling(other)


def shows_code(document: Document, code: str) -> bool:
    """Whether the QR code on a paper is that one, so that a copy of it still opens the order."""
    shown = {block.data for block in document.blocks if isinstance(block, Code) and block.kind is CodeKind.QR}
    return not shown or code in shown


def _telling(document: Document) -> tuple[Block, ...]:
    """The paper without the rows that say when, where and by whom it was made."""
    made = {word(document.language, key) for key in ("date", "till", "served_by")}
    return tuple(
        Columns(tuple(row for row in block.rows if row.left not in made))
        if isinstance(block, Columns)
        else block
        for block in document.blocks
    )


def quote(order: Order, stationery: Stationery, *, softly: bool = False) -> Document:
    """What it would cost and until when; whether its goods are softly reserved."""
    name = stationery.word("quote")
    return Document(
        DocumentKind.QUOTE,
        f"{name} {order.number}",
        (
            *letterhead(stationery),
            *title(name),
            *order_head(order, stationery),
            *order_lines(order, stationery),
            *order_sums(order, stationery),
            *comment(order),
            Space(),
            Code(CodeKind.CODE128, order.number, order.number),
            *closing(stationery, stationery.word("quote_note_softly" if softly else "quote_note")),
        ),
        language=stationery.language,
    )
