"""Numbers for orders that no till made: taken in blocks, so that no order waits for another's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import delete, insert, select, update

from site_sync.domain.numbers import Numbering, web_number
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor, Transaction

WEB_ORDERS = "web_orders"
BLOCK = 20
Made = TypeVar("Made")


class NumberPassed(Exception):
    """The shop has gone on to higher numbers than this one: `least` is the first of them."""

    def __init__(self, least: int) -> None:
        super().__init__(least)
        self.least = least


def numbered(counter: int, style: Numbering) -> str:
    """The number `W-000482-9` of an order, as the shop numbers now."""
    if counter < style.web_next:
        raise NumberPassed(style.web_next)
    return web_number(counter, style)


class WebNumbers:
    """Gives each order of a web shop a number of its own; those of a block left over are skipped."""

    def __init__(self, database: Database, block: int = BLOCK) -> None:
        self._database = database
        self._block = block
        self._lock = threading.Lock()
        self._next, self._end = 1, 0

    def next(self, least: int = 1) -> int:
        """A counter that no order has, not below `least`; not to be called within a transaction."""
        with self._lock:
            self._next = max(self._next, least)
            if self._next > self._end:
                self._end = self._database.write(self._take)
                self._next = max(self._end - self._block + 1, least)
            counter, self._next = self._next, self._next + 1
        return counter

    def used_by(self, work: Callable[[int], Made], counter: int) -> Made:
        """What some work makes of a counter, or of a later one where the shop has gone on."""
        while True:
            try:
                return work(counter)
            except NumberPassed as passed:
                counter = self.next(passed.least)

    def _take(self, tx: Transaction) -> int:
        c = t.counters.c
        taken = tx.execute(
            update(t.counters)
            .where(c.name == WEB_ORDERS)
            .values(value=c.value + self._block)
            .returning(c.value)
        ).scalar_one_or_none()
        if taken is None:
            tx.execute(insert(t.counters), {"name": WEB_ORDERS, "value": self._block})
        return self._block if taken is None else int(taken)


def given_out(db: Executor) -> int:
    """The highest number that may have been given out."""
    c = t.counters.c
    return db.execute(select(c.value).where(c.name == WEB_ORDERS)).scalar_one_or_none() or 0


def begin_after(tx: Transaction, counter: int) -> None:
    """Leave out the numbers up to that counter, which orders brought from elsewhere bear."""
    c = t.counters.c
    tx.execute(delete(t.counters).where(c.name == WEB_ORDERS, c.value < counter))
    if tx.execute(select(c.value).where(c.name == WEB_ORDERS)).first() is None:
        tx.execute(insert(t.counters), {"name": WEB_ORDERS, "value": counter})
