"""Movements of goods that sales and tables of goods leave behind, beside those of stock documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from site_sync.domain.sales import Sale
from site_sync.domain.stock import StockLevel
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author

SALE, TABLE = "sale", "table"
_INSERT = Prepared(insert(t.stock_movements), [name for name in t.stock_movements.c.keys() if name != "id"])  # noqa: SIM118
Levels = Mapping[tuple[str, str], tuple[StockLevel | None, StockLevel]]


def of_sale(tx: Transaction, sale: Sale, at: datetime) -> None:
    """What a sale took from the shelf, or put back on it."""
    blank = {"at": at, "kind": SALE, "staff": sale.by.id, "document": sale.id, "number": sale.number}
    rows: list[dict[str, Any]] = [
        blank | {"store": move.store, "sku": move.sku, "quantity": move.on_hand, "reason": move.reason.value}
        for move in sale.stock
        if move.on_hand
    ]
    _INSERT.run(tx, rows)


def of_table(tx: Transaction, levels: Levels, author: Author) -> None:
    """What a table of goods said was on hand, by how much it differs from before."""
    blank = {"at": author.at, "kind": TABLE, "staff": author.staff}
    blank |= {"reason": "", "document": "", "number": ""}
    rows: list[dict[str, Any]] = []
    for (store, sku), (before, after) in levels.items():
        change = after.on_hand - (before.on_hand if before else 0)
        if change:
            rows.append(blank | {"store": store, "sku": sku, "quantity": change})
    _INSERT.run(tx, rows)
