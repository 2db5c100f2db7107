"""Items that a search for orders may mean, by SKU, bar code or words of the name, and their newest orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from site_sync.service import paging
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor

MOST_ITEMS = 100
"""So many items are looked for at once; more that have the words are left out, and the page says so."""
SHORTEST_WORD = 3
"""Shorter words stand in nearly every name."""
_lines = t.order_lines.c
_NEWEST = (
    select(_lines.order_id)
    .where(_lines.sku == bindparam("of_sku"), _lines.order_id > bindparam("newer_than"))
    .order_by(_lines.order_id.desc())
    .limit(paging.MOST)
)


@dataclass(frozen=True, slots=True)
class Meant:
    """The SKUs that a text may mean; `more` when further items have its words in their name."""

    skus: tuple[str, ...] = ()
    more: bool = False


def meant(db: Executor, text: str) -> Meant:
    """The items of a text: a SKU or bar code alone, else every item whose name has all its words.

    An item that is sold no more is on orders still, and an order may name a SKU that nothing is known of.
    """
    typed = text.strip().replace("\x00", "")
    if not typed:
        return Meant()
    i, b = t.items.c, t.barcodes.c
    as_typed = tuple(dict.fromkeys((typed, typed.upper())))
    known = db.execute(select(i.key).where(i.key.in_(as_typed))).scalars().all()
    coded = db.execute(select(b.sku).where(b.barcode == typed)).scalars().all()
    if known or coded:
        return Meant(tuple(dict.fromkeys((*as_typed, *coded))))
    words = [i.name.contains(word, autoescape=True) for word in typed.lower().split()]
    if max(map(len, typed.split())) < SHORTEST_WORD:
        return Meant(as_typed)
    named = select(i.key).where(*words).order_by(i.name, i.key).limit(MOST_ITEMS + 1)
    found = db.execute(named).scalars().all()
    return Meant((*as_typed, *found[:MOST_ITEMS]), len(found) > MOST_ITEMS)


def newest_with(db: Executor, skus: Iterable[str]) -> set[str]:
    """Ids of the newest orders with one of some items; ids count with time.

    Item by item, and of each only what is newer than the oldest one that would be shown anyhow.
    """
    found: list[str] = []
    newer_than = ""
    for sku in skus:
        if more := db.execute(_NEWEST, {"of_sku": sku, "newer_than": newer_than}).scalars().all():
            found = sorted({*found, *more})[-paging.MOST :]
            newer_than = found[0] if len(found) == paging.MOST else ""
    return set(found)
