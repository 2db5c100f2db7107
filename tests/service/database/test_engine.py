"""Reading and writing: all or nothing, in groups, again after a conflict, one process at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database, open_database
from site_sync.service.database.migrate import migrate, upgrade
from site_sync.service.database.transaction import Changed, Transaction
from tests.service.shop import NOON


def count_up(tx: Transaction, name: str = "n") -> int:
    """Add one to a counter the careless way: read, then write."""
    c = t.counters.c
    lock = select(c.value).where(c.name == name)
    value: int = tx.execute(lock.with_for_update() if tx.postgres else lock).scalar_one()
    tx.execute(t.counters.update().where(c.name == name).values(value=value + 1))
    return value + 1


def value_of(db: Connection, name: str = "n") -> int | None:
    """A counter."""
    return db.execute(select(t.counters.c.value).where(t.counters.c.name == name)).scalar_one_or_none()


def begin_counter(database: Database, name: str = "n") -> None:
    """A counter at 0."""
    database.write(lambda tx: tx.execute(t.counters.insert(), {"name": name, "value": 0}))


def test_writers_do_not_lose_each_others_work(empty_database: Database) -> None:
    begin_counter(empty_database)

    def work() -> None:
        for _ in range(10):
            empty_database.write(count_up)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert empty_database.read(value_of) == 80


def test_work_that_fails_leaves_nothing_and_the_others_of_its_group_stay(empty_database: Database) -> None:
    begin_counter(empty_database)
    outcomes: list[str] = []

    def work(number: int) -> None:
        def act(tx: Transaction) -> None:
            count_up(tx)
            if number % 2:
                raise LookupError("no")

        try:
            empty_database.write(act)
            outcomes.append("done")
        except LookupError:
            outcomes.append("failed")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] * 10 + ["failed"] * 10
    assert empty_database.read(value_of) == 10


def test_several_are_done_in_their_order_and_one_that_fails_says_so_at_its_place(
    empty_database: Database,
) -> None:
    begin_counter(empty_database)

    def fail(tx: Transaction) -> int:
        count_up(tx)
        raise LookupError("no")

    assert list(empty_database.write_each([count_up, count_up, count_up])) == [1, 2, 3]
    results = empty_database.write_each([count_up, fail])
    assert next(results) == 4
    with pytest.raises(LookupError, match="no"):
        next(results)
    assert empty_database.read(value_of) == 4


def test_a_deadlock_is_worked_again(empty_database: Database) -> None:
    begin_counter(empty_database, "a")
    begin_counter(empty_database, "b")
    both = threading.Barrier(2)

    def work(first: str, second: str) -> None:
        tries = 0

        def act(tx: Transaction) -> None:
            nonlocal tries
            tries += 1
            count_up(tx, first)
            if tries == 1 and tx.postgres:
                both.wait(10)
            count_up(tx, second)

        empty_database.write(act)

    threads = [threading.Thread(target=work, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert empty_database.read(lambda db: (value_of(db, "a"), value_of(db, "b"))) == (2, 2)


def test_a_savepoint_takes_back_its_own_work_and_changes(empty_database: Database) -> None:
    def act(tx: Transaction) -> None:
        tx.execute(t.counters.insert(), {"name": "kept", "value": 1})
        tx.changed(Changed("item", "kept"))
        try:
            with tx.savepoint():
                tx.execute(t.counters.insert(), {"name": "lost", "value": 1})
                tx.changed(Changed("item", "lost"))
                tx.execute(t.counters.insert(), {"name": "kept", "value": 2})
        except IntegrityError:
            tx.execute(t.counters.insert(), {"name": "after", "value": 3})

    empty_database.write(act)
    names = empty_database.read(lambda db: set(db.execute(select(t.counters.c.name)).scalars()))
    assert names == {"kept", "after"}
    assert empty_database.read(lambda db: db.execute(select(t.changes.c.key)).scalars().all()) == ["kept"]


def test_a_key_that_is_taken_for_good_is_an_error(empty_database: Database) -> None:
    begin_counter(empty_database)
    with pytest.raises(IntegrityError):
        begin_counter(empty_database)


def test_an_error_says_nothing_of_what_was_to_be_written(empty_database: Database) -> None:
    with pytest.raises(StatementError) as broken:
        empty_database.write(
            lambda tx: tx.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Maria"})
        )
    assert "Maria" not in str(broken.value)


def test_a_reader_cannot_write(empty_database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        empty_database.read(lambda db: db.execute(text("DELETE FROM counters")))


def test_short_statements_wait_for_no_compiler_and_no_workers(empty_postgres: str) -> None:
    def prepares(db: Transaction | Connection) -> tuple[str, str]:
        jit, workers = (
            db.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("jit", "max_parallel_workers_per_gather")
        )
        return jit, workers

    database = open_database(empty_postgres)
    found = database.read(prepares), database.write(prepares)
    database.close()
    assert found == (("off", "0"), ("off", "0"))


def test_times_come_back_in_utc_and_never_without_their_zone(empty_database: Database) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=5)))
    row = {"owner": "o", "key": "k", "body_hash": "h", "subject": "", "at": local}
    empty_database.write(lambda tx: tx.execute(t.idempotency.insert(), row))
    kept = empty_database.read(lambda db: db.execute(select(t.idempotency.c.at)).scalar_one())
    assert kept == NOON
    assert kept.tzinfo is UTC
    naive = {**row, "key": "k2", "at": datetime(2026, 1, 1)}  # noqa: DTZ001
    with pytest.raises(StatementError, match="without its zone"):
        empty_database.write(lambda tx: tx.execute(t.idempotency.insert(), naive))


def test_listeners_hear_of_changes_and_of_nothing_else(empty_database: Database) -> None:
    heads: list[int] = []
    heard = threading.Event()

    def listen(head: int) -> None:
        if head:
            heads.append(head)
            heard.set()

    empty_database.on_commit(listen)
    begin_counter(empty_database)
    while not heard.wait(0.05):
        empty_database.write(lambda tx: tx.changed(Changed("item", "JKT")))
    assert heads[0] >= 1
    assert heads == sorted(heads)


def test_a_database_in_memory_reads_and_writes() -> None:
    database = open_database("sqlite://")
    database.write(lambda tx: upgrade(tx.connection))
    begin_counter(database)
    assert database.write(count_up) == 1
    assert database.read(value_of) == 1
    database.close()


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    migrate(url)
    database = open_database(url)
    database.close()
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        database.write(count_up)


def test_other_engines_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        open_database("mysql://localhost/site")


COUNT_IN_ANOTHER_PROCESS = """
import sys
from site_sync.service.database.engine import open_database
from tests.service.database.test_engine import count_up
database = open_database(sys.argv[1])
for _ in range(40):
    database.write(count_up)
database.close()
"""


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    migrate(url)
    database = open_database(url)
    begin_counter(database)
    others = [subprocess.Popen([sys.executable, "-c", COUNT_IN_ANOTHER_PROCESS, url]) for _ in range(2)]
    for _ in range(40):
        database.write(count_up)
    assert [other.wait(60) for other in others] == [0, 0]
    assert database.read(value_of) == 120
    database.close()
