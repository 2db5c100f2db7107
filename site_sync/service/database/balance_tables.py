"""Tables of money kept for somebody, and of goods that came back: entries, holds, returned lines."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

balances = Table(
    "balances",
    metadata,
    Column("kind", CODE, primary_key=True),
    Column("key", CODE, primary_key=True),
    Column("currency", CODE, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("blocked", Boolean, nullable=False, default=False),
    CheckConstraint("balance >= 0 OR kind = 'account'", name="balance_not_negative"),
)
"""What each gift card, credit and account holds now: the sum of its entries."""

balance_entries = Table(
    "balance_entries",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("key", CODE, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("reason", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("store", CODE, nullable=False, default=""),
    Column("till", CODE, nullable=False, default=""),
    Column("staff", CODE, nullable=False, default=""),
    Column("order_id", CODE, nullable=False, default=""),
    Column("sale_id", CODE, nullable=False, default=""),
    Column("command_id", CODE, nullable=False),
    Column("note", Text, nullable=False, default=""),
)
"""Append-only; the id is the payment's or the sale line's, so that none counts twice."""
Index("ix_balance_entries_kind_key", balance_entries.c.kind, balance_entries.c.key)

balance_holds = Table(
    "balance_holds",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("key", CODE, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("expires_at", Moment, nullable=False),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
)
"""Money set aside for one payment before goods leave; the id is the till's attempt."""
Index("ix_balance_holds_kind_key_state", balance_holds.c.kind, balance_holds.c.key, balance_holds.c.state)

return_lines = Table(
    "return_lines",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("sale_id", CODE, primary_key=True),
    Column("units", Integer, nullable=False),
    Column("state", CODE, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("device", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("staff", Text, nullable=False, default=""),
    Column("number", CODE, nullable=False, default=""),
    CheckConstraint("units > 0", name="units_positive"),
)
"""Units of a sale's lines that came back, or are just being taken back at some till."""
Index("ix_return_lines_sale_id", return_lines.c.sale_id)
