"""The parts of receipts: how it was paid and the tax in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_sync.domain.balances import KIND_OF, BalanceKind, masked
from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import Align, Block, Columns, Pair, Table, TableColumn
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.orders import Payment
from site_sync.domain.particulars import Tendered


def payment_rows(payments: Iterable[Payment], stationery: Stationery) -> tuple[Pair, ...]:
    """Each tender with its amount and what its terminal called it."""
    rows: list[Pair] = []
    for payment in payments:
        rows.extend(tender_rows(payment, stationery))
    return tuple(rows)


def tender_rows(paid: Payment | Tendered, stationery: Stationery) -> tuple[Pair, ...]:
    """One tender with its amount; below it its reference, or the card and what is left on it."""
    rows = [Pair(stationery.tender(paid.tender), stationery.money(paid.amount))]
    tender = stationery.tenders.get(paid.tender)
    kind = KIND_OF.get(tender.kind) if tender is not None else None
    if kind is BalanceKind.GIFT_CARD and paid.reference:
        rows.append(Pair(f"  {stationery.word('gift_card_number')} {masked(paid.reference)}", ""))
    elif kind is None and paid.reference:
        rows.append(Pair(f"  {stationery.word('reference')} {paid.reference}", ""))
    if paid.balance is not None:
        rows.append(Pair(f"  {stationery.word('card_balance')}", stationery.money(paid.balance)))
    return tuple(rows)


def tax_table(
    by_rate: Mapping[int, tuple[int, int]], currency: str, stationery: Stationery
) -> tuple[Block, ...]:
    """Net, tax and gross per rate; `by_rate` gives (gross, tax) in minor units per rate in basis points."""
    if not by_rate:
        return ()

    def text(minor: int) -> str:
        return figures.amount(minor, currency, stationery.language)

    columns = (
        TableColumn(stationery.word("tax"), grows=True),
        TableColumn(stationery.word("net"), Align.RIGHT),
        TableColumn(stationery.word("tax"), Align.RIGHT),
        TableColumn(stationery.word("gross"), Align.RIGHT),
    )
    rows = tuple(
        (figures.percent(rate, stationery.language), text(gross - tax), text(tax), text(gross))
        for rate, (gross, tax) in sorted(by_rate.items())
    )
    return (Table(columns, rows),)


def added(by_rate: dict[int, tuple[int, int]], rate: int, gross: int, tax: int) -> None:
    """Count one line's gross and tax to its rate."""
    before_gross, before_tax = by_rate.get(rate, (0, 0))
    by_rate[rate] = (before_gross + gross, before_tax + tax)


def signature(stationery: Stationery) -> tuple[Block, ...]:
    """A line to sign on."""
    return (Columns((Pair("", ""), Pair("", ""), Pair(f"{stationery.word('signature')}:", "." * 16))),)
