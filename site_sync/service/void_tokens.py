"""Tokens that opened an order once, kept hashed: whoever shows one is told that it was replaced."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from site_sync.domain.commands import Collect, Command
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

_V = t.void_tokens.c


def _hashes(order: Order) -> set[str]:
    return {one for one in (order.code_hash, order.page_hash, order.collector_hash) if one}


def keep(tx: Transaction, before: Order | None, order: Order) -> None:
    """Keep what opened the order before a change and does so no more."""
    void = sorted(_hashes(before) - _hashes(order)) if before else []
    if void:
        tx.execute(delete(t.void_tokens).where(_V.token_hash.in_(void)))
        tx.execute(insert(t.void_tokens), [{"token_hash": one, "order_id": order.id} for one in void])


def is_void(db: Executor, shown: str) -> bool:
    """Whether a token (its hash) was good once."""
    return db.execute(select(_V.order_id).where(_V.token_hash == shown)).first() is not None


def named(db: Executor, command: Command, refusal: Refusal, current: Order | None) -> Refusal:
    """The refusal of a hand-over, where the code that was shown had been replaced; others as they are."""
    collect = command.act if isinstance(command.act, Collect) else getattr(command.act, "collect", None)
    if refusal.code is not Code.CODE_WRONG or not isinstance(collect, Collect) or current is None:
        return refusal
    known = is_void(db, collect.identity.code_hash)
    return Refusal(Code.CODE_REPLACED, {"number": current.number}) if known else refusal


def forget(tx: Transaction, order_ids: Sequence[str]) -> None:
    """Forget the tokens of orders that are forgotten."""
    tx.execute(delete(t.void_tokens).where(_V.order_id.in_(order_ids)))
