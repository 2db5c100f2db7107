"""Where the goods of a line come from: the store that hands over, else another that has them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from site_sync.domain.deadlines import Calendar, ready_by
from site_sync.domain.orders import Order

Stock = Mapping[tuple[str, str], int]
"""Free units by store and SKU."""


class Sourcing:
    """Gives out free stock line by line; what one line takes, the next does not find any more.

    Of what is free, `in_quotes` is taken only where no store has enough without it.
    """

    def __init__(self, home: str, others: Iterable[str], free: Stock, in_quotes: Stock | None = None) -> None:
        self._stores = (home, *(store for store in others if store != home))
        self._free = free
        self._in_quotes = in_quotes or {}
        self._given: dict[tuple[str, str], int] = {}

    def free(self, store: str, sku: str) -> int:
        """Units that are still free at a store."""
        return max(0, self._free.get((store, sku), 0) - self._given.get((store, sku), 0))

    def take(self, sku: str, quantity: int) -> tuple[str, int]:
        """The store that a line's goods come from and how many of them are there.

        That is the first store, in order, that has all of them; without one it is home with what home has.
        """
        home = self._stores[0]
        has = [one for one in self._stores if self.free(one, sku) >= quantity]
        spare = (one for one in has if self.free(one, sku) - self._in_quotes.get((one, sku), 0) >= quantity)
        store = next(spare, has[0] if has else home)
        found = min(quantity, self.free(store, sku))
        self.give(store, sku, found)
        return store, found

    def give(self, store: str, sku: str, quantity: int) -> None:
        """Units that a line takes at a store which is settled already."""
        self._given[store, sku] = self._given.get((store, sku), 0) + quantity


def packed_at_home(order: Order) -> tuple[int, ...]:
    """Numbers of the bags with goods that no other store sends."""
    return tuple(bag.number for bag in order.bags if bag.contents and not bag.sent_from)


def moving(order: Order, before: str) -> dict[int, int]:
    """Units by line that need a source when another store hands over than before; bags travel as they are."""
    packed = bool(packed_at_home(order))
    lines = [line for line in order.lines if line.stocked and line.source_store == before]
    units = {line.id: line.quantities.to_pick if packed else line.quantities.open for line in lines}
    return {line: count for line, count in units.items() if count}


def ready_after_transfer(
    now: datetime, minutes: int, hours: int, here: Calendar, there: Iterable[Calendar]
) -> datetime:
    """When goods can be ready that other stores prepare and send: the last of them, once home is open."""
    arrivals = [ready_by(now, minutes, calendar) + timedelta(hours=hours) for calendar in there]
    return max([ready_by(now, minutes, here), *(ready_by(arrival, 0, here) for arrival in arrivals)])
