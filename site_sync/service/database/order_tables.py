"""Tables of orders and of everything their events leave behind: history, journal, ledger, sales."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
    text,
)

from site_sync.service.database.metadata import BYTEWISE, CODE, Moment, metadata

orders = Table(
    "orders",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("number", CODE, nullable=False, unique=True),
    Column("kind", CODE, nullable=False),
    Column("stage", CODE, nullable=False),
    Column("closed_as", CODE, nullable=False, default=""),
    Column("version", Integer, nullable=False),
    Column("store", CODE, nullable=False),
    Column("work_store", CODE, nullable=False),
    Column("delivery_method", CODE, nullable=False, default=""),
    Column("staff", CODE, nullable=False, default="", index=True),
    Column("source", CODE, nullable=False, default=""),
    Column("external_id", CODE, nullable=False, default=""),
    Column("customer_id", CODE, nullable=False, default="", index=True),
    Column("customer_name", Text, nullable=False, default=""),
    Column("customer_phone", CODE, nullable=False, default="", index=True),
    Column("customer_email", Text, nullable=False, default="", index=True),
    Column("member_card", CODE, nullable=False, default="", index=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("ready_at", Moment),
    Column("collect_by", Moment, index=True),
    Column("expires_at", Moment, index=True),
    Column("closed_at", Moment),
    Column("due_at", Moment),
    Column("reminders", Integer, nullable=False, default=0),
    Column("currency", CODE, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("code_hash", CODE, nullable=False, default="", index=True),
    Column("page_hash", CODE, nullable=False, default=""),
    Column("body", Text, nullable=False),
)
Index(
    "uq_orders_staff_source_external_id",
    orders.c.staff,
    orders.c.source,
    orders.c.external_id,
    unique=True,
    sqlite_where=text("external_id <> ''"),
    postgresql_where=text("external_id <> ''"),
)
Index(
    "uq_orders_page_hash",
    orders.c.page_hash,
    unique=True,
    sqlite_where=text("page_hash <> ''"),
    postgresql_where=text("page_hash <> ''"),
)
HAS_PAGE: ColumnElement[bool] = literal_column("orders.page_hash <> ''")
"""Orders with a page for their customer; the index of pages is found by these words."""
HAS_EXTERNAL_ID: ColumnElement[bool] = literal_column("orders.external_id <> ''")
"""Orders that a shop knows by an id of its own; the index of those ids is found by these words."""
Index(
    "ix_orders_external_id_source",
    orders.c.external_id,
    orders.c.source,
    sqlite_where=text("external_id <> ''"),
    postgresql_where=text("external_id <> ''"),
)
Index("ix_orders_work_store_stage", orders.c.work_store, orders.c.stage)
Index("ix_orders_store_stage", orders.c.store, orders.c.stage)
Index("ix_orders_created_at", orders.c.created_at, orders.c.store, orders.c.work_store)
Index("ix_orders_updated_at_id", orders.c.updated_at, orders.c.id)
STILL_OPEN: ColumnElement[bool] = literal_column("orders.stage <> 'done'")
"""Orders that are not over; written out, as an index of few rows is found by its words alone."""
PAID_TOO_MUCH: ColumnElement[bool] = literal_column("orders.paid > orders.total")
Index(
    "ix_orders_open",
    orders.c.created_at,
    sqlite_where=text("stage <> 'done'"),
    postgresql_where=text("stage <> 'done'"),
)
Index(
    "ix_orders_open_updated_at",
    orders.c.updated_at,
    orders.c.id,
    sqlite_where=text("stage <> 'done'"),
    postgresql_where=text("stage <> 'done'"),
)
Index(
    "ix_orders_open_due",
    *(
        orders.c[name]
        for name in ("work_store", "stage", "due_at", "store", "delivery_method", "created_at", "id")
    ),
    sqlite_where=text("stage <> 'done'"),
    postgresql_where=text("stage <> 'done'"),
)
Index(
    "ix_orders_paid_too_much",
    orders.c.created_at,
    sqlite_where=text("paid > total"),
    postgresql_where=text("paid > total"),
)
for _column in (orders.c.store, orders.c.work_store, orders.c.source):
    Index(f"ix_orders_{_column.name}_created_at", _column, orders.c.created_at)
Index(
    "ix_orders_ready_at",
    orders.c.ready_at,
    sqlite_where=text("ready_at IS NOT NULL"),
    postgresql_where=text("ready_at IS NOT NULL"),
)
Index(
    "ix_orders_closed_at_closed_as",
    orders.c.closed_at,
    orders.c.closed_as,
    orders.c.store,
    orders.c.work_store,
    sqlite_where=text("closed_at IS NOT NULL"),
    postgresql_where=text("closed_at IS NOT NULL"),
)

order_words = Table(
    "order_words",
    metadata,
    Column("order_id", CODE, primary_key=True),
    Column("word", BYTEWISE, primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_order_words_word_order_id", order_words.c.word, order_words.c.order_id)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", CODE, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("sku", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("to_pick", Integer, nullable=False),
    Column("picked", Integer, nullable=False),
    Column("collected", Integer, nullable=False),
    Column("short", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("to_put_back", Integer, nullable=False),
    Column("put_back", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
)
Index(
    "ix_order_lines_open",
    order_lines.c.store,
    order_lines.c.sku,
    sqlite_where=text("reserved > 0"),
    postgresql_where=text("reserved > 0"),
)

LINE_HELD: ColumnElement[bool] = literal_column("order_lines.reserved > 0")
"""Lines that hold stock back."""
_QUOTED = "reserved = 0 AND to_pick > 0 AND kind = 'goods'"
Index(
    "ix_order_lines_quoted",
    order_lines.c.sku,
    order_lines.c.store,
    sqlite_where=text(_QUOTED),
    postgresql_where=text(_QUOTED),
)
LINE_QUOTED: ColumnElement[bool] = literal_column(
    "order_lines.reserved = 0 AND order_lines.to_pick > 0 AND order_lines.kind = 'goods'"
)
"""Goods still wanted for which nothing is held back: lines of quotes; the index is found by these words."""
Index("ix_order_lines_sku_order_id", order_lines.c.sku, order_lines.c.order_id)

history = Table(
    "history",
    metadata,
    Column("order_id", CODE, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("command_id", CODE, nullable=False),
    Column("body", Text, nullable=False),
    Column("entry", Text, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("order_id", CODE, nullable=False),
    Column("line", Integer, nullable=False),
    Column("sku", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("on_hand", Integer, nullable=False, default=0),
    Column("reason", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff", CODE, nullable=False, default=""),
    Column("command_id", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("posted_at", Moment),
    CheckConstraint("state IN ('open', 'posted')", name="state_known"),
)
Index("ix_journal_order_id_line", journal.c.order_id, journal.c.line)
Index("ix_journal_store_at", journal.c.store, journal.c.at)
Index("ix_journal_order_id_id", journal.c.order_id, journal.c.id)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", Text, nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("order_id", CODE, nullable=False, default=""),
    Column("sale_id", CODE, nullable=False, default=""),
    Column("command_id", CODE, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_ledger_order_id", ledger.c.order_id)

sales = Table(
    "sales",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("number", CODE, nullable=False, unique=True),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("shift", CODE, nullable=False),
    Column("staff", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("body", Text, nullable=False),
)
Index("ix_sales_store_at", sales.c.store, sales.c.at)

shift_entries = Table(
    "shift_entries",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("shift", CODE, nullable=False, index=True),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("staff", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("body", Text, nullable=False),
)

order_presence = Table(
    "order_presence",
    metadata,
    Column("device", CODE, primary_key=True),
    Column("order_id", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("staff", CODE, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Which order a till has in its sale to change it; one a till, forgotten when its time is over."""

holds = Table(
    "holds",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("owner", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("order_id", CODE, nullable=False, default=""),
    Column("state", CODE, nullable=False),
)
Index("ix_holds_state_expires_at", holds.c.state, holds.c.expires_at)

hold_lines = Table(
    "hold_lines",
    metadata,
    Column("hold_id", CODE, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("sku", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
)
Index(
    "ix_hold_lines_open",
    hold_lines.c.store,
    hold_lines.c.sku,
    sqlite_where=text("reserved > 0"),
    postgresql_where=text("reserved > 0"),
)
HOLD_LINE_HELD: ColumnElement[bool] = literal_column("hold_lines.reserved > 0")
