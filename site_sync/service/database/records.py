"""The shop's records between their tables and the domain's values; every write is told to the tills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update

from site_sync.domain.catalogue import Item
from site_sync.domain.customers import Customer
from site_sync.domain.policies import Policies
from site_sync.domain.shop import DeliveryMethod, Source, StaffMember, Store, Tender
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Changed, Executor, Transaction

TABLES: dict[RecordKind, Table] = {
    RecordKind.STORE: t.stores,
    RecordKind.CATEGORY: t.categories,
    RecordKind.ITEM: t.items,
    RecordKind.STAFF: t.staff,
    RecordKind.CUSTOMER: t.customers,
    RecordKind.DELIVERY_METHOD: t.delivery_methods,
    RecordKind.SOURCE: t.sources,
    RecordKind.TENDER: t.tenders,
    RecordKind.POLICIES: t.policies,
    RecordKind.REASON: t.reasons,
}
"""Kinds that are kept whole, as JSON; stock, orders and problems have columns of their own."""

POLICIES_KEY = "policies"
SETTLED = frozenset(
    {
        RecordKind.STORE,
        RecordKind.STAFF,
        RecordKind.POLICIES,
        RecordKind.TENDER,
        RecordKind.DELIVERY_METHOD,
        RecordKind.SOURCE,
    }
)
"""Kinds that every decision needs and that each process remembers until one of them changes."""
SETTINGS_COUNTER = "settings"

# Built once: every order asks for some of these.
_ONE = {
    kind: select(table.c.body).where(table.c.key == bindparam("of_key"), table.c.removed.is_(False))
    for kind, table in TABLES.items()
}
_SOME = {
    kind: select(table.c.key, table.c.body).where(
        table.c.key.in_(bindparam("of_keys", expanding=True)), table.c.removed.is_(False)
    )
    for kind, table in TABLES.items()
}
_SETTINGS_VERSION = select(t.counters.c.value).where(t.counters.c.name == SETTINGS_COUNTER)


def key_of(kind: RecordKind, value: Any) -> str:
    """The key a record is kept and sent under."""
    match kind:
        case RecordKind.ITEM:
            return str(value.sku)
        case RecordKind.STAFF | RecordKind.CUSTOMER:
            return str(value.id)
        case RecordKind.POLICIES:
            return POLICIES_KEY
    return str(value.code)


def _search_columns(kind: RecordKind, value: Any) -> dict[str, str]:
    match kind:
        case RecordKind.ITEM:
            return {"name": value.name.lower(), "category": value.category}
        case RecordKind.STAFF:
            return {"badge_hash": value.badge_hash}
        case RecordKind.CUSTOMER:
            return {
                "name": value.name.lower(),
                "phone": value.phone,
                "email": value.email.lower(),
                "member_card": value.member_card,
            }
    return {}


def save(tx: Transaction, kind: RecordKind, *values: Any, stores: tuple[str, ...] = ()) -> None:
    """Keep records as they are given, one version further than before; `stores` narrows who is told."""
    table, codec = TABLES[kind], RECORDS[kind]
    keys = [key_of(kind, value) for value in values]
    before = _versions(tx, table, keys)
    rows: list[dict[str, Any]] = [
        {
            "key": key,
            "version": before.get(key, 0) + 1,
            "body": codec.text(value),
            "removed": False,
            **_search_columns(kind, value),
        }
        for key, value in zip(keys, values, strict=True)
    ]
    _write(tx, table, rows, before)
    if kind is RecordKind.ITEM:
        _save_barcodes(tx, values)
    for row in rows:
        tx.changed(Changed(kind.value, row["key"], row["version"], stores))
    if kind in SETTLED:
        bump(tx)


def _versions(tx: Executor, table: Table, keys: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        rows = tx.execute(select(table.c.key, table.c.version).where(table.c.key.in_(part)))
        found.update({row.key: row.version for row in rows})
    return found


def _write(tx: Transaction, table: Table, rows: list[dict[str, Any]], before: dict[str, int]) -> None:
    if fresh := [row for row in rows if row["key"] not in before]:
        tx.execute(insert(table), fresh)
    if known := [{f"new_{name}": v for name, v in row.items()} for row in rows if row["key"] in before]:
        names = [name.removeprefix("new_") for name in known[0] if name != "new_key"]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        tx.execute(update(table).where(table.c.key == bindparam("new_key")).values(values), known)


def _save_barcodes(tx: Transaction, values: Iterable[Item]) -> None:
    items = list(values)
    codes = {code: item.sku for item in items for code in item.barcodes}
    for start in range(0, len(items), 500):
        skus = [item.sku for item in items[start : start + 500]]
        tx.execute(delete(t.barcodes).where(t.barcodes.c.sku.in_(skus)))
    if codes:
        tx.execute(
            delete(t.barcodes).where(t.barcodes.c.barcode == bindparam("b")), [{"b": c} for c in codes]
        )
        tx.execute(insert(t.barcodes), [{"barcode": code, "sku": sku} for code, sku in codes.items()])


def remove(tx: Transaction, kind: RecordKind, key: str) -> bool:
    """Take a record away, at the tills too; False when there is none."""
    table = TABLES[kind]
    gone = tx.execute(
        update(table)
        .where(table.c.key == key, table.c.removed.is_(False))
        .values(removed=True, version=table.c.version + 1)
        .returning(table.c.version)
    ).scalar_one_or_none()
    if gone is None:
        return False
    tx.changed(Changed(kind.value, key, gone))
    if kind in SETTLED:
        bump(tx)
    return True


def find(db: Executor, kind: RecordKind, key: str) -> Any | None:
    """The record of that key, None when there is none."""
    body = db.execute(_ONE[kind], {"of_key": key}).scalar_one_or_none()
    return None if body is None else RECORDS[kind].load(body)


def every(db: Executor, kind: RecordKind) -> list[Any]:
    """All records of a kind by key."""
    table = TABLES[kind]
    query = select(table.c.body).where(table.c.removed.is_(False)).order_by(table.c.key)
    return [RECORDS[kind].load(body) for body in db.execute(query).scalars()]


def some(db: Executor, kind: RecordKind, keys: Iterable[str]) -> dict[str, Any]:
    """The records of some keys; those that do not exist are left out."""
    found = db.execute(_SOME[kind], {"of_keys": list(dict.fromkeys(keys))})
    return {row.key: RECORDS[kind].load(row.body) for row in found}


def bump(tx: Transaction) -> None:
    """Make every process read what is settled again; this transaction's view stays its own."""
    tx.remembered = {}
    moved = tx.execute(
        update(t.counters).where(t.counters.c.name == SETTINGS_COUNTER).values(value=t.counters.c.value + 1)
    )
    if not moved.rowcount:
        tx.execute(insert(t.counters), {"name": SETTINGS_COUNTER, "value": 1})


