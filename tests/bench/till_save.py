"""The durable save of a five-line order at the till against a bare SQLite transaction of the same rows."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pos_app.store.store import Store
from pos_app.store.till_file import PRAGMAS
from site_sync.domain.commands import Command, Create
from site_sync.domain.lifecycle import Context, Decision, decide
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import Delivery, OrderKind
from site_sync.domain.permissions import Right
from tests.bench.figures import Figure
from tests.builders import MARIA, NOW, command, new_line, tendered

SAVES = 400
SHADOW = ("orders_search_", "items_search_", "customers_search_")
"""Tables inside the text index, written by the index itself when its row is written."""


def _order(counter: int) -> Command:
    lines = tuple(new_line(f"SKU{number}", 2) for number in range(1, 6))
    act = Create(
        OrderKind.CUSTOMER_ORDER,
        till_number("S01", "02", counter),
        "EUR",
        MARIA,
        Delivery(store="S01"),
        lines,
        payments=(tendered(2_000),),
        code_hash="0" * 64,
        page_hash=f"{counter:064d}",
    )
    return replace(command(f"order-{counter}", act), id=f"command-{counter}")


def _save(store: Store, counter: int) -> None:
    order = _order(counter)
    decision = decide(None, order, Context(NOW, frozenset(Right)))
    if not isinstance(decision, Decision):
        raise TypeError(f"the order was refused: {decision}")
    store.keep_command(order, decision, None)


def _written(statement: str) -> bool:
    words = statement.split(None, 3)
    if words[0] not in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
        return False
    return not any(shadow in statement[:120] for shadow in SHADOW)


def _time(act: Callable[[int], None], number: int) -> float:
    start = perf_counter()
    act(number)
    return perf_counter() - start


def _statements(folder: Path) -> list[list[str]]:
    """What each save writes, as SQL with its values."""
    store = Store(folder)
    statements: list[list[str]] = []
    for counter in range(1, SAVES + 1):
        written: list[str] = []
        store.file.raw.set_trace_callback(written.append)
        _save(store, counter)
        statements.append([text for text in written if _written(text)])
    store.file.raw.set_trace_callback(None)
    store.close()
    return statements


def _bare(folder: Path, statements: list[list[str]]) -> Callable[[int], None]:
    Store(folder).close()
    raw = sqlite3.connect(folder / "till.sqlite", isolation_level=None)
    for pragma in PRAGMAS:
        raw.execute(pragma)

    def save(number: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        for statement in statements[number]:
            raw.execute(statement)
        raw.execute("COMMIT")

    return save


def run() -> list[Figure]:
    """Saves and bare transactions in turns, so that both meet the same disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        statements = _statements(folder / "traced")
        bare = _bare(folder / "bare", statements)
        store = Store(folder / "ours")
        ours, peers = [], []
        for number in range(SAVES):
            ours.append(_time(lambda count: _save(store, count + 1), number))
            peers.append(_time(bare, number))
        store.close()
    value, peer = statistics.median(ours) * 1000, statistics.median(peers) * 1000
    note = f"{len(statements[0])} rows, decision included"
    return [Figure("till: durable save of a 5-line order", value, peer, "ms", 2.0, note=note)]
