"""Numbers for orders that no till made: taken in blocks, so that no order waits for another's."""

from __future__ import annotations

import threading

from sqlalchemy import delete, insert, select, update

from site_sync.domain.numbers import web_number
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction

WEB_ORDERS = "web_orders"
BLOCK = 20


class WebNumbers:
    """Gives each order of a web shop its number `W-000482-9`; numbers of a block left over are skipped."""

    def __init__(self, database: Database, block: int = BLOCK) -> None:
        self._database = database
        self._block = block
        self._lock = threading.Lock()
        self._next, self._end = 1, 0

    def next(self) -> str:
        """A number that no order has; not to be called within a transaction."""
        with self._lock:
            if self._next > self._end:
                self._end = self._database.write(self._take)
                self._next = self._end - self._block + 1
            counter, self._next = self._next, self._next + 1
        return web_number(counter)

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


def begin_after(tx: Transaction, counter: int) -> None:
    """Leave out the numbers up to that counter, which orders brought from elsewhere bear."""
    c = t.counters.c
    tx.execute(delete(t.counters).where(c.name == WEB_ORDERS, c.value < counter))
    if tx.execute(select(c.value).where(c.name == WEB_ORDERS)).first() is None:
        tx.execute(insert(t.counters), {"name": WEB_ORDERS, "value": counter})
