"""Orders are found by the beginnings of what people know of them, few or very many."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from site_sync.domain.commands import Amend
from site_sync.domain.customers import Customer
from site_sync.service import order_words
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from tests.service.shop import STOVE, Commands, new_line
from tests.service.test_enquiries import apply

MARIA = Customer("c1", "Maria van Dahl", "+4520203040", "maria@example.com", "M-77")


def _found(database: Database, text: str) -> set[str]:
    def look(db: object) -> set[str]:
        query = select(t.orders.c.number).where(order_words.matching(db, text))  # type: ignore[arg-type]
        return set(db.execute(query).scalars())  # type: ignore[attr-defined]

    return database.read(look)


def test_a_changed_name_is_found_and_the_old_one_is_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = Commands()
    first = apply(database, till.create(new_line(STOVE)))
    second = apply(database, till.create(new_line(STOVE)))
    apply(database, till.give(first.id, Amend(customer=replace(MARIA, id=first.customer.id))))
    assert _found(database, "dahl") == {first.number}
    assert _found(database, "jensen") == {second.number}
    for few in (order_words.FEW, 0):
        monkeypatch.setattr(order_words, "FEW", few)
        assert _found(database, "s01-02") == {first.number, second.number}
        assert _found(database, "%") == set()
