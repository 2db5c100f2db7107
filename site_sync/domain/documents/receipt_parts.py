"""The parts of receipts: how it was paid and the tax in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import Align, Block, Columns, Pair, Table, TableColumn
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.money import Money
from site_sync.domain.orders import Payment


def payment_rows(payments: Iterable[Payment], stationery: Stationery) -> tuple[Pair, ...]:
    """Each tender with its amount and what its terminal called it."""
    rows: list[Pair] = []
    for payment in payments:
        rows.extend(tender_rows(payment.tender, payment.amount, payment.reference, stationery))
    return tuple(rows)


def tender_rows(code: str, amount: Money, reference: str, stationery: Stationery) -> tuple[Pair, ...]:
    """One tender with its amount, and below it the reference where there is one."""
    paid = Pair(stationery.tender(code), stationery.money(amount))
    if not reference:
        return (paid,)
    return (paid, Pair(f"  {stationery.word('reference')} {reference}", ""))


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
