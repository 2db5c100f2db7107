"""Finished ordinary sales of this till, and carts that were parked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Table, Text

from pos_app.store.metadata import metadata
from pos_app.store.till_file import TillFile
from site_sync.domain.sales import Sale
from site_sync.protocol.codec import SALE

foreign_sales = Table(
    "foreign_sales",
    metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("number", "at", "body")),
    Index("foreign_sales_by_number", "number"),
)
"""Sales of other tills that the site told of, because their goods come back here."""

sale_returns = Table(
    "sale_returns",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("of_sale", "by_sale")),
    sqlite_with_rowid=False,
)
"""Which sales took back goods of which sale, as the notes of their lines say."""

_RETURNS = (
    "SELECT coalesce(s.body, f.body) FROM sale_returns r LEFT JOIN sales s ON s.id = r.by_sale "
    "LEFT JOIN foreign_sales f ON f.id = r.by_sale "
    "WHERE r.of_sale = ? AND coalesce(s.id, f.id) IS NOT NULL ORDER BY r.by_sale"
)


@dataclass(frozen=True, slots=True)
class ParkedSale:
    """A cart laid aside: its text as the operations wrote it, and what is shown of it in the list."""

    id: str
    at: datetime
    staff: str
    note: str
    total: int
    body: str


def note_returns(raw: sqlite3.Connection, sale: Sale) -> None:
    """Write down whose goods a sale took back."""
    of = {line.returned[0] for line in sale.lines if line.returned is not None}
    raw.executemany("INSERT OR IGNORE INTO sale_returns VALUES (?, ?)", [(one, sale.id) for one in of])


class Sales:
    """Receipts by number, parked carts by id."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def keep(self, sale: Sale) -> None:
        """Keep a finished sale."""
        self._file.raw.execute(
            "INSERT INTO sales (id, number, at, shift, total, body) VALUES (?, ?, ?, ?, ?, ?)",
            (sale.id, sale.number, sale.at.isoformat(), sale.shift, sale.total, SALE.text(sale)),
        )
        self.note_returns(sale)

    def note_returns(self, sale: Sale) -> None:
        """Remember whose goods a sale that is kept took back."""
        note_returns(self._file.raw, sale)

    def by_number(self, number: str) -> Sale | None:
        """The sale with this receipt number."""
        row = self._file.raw.execute("SELECT body FROM sales WHERE number = ?", (number,)).fetchone()
        return SALE.load(row[0]) if row else None

    def get(self, sale_id: str) -> Sale | None:
        """The sale of that id, of this till or told by the site of another one."""
        for table in ("sales", "foreign_sales"):
            row = self._file.raw.execute(f"SELECT body FROM {table} WHERE id = ?", (sale_id,)).fetchone()  # noqa: S608
            if row:
                return SALE.load(row[0])
        return None

    def keep_foreign(self, sales: Iterable[Sale]) -> None:
        """Keep sales of other tills, whose goods are taken back here."""
        told = tuple(sales)
        rows = [(sale.id, sale.number, sale.at.isoformat(), SALE.text(sale)) for sale in told]
        with self._file.transaction():
            self._file.raw.executemany(
                "INSERT INTO foreign_sales (id, number, at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                rows,
            )
            for sale in told:
                self.note_returns(sale)

    def foreign(self, number: str) -> Sale | None:
        """The sale of another till with this receipt number, once the site has told of it."""
        query = "SELECT body FROM foreign_sales WHERE number = ?"
        row = self._file.raw.execute(query, (number,)).fetchone()
        return SALE.load(row[0]) if row else None

    def newest(self, limit: int = 50) -> tuple[Sale, ...]:
        """The latest sales."""
        rows = self._file.raw.execute("SELECT body FROM sales ORDER BY at DESC LIMIT ?", (limit,))
        return tuple(SALE.load(row[0]) for row in rows)

    def of_shift(self, shift_id: str) -> tuple[Sale, ...]:
        """The sales of a shift."""
        rows = self._file.raw.execute("SELECT body FROM sales WHERE shift = ?", (shift_id,))
        return tuple(SALE.load(body) for (body,) in rows)

    def count_copy(self, sale_id: str) -> int:
        """Count one more copy of a receipt; its number."""
        with self._file.transaction():
            row = self._file.raw.execute(
                "UPDATE sales SET copies = copies + 1 WHERE id = ? RETURNING copies", (sale_id,)
            ).fetchone()
        return int(row[0])

    def returns_of(self, sale_id: str) -> tuple[Sale, ...]:
        """The sales that took goods of a sale back; they say whose line they are in their note."""
        rows = self._file.raw.execute(_RETURNS, (sale_id,))
        return tuple(SALE.load(body) for (body,) in rows)

    def park(self, parked: ParkedSale) -> None:
        """Lay a cart aside."""
        with self._file.transaction():
            self._file.raw.execute(
                "INSERT INTO parked_sales (id, at, staff, note, total, body) VALUES (?, ?, ?, ?, ?, ?)",
                (parked.id, parked.at.isoformat(), parked.staff, parked.note, parked.total, parked.body),
            )

    def parked(self) -> tuple[ParkedSale, ...]:
        """Carts laid aside, oldest first."""
        rows = self._file.raw.execute("SELECT id, at, staff, note, total, body FROM parked_sales ORDER BY at")
        return tuple(ParkedSale(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows)

    def resume(self, parked_id: str) -> ParkedSale | None:
        """Take a parked cart back; None when it was taken already."""
        with self._file.transaction():
            row = self._file.raw.execute(
                "DELETE FROM parked_sales WHERE id = ? RETURNING id, at, staff, note, total, body",
                (parked_id,),
            ).fetchone()
        return ParkedSale(row[0], datetime.fromisoformat(row[1]), *row[2:]) if row else None
