"""The tables of the till's database."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from pos_app.store.metadata import metadata


def _text(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


identity = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True),
    *(_text(name, default="") for name in ("site_url", "service", "device", "token", "store", "till")),
    *(_text(name, default="") for name in ("profile", "epoch", "cursor", "audit_head")),
    Column("incarnation", Integer, nullable=False, server_default="0"),
    Column("site_clock_ahead_ms", Integer, nullable=False, server_default="0"),
)
"""One row: which till this is and how far it has followed the site; the site's key is beside the file."""

shop_records = Table(
    "shop_records",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _number("version"),
    _text("body"),
    sqlite_with_rowid=False,
)
"""Stores, categories, staff, delivery methods, sources, tenders and policies as the site sent them."""

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sku", Text, nullable=False, unique=True),
    _number("version"),
    _text("category"),
    Column("favourite", Integer),
    _text("name"),
    _text("body"),
    Index("items_by_category", "category", "favourite"),
    Index("items_versions", "sku", "version"),
)

item_codes = Table(
    "item_codes",
    metadata,
    Column("code", Text, primary_key=True),
    _text("sku"),
    Index("item_codes_by_sku", "sku"),
    sqlite_with_rowid=False,
)

stock = Table(
    "stock",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    *(_number(name) for name in ("version", "on_hand", "reserved", "safety", "back_order")),
    sqlite_with_rowid=False,
)

pending_stock = Table(
    "pending_stock",
    metadata,
    _text("command_id"),
    _text("store"),
    _text("sku"),
    _number("reserved"),
    _number("on_hand"),
    Index("pending_stock_by_item", "sku", "store"),
    Index("pending_stock_by_command", "command_id"),
)
"""What this till's unanswered commands do to stock, on top of the site's levels."""

customers = Table(
    "customers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _number("version"),
    _text("member_card"),
    _text("body"),
    Index("customers_by_card", "member_card"),
)

site_orders = Table(
    "site_orders",
    metadata,
    Column("id", Text, primary_key=True),
    _number("version"),
    _text("body"),
    sqlite_with_rowid=False,
)
"""The site's copy of each order: an order record's JSON."""

orders_now = Table(
    "orders_now",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("number", Text, nullable=False),
    *(_text(name) for name in ("kind", "stage", "closed_as", "store", "work_store", "source", "method")),
    *(_text(name) for name in ("customer", "phone", "customer_id", "member_card", "staff", "currency")),
    _text("created_at"),
    _text("updated_at"),
    _text("due"),
    Column("collect_by", Text),
    *(_number(name) for name in ("total", "to_pay", "units", "bags", "put_back", "refund")),
    Column("arrival", Text, nullable=False, server_default=""),
    Column("claimed_by", Text, nullable=False, server_default=""),
    Column("requested", Text),
    _text("sync"),
    _text("search"),
    Column("body", Text),
    Index("orders_now_by_number", "number"),
    Index(
        "orders_now_listed",
        *("work_store", "stage", "due", "created_at", "source", "method", "staff", "to_pay", "total"),
    ),
    Index("orders_now_by_customer", "customer_id"),
    Index(
        "orders_now_requested",
        "work_store",
        "requested",
        sqlite_where=text("requested IS NOT NULL AND stage <> 'done'"),
    ),
    Index("orders_now_quotes", "units", sqlite_where=text("stage = 'quote'")),
    Index("orders_now_here", "work_store", sqlite_where=text("arrival <> ''")),
    Index("orders_now_to_put_back", "work_store", sqlite_where=text("put_back > 0")),
    Index("orders_now_refund", "work_store", sqlite_where=text("refund > 0")),
    Index("orders_now_refused", "due", sqlite_where=text("sync = 'refused'")),
)
"""What the till shows: the site's copy with the till's pending commands on top.

`due` is the moment that sorts by lateness; `body` is an order record's JSON, NULL while it is the site's.
"""

NEW_ORDER_WAITS = (
    "state = 'pending' AND payload_kind = 'order' AND ("
    'base_version IS NULL AND payload NOT LIKE \'%"order_kind":"quote"%\' '
    'OR payload LIKE \'%"kind":"convert_quote"%\')'
)
"""Of a row of the outbox: a customer order made here, also out of a quote, that the site has not answered."""

