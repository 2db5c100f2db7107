"""The words that an order is found by, kept beside it so that a search reads few rows among millions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from site_sync.domain.orders import Order
from site_sync.domain.search_words import beginnings, words_of
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Executor, Transaction

FEW = 1000
"""So many orders are named one by one; of words that more have, the newest orders are looked through."""
_AFTER_ALL = "\U0010ffff"
_INSERT = Prepared(insert(t.order_words), ["order_id", "word"])


def write(tx: Transaction, before: Order | None, order: Order) -> None:
    """Keep the words of an order as it is now."""
    old = words_of(before) if before is not None else frozenset[str]()
    new = words_of(order)
    if gone := old - new:
        words = t.order_words.c
        tx.execute(delete(t.order_words).where(words.order_id == order.id, words.word.in_(gone)))
    _INSERT.run(tx, [{"order_id": order.id, "word": word} for word in sorted(new - old)])


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return or_(*(and_(column >= start, column < start + _AFTER_ALL) for start in beginnings(text)))


def matching(db: Executor, text: str) -> ColumnElement[bool]:
    """Orders that a text may mean: number, shop's number, card, e-mail, end of the phone, name."""
    words, order_id = t.order_words.c, t.orders.c.id
    begins = _begins(words.word, text)
    ids = db.execute(select(words.order_id).where(begins).distinct().limit(FEW + 1)).scalars().all()
    if len(ids) <= FEW:
        return order_id.in_(ids)
    return select(words.order_id).where(words.order_id == order_id, begins).exists()
