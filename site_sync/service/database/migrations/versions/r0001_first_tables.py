"""The first tables, laid down as they were: later changes of the code's tables do not change this step.

Columns are `name:type`, types s (string), x (text), i (integer), l (big integer), b (boolean), m (moment);
`*` marks the primary key, `?` a column that may be empty, `!` one that is filled with the current time.
"""

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
    UniqueConstraint,
    text,
)

from site_sync.service.database.metadata import Moment, metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES = {"s": String, "x": Text, "i": Integer, "l": BigInteger, "b": Boolean}

TABLES = {
    "api_keys": "id:s* name:x key_hash:s scopes:x rate_per_minute:i created_at:m revoked_at:m?",
    "barcodes": "barcode:s* sku:s",
    "categories": "key:s* version:i body:x removed:b",
    "changes": "position:l* kind:s key:x version:i stores:x",
    "commands": (
        "command_id:s* device:s incarnation:i seq:i payload_kind:s subject:s payload_hash:s "
        "chain_hash:s result:x at:m"
    ),
    "connectors": "id:s* kind:s name:x settings:x active:b",
    "counters": "name:s* value:i",
    "customers": "key:s* version:i body:x removed:b name:x phone:s email:x member_card:s",
    "delivery_methods": "key:s* version:i body:x removed:b",
    "devices": (
        "id:s* name:x store:s till:s profile:s token_hash:s state:s incarnation:i next_seq:i "
        "chain_hash:s app_version:s enrolled_at:m last_seen:m?"
    ),
    "enrolment_codes": "code_hash:s* store:s till:s profile:s expires_at:m used_at:m?",
    "feed_head": "one:i* position:l",
    "feed_readers": "name:s* position:l",
    "history": "order_id:s* version:i* n:i* at:m kind:s command_id:s body:x entry:x",
    "holds": "id:s* store:s expires_at:m order_id:s state:s body:x",
    "idempotency": "owner:s* key:x* body_hash:s subject:s at:m",
    "items": "key:s* version:i body:x removed:b name:x category:s? updated_at:m!",
    "journal": (
        "id:i* order_id:s line:i sku:s store:s quantity:i on_hand:i reason:s at:m staff:s "
        "command_id:s state:s"
    ),
    "ledger": "id:i* account:x amount:l currency:s order_id:s sale_id:s command_id:s at:m",
    "messages": (
        "id:s* order_id:s order_version:i kind:s channel:s recipient:x language:s state:s tries:i "
        "next_try_at:m? created_at:m sent_at:m? error:x body:x"
    ),
    "order_lines": (
        "order_id:s* line:i* sku:s store:s kind:s to_pick:i picked:i collected:i short:i cancelled:i "
        "to_put_back:i put_back:i reserved:i"
    ),
    "orders": (
        "id:s* number:s kind:s stage:s closed_as:s version:i store:s work_store:s delivery_method:s "
        "staff:s source:s external_id:s customer_id:s customer_name:x customer_phone:s "
        "customer_email:x member_card:s created_at:m updated_at:m ready_at:m? collect_by:m? "
        "expires_at:m? closed_at:m? reminders:i currency:s total:l paid:l code_hash:s page_hash:s "
        "body:x"
    ),
    "passwords": "staff:s* verifier:x tries:i wait_until:m? locked:b changed_at:m",
    "policies": "key:s* version:i body:x removed:b",
    "problems": (
        "id:s* version:i store:s order_id:s command_id:s device:s act:s code:s facts:x at:m state:s "
        "resolved_by:s resolved_how:x resolved_at:m? envelope:x"
    ),
    "sales": "id:s* number:s store:s till:s shift:s staff:s at:m total:l currency:s body:x",
    "sessions": "token_hash:s* staff:s csrf:s created_at:m seen_at:m expires_at:m",
    "shift_entries": "id:s* shift:s store:s till:s act:s staff:s at:m amount:l currency:s body:x",
    "site": "one:i* service:s epoch:s created_at:m",
    "sources": "key:s* version:i body:x removed:b",
    "staff": "key:s* version:i body:x removed:b badge_hash:s",
    "stock": "store:s* sku:s* on_hand:i reserved:i safety:i back_order:i version:i",
    "stores": "key:s* version:i body:x removed:b",
    "tenders": "key:s* version:i body:x removed:b",
    "webhook_deliveries": (
        "id:s* endpoint:s event_id:s event:s order_id:s order_version:i state:s tries:i "
        "next_try_at:m? created_at:m delivered_at:m? answer:x body:x"
    ),
    "webhook_endpoints": "id:s* owner:s url:x events:x secret:x previous_secret:x active:b created_at:m",
    "webhook_receipts": "connector:s* event_id:x* topic:s received_at:m state:s error:x body:x",
}
UNIQUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("api_keys", ("key_hash",)),
    ("commands", ("device", "incarnation", "seq")),
    ("devices", ("token_hash",)),
    ("orders", ("number",)),
    ("sales", ("number",)),
)
CHECKS: tuple[tuple[str, str, str], ...] = (
    ("journal", "state IN ('open', 'posted')", "state_known"),
    ("order_lines", "reserved >= 0", "reserved_not_negative"),
    ("stock", "reserved >= 0", "reserved_not_negative"),
)
INDEXES: tuple[tuple[str, str, tuple[str, ...], bool, str], ...] = (
    ("ix_barcodes_sku", "barcodes", ("sku",), False, ""),
    ("ix_commands_subject", "commands", ("subject",), False, ""),
    ("ix_customers_email", "customers", ("email",), False, ""),
    ("ix_customers_member_card", "customers", ("member_card",), False, ""),
    ("ix_customers_name", "customers", ("name",), False, ""),
    ("ix_customers_phone", "customers", ("phone",), False, ""),
    ("ix_holds_expires_at", "holds", ("expires_at",), False, ""),
    ("ix_idempotency_at", "idempotency", ("at",), False, ""),
    ("ix_items_updated_at", "items", ("updated_at",), False, ""),
    ("ix_journal_order_id_line", "journal", ("order_id", "line"), False, ""),
    ("ix_journal_store_at", "journal", ("store", "at"), False, ""),
    ("ix_ledger_account", "ledger", ("account",), False, ""),
    ("ix_ledger_order_id", "ledger", ("order_id",), False, ""),
    ("ix_messages_order_id", "messages", ("order_id",), False, ""),
    ("ix_messages_state_next_try_at", "messages", ("state", "next_try_at"), False, ""),
    ("ix_order_lines_open", "order_lines", ("store", "sku"), False, "reserved > 0"),
    ("ix_orders_code_hash", "orders", ("code_hash",), False, ""),
    ("ix_orders_collect_by", "orders", ("collect_by",), False, ""),
    ("ix_orders_created_at", "orders", ("created_at",), False, ""),
    ("ix_orders_customer_email", "orders", ("customer_email",), False, ""),
    ("ix_orders_customer_id", "orders", ("customer_id",), False, ""),
    ("ix_orders_customer_phone", "orders", ("customer_phone",), False, ""),
    ("ix_orders_expires_at", "orders", ("expires_at",), False, ""),
    ("ix_orders_member_card", "orders", ("member_card",), False, ""),
    ("ix_orders_staff", "orders", ("staff",), False, ""),
    ("ix_orders_store_stage", "orders", ("store", "stage"), False, ""),
    ("ix_orders_updated_at_id", "orders", ("updated_at", "id"), False, ""),
    ("ix_orders_work_store_stage", "orders", ("work_store", "stage"), False, ""),
    ("uq_orders_page_hash", "orders", ("page_hash",), True, "page_hash <> ''"),
    ("uq_orders_source_external_id", "orders", ("source", "external_id"), True, "external_id <> ''"),
    ("ix_problems_command_id", "problems", ("command_id",), False, ""),
    ("ix_problems_order_id", "problems", ("order_id",), False, ""),
    ("ix_problems_state_store", "problems", ("state", "store"), False, ""),
    ("ix_sales_store_at", "sales", ("store", "at"), False, ""),
    ("ix_sessions_staff", "sessions", ("staff",), False, ""),
    ("ix_shift_entries_shift", "shift_entries", ("shift",), False, ""),
    ("ix_staff_badge_hash", "staff", ("badge_hash",), False, ""),
    ("ix_stock_sku", "stock", ("sku",), False, ""),
    ("ix_webhook_deliveries_endpoint", "webhook_deliveries", ("endpoint",), False, ""),
    ("ix_webhook_deliveries_state_next_try_at", "webhook_deliveries", ("state", "next_try_at"), False, ""),
)


def _column(table: str, word: str) -> Column[object]:
    name, _, rest = word.partition(":")
    kind = Moment(timezone=True) if rest[0] == "m" else _TYPES[rest[0]]()
    counts = (table, name) in (("journal", "id"), ("ledger", "id"))
    default = text("CURRENT_TIMESTAMP") if "!" in rest else None
    return Column(
        name,
        kind,
        primary_key="*" in rest,
        nullable="?" in rest,
        autoincrement=counts,
        server_default=default,
    )


def upgrade() -> None:
    """Take the step."""
    first = MetaData(naming_convention=metadata.naming_convention)
    for name, words in TABLES.items():
        Table(name, first, *(_column(name, word) for word in words.split()))
    for name, unique_columns in UNIQUES:
        first.tables[name].append_constraint(UniqueConstraint(*unique_columns))
    for name, condition, rule in CHECKS:
        first.tables[name].append_constraint(CheckConstraint(condition, name=rule))
    for index, name, columns, unique, where in INDEXES:
        part = text(where) if where else None
        Index(
            index,
            *(first.tables[name].c[column] for column in columns),
            unique=unique,
            sqlite_where=part,
            postgresql_where=part,
        )
    first.create_all(op.get_bind())