outbox = Table(
    "outbox",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("command_id", Text, nullable=False, unique=True),
    *(_number(name) for name in ("incarnation", "seq")),
    Column("base_version", Integer),
    Column("order_id", Text),
    _text("staff"),
    Column("approver", Text),
    *(_text(name) for name in ("till_time", "payload_kind", "payload", "payload_hash", "previous_hash")),
    *(_text(name) for name in ("chain_hash", "state")),
    Column("result", Text),
    Column("answered_at", Text),
    Index("outbox_by_state", "state", "place"),
    Index("outbox_by_order", "order_id", "place"),
    Index("outbox_new_orders", "state", "payload_kind", sqlite_where=text(NEW_ORDER_WAITS)),
    sqlite_autoincrement=True,
)
"""Every command of this till in the order made: pending, applied, rejected or parked."""

audit = Table(
    "audit",
    metadata,
    Column("place", Integer, primary_key=True),
    *(_text(name) for name in ("at", "staff", "approver", "act", "subject", "detail", "hash")),
)
"""Append-only; `hash` chains each row to the one before it."""

problems = Table(
    "problems",
    metadata,
    Column("id", Text, primary_key=True),
    _text("at"),
    _text("command_id"),
    Column("order_id", Text),
    *(_text(name) for name in ("act", "code", "state", "body")),
    Index("problems_by_state", "state", "at"),
    Index("problems_by_order", "order_id"),
)
"""Problems of this store; `body` is a problem record's JSON, the rest is what they are looked up by."""

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    _number("value"),
    sqlite_with_rowid=False,
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Text, primary_key=True),
    *(_text(name) for name in ("opened_at", "opened_by", "currency")),
    _number("opening_float"),
    *(Column(name, Text) for name in ("closed_at", "closed_by")),
    *(Column(name, Integer) for name in ("counted", "expected")),
)

drawer_entries = Table(
    "drawer_entries",
    metadata,
    Column("id", Text, primary_key=True),
    *(_text(name) for name in ("shift", "at", "kind", "tender", "subject", "staff", "reason")),
    _number("amount"),
    Index("drawer_entries_by_shift", "shift"),
)
"""Every movement of money of a shift; `amount` is signed in minor units, cash tenders move the drawer."""

sales = Table(
    "sales",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    *(_text(name) for name in ("at", "shift", "body")),
    _number("total"),
    Column("copies", Integer, nullable=False, server_default="0"),
    Index("sales_by_time", "at"),
    Index("sales_by_shift", "shift"),
)

parked_sales = Table(
    "parked_sales",
    metadata,
    Column("id", Text, primary_key=True),
    *(_text(name) for name in ("at", "staff", "note", "body")),
    _number("total"),
)

card_attempts = Table(
    "card_attempts",
    metadata,
    Column("id", Text, primary_key=True),
    *(_text(name) for name in ("at", "purpose", "subject", "currency", "staff", "shift", "state")),
    _number("amount"),
    *(_text(name, default="") for name in ("reference", "reason", "settled_by")),
    Column("used", Boolean, nullable=False, server_default="0"),
    Index("card_attempts_by_state", "state"),
    Index(
        "card_attempts_unused", "state", "used", "at", sqlite_where=text("state = 'approved' AND used = 0")
    ),
)
"""Saved before the terminal is asked."""

staff_tries = Table(
    "staff_tries",
    metadata,
    Column("staff", Text, primary_key=True),
    _number("tries"),
    _text("blocked_until"),
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
    sqlite_with_rowid=False,
)
"""This till's own choices: printer, camera, scale of the screen."""

SEARCH_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS items_search USING fts5(words, tokenize='unicode61 "
    "remove_diacritics 2', prefix='1 2 3')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS orders_search USING fts5(words, tokenize='unicode61 "
    "remove_diacritics 2', prefix='1 2 3')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS customers_search USING fts5(words, tokenize='unicode61 "
    "remove_diacritics 2', prefix='1 2 3')",
)
"""Full-text indexes; SQLAlchemy has no words for them. Their rowids are `items.id`, `orders_now.place` and
`customers.number`."""
