"""What the ordinary sales of a shift come to: goods, gift cards, change, rounding and tax, each by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from site_sync.domain.money import tax_in, tax_on
from site_sync.domain.sales import Sale


@dataclass(frozen=True, slots=True)
class SalesSums:
    """Counts and minor units; `sold + cards - returned + rounding` is what the tenders took for them.

    `taxes` gives (gross, tax) per rate in basis points.
    """

    sold_count: int = 0
    sold: int = 0
    returned_count: int = 0
    returned: int = 0
    cards_count: int = 0
    cards: int = 0
    change_count: int = 0
    change: int = 0
    rounding: int = 0
    taxes: dict[int, tuple[int, int]] = field(default_factory=dict)


def sums_of(sales: Iterable[Sale]) -> SalesSums:
    """The sums of some sales; gift cards are no turnover, they are owed to those who hold them."""
    found = list(sales)
    goods = [sale.total - sale.cards_sold for sale in found]
    cards = [line for sale in found for line in sale.lines if line.card]
    return SalesSums(
        sold_count=sum(amount > 0 for amount in goods),
        sold=sum(amount for amount in goods if amount > 0),
        returned_count=sum(amount < 0 for amount in goods),
        returned=-sum(amount for amount in goods if amount < 0),
        cards_count=len(cards),
        cards=sum(line.value for line in cards),
        change_count=sum(bool(sale.change) for sale in found),
        change=sum(sale.change.amount for sale in found),
        rounding=sum(sale.rounding for sale in found),
        taxes=_taxes(found),
    )


def _taxes(sales: Iterable[Sale]) -> dict[int, tuple[int, int]]:
    by_rate: dict[int, tuple[int, int]] = {}
    for sale in sales:
        for line in sale.lines:
            including = sale.prices_include_tax
            tax = (tax_in if including else tax_on)(line.value, line.tax_rate)
            gross = line.value if including else line.value + tax
            before = by_rate.get(line.tax_rate, (0, 0))
            by_rate[line.tax_rate] = (before[0] + gross, before[1] + tax)
    return {rate: sums for rate, sums in by_rate.items() if any(sums)}
