"""Migrations lead to the tables that the code works with."""

from __future__ import annotations

import ast
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, inspect, select

from site_sync.domain.customers import Customer
from site_sync.domain.search_words import words_of
from site_sync.service.database import metadata
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.migrate import current_revision, head_revision, lay_tables, migrate
from site_sync.service.database.migrations import versions
from site_sync.service.order_rows import order_row
from tests.builders import later, line, order, quote
from tests.fixtures.postgres import PostgresServer

RETURNS = t.return_lines.name


def differences(connection: Connection) -> list[object]:
    """What the tables of a database lack of those in the code, or have too many."""
    return list(compare_metadata(MigrationContext.configure(connection), t.metadata))


def test_migrations_make_the_tables_of_the_code(empty_database: Database) -> None:
    assert empty_database.read(current_revision) == head_revision()
    assert empty_database.read(differences) == []


def test_a_step_that_was_taken_does_not_change_with_the_program() -> None:
    for path in sorted(Path(versions.__path__[0]).glob("r*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        named |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        ours = {name for name in named if name.startswith("site_sync")}
        assert ours <= {metadata.__name__}, path.name


def test_migrating_twice_or_at_once_changes_nothing_more(postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    url = postgres_server.url(name)
    threads = [threading.Thread(target=migrate, args=(url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    migrate(url)
    postgres_server.drop_database(name)


def _keep_orders(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Orders in a table of an older revision, which lacks columns that came later."""
    there = {column["name"] for column in inspect(connection).get_columns("orders")}
    orders = Table("orders", MetaData(), *(Column(c.name, c.type) for c in t.orders.c if c.name in there))
    older = [{name: value for name, value in row.items() if name in there} for row in rows]
    connection.execute(insert(orders), older)


_ENTRY = {"order_id": "o", "line": 1, "sku": "JKT", "store": "S01", "quantity": -1, "command_id": "c"}
_POSTED = (
    _ENTRY | {"reason": "created", "at": later(1), "state": "posted"},
    _ENTRY | {"reason": "created", "at": later(2), "state": "open", "line": 2},
    _ENTRY | {"reason": "collected", "at": later(3), "state": "posted"},
    _ENTRY | {"reason": "corrected", "at": later(4), "state": "posted", "order_id": ""},
    _ENTRY | {"reason": "corrected", "at": later(5), "state": "posted", "order_id": ""},
)
_POSTED_AT = [later(3), None, later(3), later(4), later(5)]
"""When entries of a stock reservation journal were posted that did not say so themselves."""


def test_returns_and_journals_kept_before_stay_and_a_return_may_be_of_two_receipts(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    one = {"id": "back", "line": 1, "units": 1, "state": "back", "expires_at": later(1), "at": later(1)}
    one |= {"device": "d", "store": "S01", "till": "02", "staff": "Anna", "number": "R3"}
    name = postgres_server.create_database()
    for url in (f"sqlite:///{tmp_path / 'site.sqlite'}", postgres_server.url(name)):
        engine = create_engine(url)
        with engine.begin() as connection:
            lay_tables(connection, "0021")
            connection.execute(insert(t.return_lines), one | {"sale_id": "sale-1"})
            connection.execute(insert(t.journal), list(_POSTED))
        migrate(url)
        with engine.begin() as connection:
            connection.execute(insert(t.return_lines), one | {"sale_id": "sale-2"})
            kept = connection.execute(select(t.return_lines).order_by(t.return_lines.c.sale_id)).mappings()
            assert list(kept) == [one | {"sale_id": "sale-1"}, one | {"sale_id": "sale-2"}]
            posted = connection.execute(select(t.journal.c.posted_at).order_by(t.journal.c.id)).scalars()
            assert list(posted) == _POSTED_AT
            looked = inspect(connection)
            key, checks = looked.get_pk_constraint(RETURNS), looked.get_check_constraints(RETURNS)
            assert (key["name"], key["constrained_columns"]) == ("pk_return_lines", ["id", "line", "sale_id"])
            assert [check["name"] for check in checks] == ["ck_return_lines_units_positive"]
            assert [index["name"] for index in looked.get_indexes(RETURNS)] == ["ix_return_lines_sale_id"]
        engine.dispose()
    postgres_server.drop_database(name)


def test_orders_kept_before_are_found_by_their_words_and_told_when_they_are_due(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    kept = {
        "promised": replace(order(), promised_at=later(1)),
        "unpromised": order(),
        "ready": replace(order(line(picked=1)), promised_at=later(1), collect_by=later(48)),
        "quote": quote(),
        "over": replace(order(line(collected=1)), promised_at=later(1), collect_by=later(48)),
    }
    due = {
        "promised": later(1),
        "unpromised": None,
        "ready": later(48),
        "quote": later(24 * 30),
        "over": None,
    }
    maria = Customer(name="Maria Jensen", phone="+4512345678", email="Maria@example.com", member_card="VIP-1")
    given = [replace(one, id=name, number=f"S01-02-0{name}", customer=maria) for name, one in kept.items()]
    rows = [order_row(one) for one in given]
    name = postgres_server.create_database()
    for url in (f"sqlite:///{tmp_path / 'site.sqlite'}", postgres_server.url(name)):
        engine = create_engine(url)
        with engine.begin() as connection:
            lay_tables(connection, "0012")
            _keep_orders(connection, rows)
        migrate(url)
        with engine.connect() as connection:
            found = connection.execute(select(t.orders.c.id, t.orders.c.due_at)).all()
            words = connection.execute(select(t.order_words.c.order_id, t.order_words.c.word)).all()
        engine.dispose()
        assert {tuple(row) for row in words} == {(one.id, word) for one in given for word in words_of(one)}
        assert {row.id: row.due_at for row in found} == due
    postgres_server.drop_database(name)
