"""Gift cards, credits and accounts with their entries and holds, returned lines, and reasons as records."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from site_sync.service.database.metadata import Moment, metadata

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TYPES = {"s": String, "x": Text, "i": Integer, "b": Boolean, "n": BigInteger}
TABLES = {
    "reasons": "key:s* version:i body:x removed:b",
    "balances": "kind:s* key:s* currency:s balance:n changed_at:m",
    "balance_entries": (
        "id:s* kind:s key:s amount:n currency:s reason:s at:m store:s till:s staff:s order_id:s sale_id:s "
        "command_id:s"
    ),
    "balance_holds": "id:s* kind:s key:s amount:n currency:s device:s state:s expires_at:m",
    "return_lines": (
        "id:s* line:i* sale_id:s units:i state:s expires_at:m at:m device:s store:s till:s staff:x number:s"
    ),
}
"""Columns as `name:type` like in the first step; n is a big number."""
INDEXES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ix_balance_entries_kind_key", "balance_entries", ("kind", "key")),
    ("ix_balance_holds_kind_key_state", "balance_holds", ("kind", "key", "state")),
    ("ix_return_lines_sale_id", "return_lines", ("sale_id",)),
)
CHECKS = {
    "balances": ("balance >= 0 OR kind = 'account'", "balance_not_negative"),
    "balance_holds": ("amount >= 0", "amount_not_negative"),
    "return_lines": ("units > 0", "units_positive"),
}


def _column(word: str) -> Column[object]:
    name, _, rest = word.partition(":")
    kind = Moment(timezone=True) if rest[0] == "m" else _TYPES[rest[0]]()
    return Column(name, kind, primary_key="*" in rest, nullable=False)


def upgrade() -> None:
    """Take the step."""
    fourth = MetaData(naming_convention=metadata.naming_convention)
    for name, words in TABLES.items():
        Table(name, fourth, *(_column(word) for word in words.split()))
    for name, (rule, label) in CHECKS.items():
        fourth.tables[name].append_constraint(CheckConstraint(rule, name=label))
    for index, name, columns in INDEXES:
        Index(index, *(fourth.tables[name].c[column] for column in columns))
    fourth.create_all(op.get_bind())
