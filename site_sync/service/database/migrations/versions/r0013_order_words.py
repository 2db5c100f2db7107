"""Words that orders are found by, also of the orders there are; indexes by store and source."""

from __future__ import annotations

import json
from collections.abc import Iterator

from alembic import op
from sqlalchemy import Column, MetaData, String, Table, insert, select, table
from sqlalchemy import column as named

from site_sync.service.database.metadata import BYTEWISE, metadata

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_LONGEST, _MOST = 80, 24


def upgrade() -> None:
    """Take the step."""
    thirteenth = MetaData(naming_convention=metadata.naming_convention)
    words = Table(
        "order_words",
        thirteenth,
        Column("order_id", String, primary_key=True),
        Column("word", BYTEWISE, primary_key=True),
        sqlite_with_rowid=False,
    )
    thirteenth.create_all(op.get_bind())
    op.create_index("ix_order_words_word_order_id", "order_words", ["word", "order_id"])
    for name in ("store", "work_store", "source"):
        op.create_index(f"ix_orders_{name}_created_at", "orders", [name, "created_at"])
    _fill(words)


def _fill(words: Table) -> None:
    orders, db, last = table("orders", named("id"), named("body")), op.get_bind(), ""
    query = select(orders).order_by(orders.c.id).limit(_AT_ONCE)
    while rows := db.execute(query.where(orders.c.id > last)).all():
        last = rows[-1].id
        found = [(row.id, word) for row in rows for word in _words_of(row.body)]
        db.execute(insert(words), [{"order_id": order_id, "word": word} for order_id, word in found])


def _words_of(body: str) -> frozenset[str]:
    """What an order is found by, as the rules were at this step."""
    order = json.loads(body)
    who = order.get("customer", {})
    found = [*_of_number(order["number"]), order.get("external_id", "")]
    found += [who.get("member_card", ""), who.get("email", ""), *_of_name(who.get("name", ""))]
    found += ["~" + who["phone"][::-1].rstrip("+")] if who.get("phone") else []
    plain = (word.lower().replace("\x00", "")[:_LONGEST] for word in found)
    return frozenset([word for word in plain if word][:_MOST])


def _of_number(number: str) -> Iterator[str]:
    parts = number.split("-")
    for place in range(len(parts)):
        rest = "-".join(parts[place:])
        yield rest
        yield rest.lstrip("0")


def _of_name(name: str) -> Iterator[str]:
    parts = name.split()
    return (" ".join(parts[place:]) for place in range(len(parts)))