@dataclass(frozen=True, slots=True)
class Settled:
    """What every decision needs of the shop, as of one version of it."""

    version: int
    stores: dict[str, Store]
    staff: dict[str, StaffMember]
    policies: Policies
    tenders: dict[str, Tender]
    methods: dict[str, DeliveryMethod]
    sources: dict[str, Source]


def settled(tx: Transaction, version: int | None = None) -> Settled:
    """What every decision needs, read again only when the settings' counter moved.

    `version` is that counter when the caller has read it already.
    """
    if version is None:
        version = tx.execute(_SETTINGS_VERSION).scalar_one_or_none() or 0
    known: Settled | None = tx.remembered.get(SETTINGS_COUNTER)
    if known is not None and known.version == version:
        return known
    found = Settled(
        version,
        {store.code: store for store in every(tx, RecordKind.STORE)},
        {member.id: member for member in every(tx, RecordKind.STAFF)},
        policies(tx),
        {tender.code: tender for tender in every(tx, RecordKind.TENDER)},
        {method.code: method for method in every(tx, RecordKind.DELIVERY_METHOD)},
        {source.code: source for source in every(tx, RecordKind.SOURCE)},
    )
    tx.remembered[SETTINGS_COUNTER] = found
    return found


def policies(db: Executor) -> Policies:
    """The shop's policies, the general ones as shipped when none were settled."""
    found: Policies | None = find(db, RecordKind.POLICIES, POLICIES_KEY)
    return found or Policies()


def customer(db: Executor, customer_id: str) -> Customer | None:
    """The customer of that id."""
    found: Customer | None = find(db, RecordKind.CUSTOMER, customer_id)
    return found


def item_of_barcode(db: Executor, barcode: str) -> Item | None:
    """The item a barcode stands for."""
    sku = db.execute(select(t.barcodes.c.sku).where(t.barcodes.c.barcode == barcode)).scalar_one_or_none()
    found: Item | None = find(db, RecordKind.ITEM, sku) if sku else None
    return found
