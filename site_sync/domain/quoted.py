"""Units that open quotes reserve softly: seen by staff, kept from web shops, given up to whoever takes them.

Nothing here is ever stored or counted as reserved: a soft reservation is read off its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from site_sync.domain.orders import Order, Stage
from site_sync.domain.policies import Policies, QuoteReserves


@dataclass(frozen=True, slots=True)
class SoftReservation:
    """Units of an item at a store that a quote reserves softly, where the policy of its place says so.

    `work_store` and `method` name that place; without `until` it does not end by itself.
    """

    order_id: str
    number: str
    line: int
    sku: str
    store: str
    quantity: int
    work_store: str
    method: str
    made_at: datetime
    until: datetime | None = None

    def wanted_by(self, policies: Policies) -> bool:
        """Whether quotes of its place reserve softly."""
        policy = policies.for_order(self.work_store, self.method)
        return policy.quote_reserves is QuoteReserves.SOFTLY

    def stands(self, policies: Policies, now: datetime) -> bool:
        """Whether it counts: quotes of its place reserve softly, and its time is not over."""
        return self.wanted_by(policies) and (self.until is None or self.until > now)


@dataclass(frozen=True, slots=True)
class GivesWay:
    """A quote some of whose units are taken, and how many."""

    number: str
    quantity: int


def of_quote(order: Order) -> tuple[SoftReservation, ...]:
    """What a quote would reserve softly; nothing for an order, or for a quote that is over."""
    if order.stage is not Stage.QUOTE:
        return ()
    return tuple(
        SoftReservation(
            order_id=order.id,
            number=order.number,
            line=line.id,
            sku=line.sku,
            store=line.source_store,
            quantity=line.quantities.to_pick,
            work_store=order.work_store,
            method=order.delivery.method,
            made_at=order.created_at,
            until=order.expires_at,
        )
        for line in order.lines
        if line.stocked and line.quantities.to_pick
    )


def changed(before: Order | None, after: Order, policies: Policies) -> set[tuple[str, str]]:
    """Store and SKU of what a quote reserves softly otherwise than before."""
    old, new = (of_quote(one) if one else () for one in (before, after))
    return {(one.store, one.sku) for one in {*old} ^ {*new} if one.wanted_by(policies)}


def standing(
    found: Iterable[SoftReservation], policies: Policies, now: datetime
) -> tuple[SoftReservation, ...]:
    """Those that count, the oldest quote first: it keeps what there is, the newest gives way first."""
    kept = (one for one in found if one.stands(policies, now))
    return tuple(sorted(kept, key=lambda one: (one.made_at, one.order_id, one.line)))


def wanted(kept: Iterable[SoftReservation]) -> int:
    """Units that quotes reserve softly, whether they are there or not."""
    return sum(one.quantity for one in kept)


def in_quotes(available: int, kept: Iterable[SoftReservation]) -> int:
    """How many of the available units are in quotes; several quotes may count on the same ones."""
    return max(0, min(available, wanted(kept)))


def unpromised(available: int, kept: Iterable[SoftReservation]) -> int:
    """What a web shop may sell: what is available and in no quote."""
    return available - in_quotes(available, kept)


def giving_way(kept: Sequence[SoftReservation], available: int, taken: int) -> tuple[GivesWay, ...]:
    """The quotes that lose units when some are taken of what is available, by their number."""
    before, after = _covered(kept, available), _covered(kept, available - taken)
    lost: dict[str, int] = {}
    for one, had, has in zip(kept, before, after, strict=True):
        if had > has:
            lost[one.number] = lost.get(one.number, 0) + had - has
    return tuple(GivesWay(number, units) for number, units in lost.items())


def _covered(kept: Sequence[SoftReservation], available: int) -> list[int]:
    """How many units of each are there, the first served first."""
    left, covered = max(0, available), []
    for one in kept:
        covered.append(min(left, one.quantity))
        left -= covered[-1]
    return covered
