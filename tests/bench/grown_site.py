"""A site that has kept very many orders: copies of two real ones, laid out by the database itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, text

from site_sync.service.database import tables as t

OPEN_OF = 200
"""One order in two hundred is open: with one a minute, those of three days and a half."""
CACHE_KB = 1_000_000
_RESERVE = (
    "UPDATE stock SET reserved = (SELECT coalesce(sum(l.reserved), 0) FROM order_lines l "
    "WHERE l.sku = stock.sku AND l.store = stock.store)"
)
_COPIED = (t.orders, t.order_lines, t.order_words, t.history, t.journal, t.ledger)
_OF_ORDER = "'grown-' || n.i"


def _shifted(engine: Engine, column: str) -> str:
    """The time of a copy: as many minutes before the original's as its number."""
    if engine.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f000', o.{column}, '-' || n.i || ' minutes')"
    return f"o.{column} - n.i * interval '1 minute'"


def _renamed(column: str) -> str:
    """The body of a copy: the original's with the copy's id and number in it."""
    named = f"replace(o.{column}, :id, {_OF_ORDER})"
    return f"replace({named}, :number, 'G-' || n.i)"


def _changed(engine: Engine, table: Table) -> Mapping[str, str]:
    """What differs in the copies of a table's rows."""
    if table is t.order_words:
        # Every copy is found by the words of the original, and its number's part by its own.
        return {"order_id": _OF_ORDER, "word": "CASE WHEN o.word LIKE 'w-%' THEN 'g-' || n.i ELSE o.word END"}
    if table is not t.orders:
        own = {"body": _renamed("body")} if "body" in table.c else {}
        return {"order_id": _OF_ORDER, **own}
    return {
        "id": _OF_ORDER,
        "number": "'G-' || n.i",
        "external_id": "'grown-' || n.i",
        "code_hash": "'code-' || n.i",
        "page_hash": "'page-' || n.i",
        "customer_name": "'Customer ' || n.i",
        "customer_phone": "'+4550' || n.i",
        "customer_email": "'customer' || n.i || '@example.com'",
        "created_at": _shifted(engine, "created_at"),
        "updated_at": _shifted(engine, "updated_at"),
        "closed_at": _shifted(engine, "closed_at"),
        "body": _renamed("body"),
    }


def _copy(engine: Engine, table: Table, *, is_open: bool) -> str:
    """One statement that copies the rows of an order to all numbers of its sort."""
    changed = _changed(engine, table)
    columns = [column.name for column in table.c if column.name != "id" or "id" in changed]
    values = ", ".join(changed.get(name, f'o."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    key = "id" if table is t.orders else "order_id"
    return (
        "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS bigint) UNION ALL "
        "SELECT i + 1 FROM n WHERE i < :last) "
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM n, {table.name} o "
        f"WHERE o.{key} = :id AND (n.i % {OPEN_OF} = 0) = {'true' if is_open else 'false'}"
    )


def _row(db: Connection, order_id: str) -> dict[str, str]:
    number = db.execute(text("SELECT number FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()
    return {"id": order_id, "number": number}


def _indexes(db: Connection) -> dict[str, str]:
    """Name and statement of each index of the copied tables that is no constraint."""
    if db.dialect.name == "sqlite":
        query = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        query = (
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE indexname NOT IN "
            "(SELECT conname FROM pg_constraint)"
        )
    copied = {table.name for table in _COPIED}
    return {name: made for table, name, made in db.execute(text(query)) if table in copied}


def _make_haste(db: Connection) -> None:
    """What a load may leave out that nobody would miss: it begins anew after a power cut."""
    if db.dialect.name == "sqlite":
        hasty = (
            "journal_mode = DELETE",
            "journal_mode = OFF",
            "synchronous = OFF",
            f"cache_size = -{CACHE_KB}",
        )
        statements = [f"PRAGMA {pragma}" for pragma in hasty]
    else:
        statements = ["SET session_replication_role = replica", f"SET maintenance_work_mem = {CACHE_KB}"]
    for statement in statements:
        db.exec_driver_sql(statement)


def _load(db: Connection, templates: tuple[str, str], numbers: range) -> None:
    """Copy, with the indexes made anew afterwards; then reserve stock for what is open."""
    indexes = _indexes(db)
    for name in indexes:
        db.execute(text(f"DROP INDEX {name}"))
    for order_id, is_open in zip(templates, (True, False), strict=True):
        wanted = {**_row(db, order_id), "first": numbers.start, "last": numbers.stop - 1}
        for table in _COPIED:
            db.execute(text(_copy(db.engine, table, is_open=is_open)), wanted)
    for made in indexes.values():
        db.execute(text(made))
    db.execute(text(_RESERVE))


def grow(url: str, templates: tuple[str, str], numbers: range) -> None:
    """Copy an open and a closed order to some numbers, while nothing works on the site."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        _make_haste(db)
        _load(db, templates, numbers)
        if db.dialect.name == "postgresql":
            db.execute(text("VACUUM ANALYZE"))  # as its autovacuum does by and by
    engine.dispose()
