"""The books are looked through in words, and put right by entries that say so; on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from site_sync.domain.stock import StockLevel
from site_sync.service import reservations, soundness
from site_sync.service.database import tables as t
from site_sync.service.settings_audit import Author
from site_sync.service.soundness import Finding
from site_sync.service.wiring import Site
from tests.service.shop import NOON, STOVE, Commands, new_line
from tests.service.tills import Till


def found(site: Site) -> list[Finding]:
    """Everything that does not agree."""
    return [one for _, some in site.database.read(soundness.looked_through) for one in some]


def run(site: Site, statement: Executable) -> None:
    """Change a table behind the service's back."""
    site.database.write(lambda tx: tx.execute(statement) and None)


def put_right(site: Site, one: Finding, at: datetime = NOON) -> bool:
    """Put one finding right as the operator."""
    author = Author.operator(at)
    return site.database.write(lambda tx: soundness.put_right(tx, one, author, site.new_id()))


def balance(amount: int, paid_in: int) -> list[Executable]:
    """A gift card that holds an amount, and its one entry."""
    card = {"kind": "gift_card", "key": "GC1", "currency": "EUR"}
    entry = {"id": "e1", "amount": paid_in, "reason": "sold", "at": NOON, "command_id": "c1"}
    return [
        insert(t.balances).values(balance=amount, changed_at=NOON, **card),
        insert(t.balance_entries).values(**card, **entry),
    ]


JACKET_HERE = (t.stock.c.sku == "JKT", t.stock.c.store == "S01")
BREAKS: dict[str, list[Executable]] = {
    "reserved": [update(t.stock).where(*JACKET_HERE).values(reserved=9)],
    "journal": [update(t.journal).where(t.journal.c.sku == "JKT", t.journal.c.line > 0).values(quantity=-3)],
    "leased": [update(t.stock).where(*JACKET_HERE).values(leased=3)],
    "balances": balance(900, 1_000),
    "told": [update(t.changes).where(t.changes.c.kind == "order").values(version=0)],
    "feed": [delete(t.changes).where(t.changes.c.position == 5)],
}
UNDECIDED: dict[str, list[Executable]] = {
    "closed": [update(t.orders).values(stage="done")],
    "ledger": [
        insert(t.ledger).values(account="cash", amount=5, currency="EUR", command_id="c9", at=NOON),
    ],
    "sequences": [update(t.devices).values(next_seq=1)],
}


@pytest.fixture
def busy(site: Site, till: Till) -> Site:
    """A site with two orders of a till."""
    commands = Commands()
    till.give(commands.create())
    till.give(commands.create(new_line(STOVE, 2)))
    assert found(site) == []
    return site


def test_each_break_is_found_and_put_right_once(busy: Site) -> None:
    for name, statements in BREAKS.items():
        for statement in statements:
            run(busy, statement)
        broken = [one for one in found(busy) if one.check == name]
        assert broken, name
        for one in (*broken, *broken):  # a second press of the button changes nothing more
            assert put_right(busy, one)
        assert found(busy) == [], name
    corrected = select(t.journal.c.quantity, t.journal.c.staff).where(t.journal.c.reason == "corrected")
    entries = busy.database.read(lambda db: set(db.execute(corrected).all()))
    assert entries == {(8, "the command line"), (2, "the command line")}


def test_what_is_wrong_with_goods_that_have_a_stroke_in_their_name_is_put_right_too(
    site: Site, till: Till
) -> None:
    bolt = replace(STOVE, sku="BOLT/M8")
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel(bolt.sku, "S01", 5)]))
    till.give(Commands().create(new_line(bolt, 2)))
    run(site, delete(t.journal).where(t.journal.c.sku == bolt.sku))
    (one,) = found(site)
    assert put_right(site, one)
    assert found(site) == []


def test_what_a_person_has_to_decide_is_told_and_left_alone(busy: Site) -> None:
    for name, statements in UNDECIDED.items():
        for statement in statements:
            run(busy, statement)
        broken = [one for one in found(busy) if one.check == name]
        assert broken, name
        assert not any(put_right(busy, one) for one in broken)
        assert [one for one in found(busy) if one.check == name] == broken
