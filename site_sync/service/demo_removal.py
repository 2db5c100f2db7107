"""Taking the demo shop away again: only while it is nothing but the demo, and telling before what goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, func, select

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit
from site_sync.service.company import fact, keep_fact
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Subject

MARK = "demo"
OWN_KINDS = (RecordKind.STORE, RecordKind.ITEM, RecordKind.TENDER, RecordKind.DELIVERY_METHOD)
"""Records that nobody adds only to try something: one of them makes the shop one's own."""
OWN_TABLES: dict[str, Table] = {
    "connectors": t.connectors,
    "api_keys": t.api_keys,
    "webhook_endpoints": t.webhook_endpoints,
}
WITH_THE_SHOP: tuple[Table, ...] = (
    t.orders, t.order_lines, t.order_words, t.history, t.journal, t.ledger, t.holds, t.hold_lines,
    t.order_presence, t.sales, t.return_lines, t.shift_entries, t.balances, t.balance_entries,
    t.balance_holds, t.messages, t.problems, t.stock, t.barcodes, t.leases, t.commands, t.devices,
    t.enrolment_codes, t.idempotency, t.webhook_deliveries, t.webhook_receipts, t.connector_orders,
    t.connector_polls, t.shop_reports, t.stock_documents, t.stock_document_lines, t.stock_movements,
    t.catalogue_problems, t.catalogue_imports, t.feed_readers,
    t.till_audit_seals, t.void_tokens,
)  # fmt: skip
"""What was traded and lent in the shop, which is all invented: emptied."""
OF_PEOPLE: tuple[Table, ...] = (t.passwords, t.sessions, t.second_factors, t.recovery_codes, t.saved_views)
"""What belongs to a person: goes with the demo's people alone."""
KEPT: tuple[Table, ...] = (
    t.site, t.counters, t.changes, t.feed_head, t.feed_marks, t.setup_facts, t.settings_changes, t.audit_head,
    t.door_rules, t.upkeep, t.message_options, t.message_templates, t.connectors, t.api_keys,
    t.webhook_endpoints,
)  # fmt: skip
"""What is the site's own; records are taken away one by one, so that whoever listens hears of it."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo shop is: `going` counts what goes, `own` what somebody added and keeps it from going."""

    going: Mapping[str, int]
    own: Mapping[str, int]
    people: frozenset[str]

    @property
    def removable(self) -> bool:
        """Whether it is nothing but the demo."""
        return not self.own


def mark(tx: Transaction, loaded: Mapping[RecordKind, list[Any]]) -> None:
    """Remember which records are the demo's."""
    keys = {kind.value: [records.key_of(kind, one) for one in values] for kind, values in loaded.items()}
    keep_fact(tx, MARK, keys)


def loadable(db: Executor, people: frozenset[str]) -> bool:
    """Whether the demo shop has room: nothing of a shop is there yet, and nobody has an id of its people."""
    kinds = (RecordKind.STORE, RecordKind.ITEM, RecordKind.TENDER, RecordKind.POLICIES, RecordKind.CUSTOMER)
    taken = records.some(db, RecordKind.STAFF, sorted(people))
    return not taken and not any(records.every(db, kind) for kind in kinds)


def look(db: Executor) -> Demo | None:
    """The demo shop as it is now, None when the shop is none."""
    marked: dict[str, list[str]] | None = fact(db, MARK)
    if marked is None:
        return None
    people = frozenset(marked[RecordKind.STAFF.value])
    own = {kind.value: _others(db, kind, marked) for kind in OWN_KINDS}
    own |= {name: _count(db, table) for name, table in OWN_TABLES.items()}
    staff: list[StaffMember] = records.every(db, RecordKind.STAFF)
    own["bound_staff"] = sum(1 for one in staff if one.id not in people and one.stores)
    tables = {"customer": t.customers, "orders": t.orders, "sales": t.sales, "tills": t.devices}
    told = {
        kind.value: len(marked[kind.value]) for kind in (RecordKind.STORE, RecordKind.ITEM, RecordKind.STAFF)
    }
    told |= {name: _count(db, table) for name, table in tables.items()}
    return Demo(told, {name: many for name, many in own.items() if many}, people)


def _others(db: Executor, kind: RecordKind, marked: Mapping[str, list[str]]) -> int:
    """How many records of a kind are not the demo's."""
    table = records.TABLES[kind]
    known = set(marked[kind.value])
    keys = db.execute(select(table.c.key).where(table.c.removed.is_(False))).scalars()
    return sum(1 for key in keys if key not in known)


def _count(db: Executor, table: Table) -> int:
    return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def remove(tx: Transaction, author: Author) -> Refusal | None:
    """Take the demo shop away, its people and all that was traded; the audit and one's own people stay."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    found = look(tx)
    if found is None or not found.removable:
        return Refusal(Code.NOTHING_CHANGED if found is None else Code.NOT_ALLOWED_IN_STAGE)
    for table in WITH_THE_SHOP:
        tx.execute(delete(table))
    for table in OF_PEOPLE:
        tx.execute(delete(table).where(table.c.staff.in_(found.people)))
    for kind in records.TABLES:
        _remove_records(tx, kind, found.people)
    keep_fact(tx, MARK, None)
    settings_audit.note(tx, author, Subject(MARK, "demo"), (dict(found.going), None))
    return None


def _remove_records(tx: Transaction, kind: RecordKind, people: frozenset[str]) -> None:
    """Take the records of a kind away, of people the demo's alone; the last trace of each is its version."""
    table = records.TABLES[kind]
    keys = list(tx.execute(select(table.c.key).where(table.c.removed.is_(False))).scalars())
    for key in keys:
        if kind is not RecordKind.STAFF or key in people:
            records.remove(tx, kind, key)
