"""The version of the till's database: made new, or moved forward in one transaction."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from sqlalchemy.schema import CreateIndex, CreateTable

from pos_app.store import order_rows
from pos_app.store.metadata import metadata
from pos_app.store.tables import SEARCH_TABLES
from pos_app.store.till_file import TillFile
from site_sync.domain import deposits
from site_sync.protocol.changes import RECORDS, RecordKind

VERSION = 3

Step = Callable[[TillFile], None]


def _items_and_requested(file: TillFile) -> None:
    """Orders are found by their items too; the moment a customer asked for is counted."""
    file.raw.execute("DROP INDEX IF EXISTS orders_now_by_stage")
    file.raw.execute("ALTER TABLE orders_now ADD COLUMN requested TEXT")
    record = RECORDS[RecordKind.ORDER]
    for place, body in file.raw.execute(_BODIES).fetchall():
        order = record.load(body).order
        listed = dict(zip(order_rows.COLUMNS, order_rows.columns(order), strict=True))
        file.raw.execute(_LISTED_ANEW, (listed["requested"], listed["search"], place))
    file.raw.execute("DELETE FROM orders_search")
    file.raw.execute("INSERT INTO orders_search (rowid, words) SELECT place, search FROM orders_now")


def _money_to_give_back(file: TillFile) -> None:
    """Orders are listed by the money that is to be given back."""
    columns = {str(row[1]) for row in file.raw.execute("PRAGMA table_info(orders_now)")}
    if "refund" not in columns:
        file.raw.execute("ALTER TABLE orders_now ADD COLUMN refund INTEGER NOT NULL DEFAULT 0")
    record = RECORDS[RecordKind.ORDER]
    for place, body in file.raw.execute(_BODIES).fetchall():
        surplus = deposits.surplus(record.load(body).order)
        file.raw.execute("UPDATE orders_now SET refund = ? WHERE place = ?", (surplus, place))


_BODIES = (
    "SELECT n.place, coalesce(n.body, s.body) FROM orders_now n LEFT JOIN site_orders s ON s.id = n.id "
    "WHERE coalesce(n.body, s.body) IS NOT NULL"
)
_LISTED_ANEW = "UPDATE orders_now SET requested = ?, search = ? WHERE place = ?"

STEPS: dict[int, Step] = {1: _items_and_requested, 2: _money_to_give_back}
"""What moves a file from version n to n + 1; one entry per version that was ever released."""


class SchemaTooNew(Exception):
    """The file was written by a newer till; it is left untouched."""


def version_of(file: TillFile) -> int:
    """The version the file says it has; 0 for a new one."""
    return int(file.raw.execute("PRAGMA user_version").fetchone()[0])


def bring_up(file: TillFile) -> None:
    """Make the tables of a new file, or move an older one forward after copying it beside itself."""
    found = version_of(file)
    if found > VERSION:
        raise SchemaTooNew(f"version {found}, this till knows {VERSION}")
    if 0 < found < VERSION:
        file.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(file.path, file.path.with_suffix(f".before-{VERSION}.sqlite"))
    with file.transaction():
        for step in range(found or VERSION, VERSION):  # a new file is made as it is now
            if step in STEPS:
                STEPS[step](file)
        _make_missing(file)
        file.raw.execute(f"PRAGMA user_version = {VERSION}")


def _make_missing(file: TillFile) -> None:
    """Every table and index that is not there yet; print jobs and others register theirs on import."""
    for table in metadata.sorted_tables:
        file.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            file.execute(CreateIndex(index, if_not_exists=True))
    for statement in SEARCH_TABLES:
        file.raw.execute(statement)
