"""The receipt of an ordinary sale or return."""

from __future__ import annotations

from collections.abc import Iterator

from site_sync.domain.balances import masked
from site_sync.domain.catalogue import ItemKind
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
from site_sync.domain.documents.order_parts import goods
from site_sync.domain.documents.receipt_parts import added, signature, tax_table, tender_rows
from site_sync.domain.documents.stationery import Stationery, closing, letterhead, made, title
from site_sync.domain.money import Money, tax_in, tax_on
from site_sync.domain.sales import ReturnTo, Sale, SaleLine


def sales_receipt(sale: Sale, stationery: Stationery) -> Document:
    """Lines, total, tenders, change and tax; to be signed when more comes back than leaves."""
    returns = sale.total < 0
    name = stationery.word("return_receipt" if returns else "sales_receipt")
    rows = [row for line in sale.lines for row in _line(line, stationery)]
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        made(stationery, Pair(name, sale.number)),
        Rule(),
        Columns(tuple(rows)),
        Rule(),
        *_sums(sale, stationery),
        *(signature(stationery) if returns else ()),
        Space(),
        Code(CodeKind.CODE128, sale.number, sale.number),
        *closing(stationery),
    )
    return Document(
        DocumentKind.REFUND_RECEIPT if returns else DocumentKind.SALES_RECEIPT,
        f"{name} {sale.number}",
        blocks,
        language=stationery.language,
        open_drawer=stationery.opens_drawer({paid.tender for paid in sale.payments}),
    )


def _line(line: SaleLine, stationery: Stationery) -> Iterator[Pair]:
    if line.kind is ItemKind.COMMENT:
        yield Pair(line.description, "")
        return
    yield from goods(line.description, line.quantity, line.unit, line.unit_price, stationery)
    if line.discount:
        off = Money(-line.discount, line.unit_price.currency)
        yield Pair(f"  {stationery.word('discount')}", stationery.amount(off))
    if line.card:
        yield Pair(f"  {stationery.word('gift_card_number')} {masked(line.card)}", "")
    if line.quantity < 0 and line.to is ReturnTo.DAMAGED:
        yield Pair(f"  {stationery.word('damaged')}", "")
    if line.note and line.returned is None:
        yield Pair(f"  {line.note}", "")


def _sums(sale: Sale, stationery: Stationery) -> Iterator[Block]:
    def money(minor: int) -> str:
        return stationery.money(Money(minor, sale.currency))

    rows: list[Pair] = []
    if not sale.prices_include_tax:
        rows.append(Pair(stationery.word("subtotal"), money(sale.total - sale.tax)))
        rows.append(Pair(stationery.word("tax"), money(sale.tax)))
    rows.append(Pair(stationery.word("total"), money(sale.total), bold=True, size=Size.LARGE))
    if sale.rounding:
        rows.append(Pair(stationery.word("rounding"), money(sale.rounding)))
        rows.append(Pair(stationery.word("to_pay"), money(sale.total + sale.rounding), bold=True))
    for paid in sale.payments:
        rows.extend(tender_rows(paid, stationery))
    if sale.change:
        rows.append(Pair(stationery.word("change"), stationery.money(sale.change), bold=True))
    if sale.total < 0 and sale.reason:
        rows.append(Pair(f"{stationery.word('reason')}: {sale.reason}", ""))
    yield Columns(tuple(rows))
    yield Rule()
    yield from tax_table(_taxes(sale), sale.currency, stationery)


def _taxes(sale: Sale) -> dict[int, tuple[int, int]]:
    """Gross and tax per rate."""
    by_rate: dict[int, tuple[int, int]] = {}
    for line in sale.lines:
        if sale.prices_include_tax:
            added(by_rate, line.tax_rate, line.value, tax_in(line.value, line.tax_rate))
        else:
            tax = tax_on(line.value, line.tax_rate)
            added(by_rate, line.tax_rate, line.value + tax, tax)
    return by_rate
