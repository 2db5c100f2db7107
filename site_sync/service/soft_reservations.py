"""What open quotes reserve softly at the site, read off their lines whenever it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from site_sync.domain.policies import Policies
from site_sync.domain.quoted import SoftReservation, standing, unpromised
from site_sync.domain.stock import StockLevel
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.reservations import Key

Kept = Mapping[Key, tuple[SoftReservation, ...]]
"""By store and SKU, the oldest quote first; a pair that is in no quote is left out."""
PART = 400
"""SKUs that one statement asks for."""

_o, _line = t.orders.c, t.order_lines.c
_QUOTED = (
    select(
        _o.id, _o.number, _line.line, _line.sku, _line.store, _line.to_pick,
        _o.work_store, _o.delivery_method, _o.created_at, _o.expires_at,
    )
    .join_from(t.order_lines, t.orders, _o.id == _line.order_id)
    .where(t.LINE_QUOTED, _o.kind == "quote")
)  # fmt: skip


def of_items(db: Executor, skus: Iterable[str], now: datetime, policies: Policies | None = None) -> Kept:
    """What is softly reserved of some items, wherever they lie."""
    known = policies or records.policies(db)
    if not known.quotes_reserve:
        return {}
    wanted = sorted(set(skus))
    found: list[SoftReservation] = []
    for start in range(0, len(wanted), PART):
        of_part = _line.sku.in_(wanted[start : start + PART])
        found += [_of(row) for row in db.execute(_QUOTED.where(of_part))]
    return _by_key(standing(found, known, now))


def _of(row: Any) -> SoftReservation:
    return SoftReservation(
        order_id=row.id,
        number=row.number,
        line=row.line,
        sku=row.sku,
        store=row.store,
        quantity=row.to_pick,
        work_store=row.work_store,
        method=row.delivery_method,
        made_at=row.created_at,
        until=row.expires_at,
    )


def _by_key(kept: Iterable[SoftReservation]) -> Kept:
    found: dict[Key, list[SoftReservation]] = {}
    for one in kept:
        found.setdefault((one.store, one.sku), []).append(one)
    return {key: tuple(some) for key, some in found.items()}


def unpromised_of(
    db: Executor, levels: Mapping[Key, StockLevel], now: datetime, policies: Policies | None = None
) -> dict[Key, int]:
    """What a web shop may sell of some stock: the available units that are in no quote."""
    kept = of_items(db, (sku for _, sku in levels), now, policies)
    return {key: unpromised(level.available, kept.get(key, ())) for key, level in levels.items()}
