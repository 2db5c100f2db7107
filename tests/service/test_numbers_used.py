"""Numbers of a till's place are found by an index, whatever the database sorts by."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, text

from site_sync.service import enrolment
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor
from site_sync.service.wiring import Site
from tests.service.shop import Commands
from tests.service.tills import enrol

BOUNDS = {"first": "S01-02-0", "last": "S01-02-ZZZZ"}


def plan(db: Executor, query: Executable) -> str:
    """How the database looks for something, where reading everything is out of the question."""
    sqlite = db.connection.dialect.name == "sqlite"  # type: ignore[attr-defined]
    if not sqlite:
        db.execute(text("SET LOCAL enable_seqscan = off"))
    asked = text(f"EXPLAIN {'QUERY PLAN ' * sqlite}{query}")
    return "\n".join(str(row) for row in db.execute(asked, BOUNDS))


@pytest.mark.parametrize("query", enrolment._NUMBERS, ids=["orders", "sales"])
def test_an_index_finds_them(empty_database: Database, query: Executable) -> None:
    found = empty_database.write(lambda tx: plan(tx, query))
    assert "USING COVERING INDEX" in found or "Index Cond" in found, found
    assert "number" in found


def test_quotes_count_and_other_places_do_not(site: Site) -> None:
    till, other = enrol(site), enrol(site, till="03")
    for sent, counter, number in ((till, 7, "S01-02-"), (till, 31, "S01-02-ZZZ"), (other, 99, "S01-03-")):
        commands = Commands(till=number[4:6])
        for _ in range(counter):
            commands.id("")
        sent.give(commands.create(number=f"{number}{counter:06d}-1"))
    assert site.database.read(lambda db: enrolment.numbers_used(db, "S01", "02")) == 31
