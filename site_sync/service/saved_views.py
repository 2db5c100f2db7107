"""Views of the list of customer orders that people keep for themselves: filters under a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from site_sync.domain.errors import Code, Refusal
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

MOST = 20
"""So many views fit above a list."""
LONGEST_NAME = 40
LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class SavedView:
    """Filters as the list's address has them, under the name that a person gave them.

    What was typed to search is none of them: it may be a customer's name, which is to be forgotten one day.
    """

    name: str
    query: str


def views_of(db: Executor, staff: str) -> list[SavedView]:
    """A person's views by name."""
    c = t.saved_views.c
    rows = db.execute(select(c.name, c.query).where(c.staff == staff))
    return sorted((SavedView(row.name, row.query) for row in rows), key=lambda one: one.name.casefold())


def keep(tx: Transaction, staff: str, view: SavedView) -> Refusal | None:
    """Keep a view of a person, in place of one with that name."""
    if not view.name or len(view.name) > LONGEST_NAME or not view.name.isprintable():
        return Refusal(Code.TEXT_INVALID, {"field": "view", "most": LONGEST_NAME})
    if not view.query or len(view.query) > LONGEST_QUERY:
        return Refusal(Code.NOTHING_CHANGED, {"field": "view"})
    tx.execute(select(t.staff.c.key).where(t.staff.c.key == staff).with_for_update())
    others = [one for one in views_of(tx, staff) if one.name != view.name]
    if len(others) >= MOST:
        return Refusal(Code.QUANTITY_TOO_LARGE, {"field": "view", "most": MOST})
    drop(tx, staff, view.name)
    tx.execute(insert(t.saved_views), {"staff": staff, "name": view.name, "query": view.query})
    return None


def drop(tx: Transaction, staff: str, name: str) -> None:
    """Forget a view of a person."""
    c = t.saved_views.c
    tx.execute(delete(t.saved_views).where(c.staff == staff, c.name == name))
