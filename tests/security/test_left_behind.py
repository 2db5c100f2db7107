"""The look through what tests leave finds secrets in tables, dumps, bundles and logs, and nothing else."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.desks import PIN
from tests.security.left_behind import Look, left_in

CARD = "4111111111111111"
IN_GROUPS = "4111 1111-1111 1111"
TOKEN, KEY = "f0" * 32, "e1" * 32
CODE = "CO1.S01-02-000004-7.7YVZ2JBPO62NCNJTOLMAM6IM5Q"
FORGOTTEN = ("person", "removed", '{"orders":1}')
"""An entry of the audit that somebody was forgotten."""


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Path]:
    """A folder for what is planted, gone before anybody looks through what these tests leave."""
    (tmp_path / "left").mkdir()
    yield tmp_path / "left"
    shutil.rmtree(tmp_path / "left")


def _lay(file: Path, table: str, *rows: tuple[str, ...]) -> None:
    """A table with rows of texts, in an SQLite file."""
    names = {"identity": "token, code_key"}.get(table, ", ".join(f"c{n}" for n in range(len(rows[0]))))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"CREATE TABLE {table} ({names})")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _found(folder: Path) -> list[str]:
    """What was found, without the files' places."""
    return [line.removeprefix(f"{folder}/") for line in left_in(folder)[1]]


def test_secrets_are_found_where_they_stand(left: Path) -> None:
    _lay(left / "till.sqlite", "notes", (f"paid with {CARD}",), ("paid with **** 1111",))
    with zipfile.ZipFile(left / "support.zip", "w") as bundle:
        bundle.writestr("settings.json", f'{{"key": "hk_{"0f" * 32}"}}')
    (left / "site.log").write_text("rang +4945132000102, item 5799410002514\n", encoding="utf-8")
    (left / "torn.sqlite").write_bytes(b"SQLite format 3\0" + b"\7" * 5000)
    looked, found = left_in(left)
    assert looked == 3
    assert [line.partition(" ")[2] for line in found] == [
        f"settings.json: hk_{'0f' * 32}",
        f"notes: {CARD}",
    ]


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        (IN_GROUPS, IN_GROUPS), (PIN, PIN), (CODE, CODE[-26:]), (f"/o/{CODE[-26:]}", CODE[-26:]),
        (f"whsec_{'c2Vj' * 8}", f"whsec_{'c2Vj' * 8}"), ("otpauth://totp/anna", "otpauth://totp/anna"),
    ],
)  # fmt: skip
def test_each_kind_is_found_in_a_log_and_in_a_dump(left: Path, written: str, secret: str) -> None:
    for name in ("site.log", "site.sql"):
        folder = left / name
        folder.mkdir()
        (folder / name).write_text(f"before\tit {written}\tafter\n", encoding="utf-8")
    assert _found(left) == [f"{name}/{name} : {secret}" for name in ("site.log", "site.sql")]


def test_a_tills_secrets_stand_with_it_alone(left: Path) -> None:
    for name, held in (("one", "nothing"), ("two", TOKEN), ("three", KEY)):
        (left / name).mkdir()
        _lay(left / name / "till.sqlite", "identity", (TOKEN, KEY))
        (left / name / "identity.json").write_text(f'{{"token": "{TOKEN}"}}', encoding="utf-8")
        _lay(left / name / "site.sqlite", "devices", (held,))
    assert _found(left) == [f"three/site.sqlite devices: {KEY}", f"two/site.sqlite devices: {TOKEN}"]


def test_a_person_is_looked_for_where_they_were_forgotten(left: Path) -> None:
    for name in ("forgot", "knows"):
        (left / name).mkdir()
        _lay(left / name / "till.sqlite", "history", ("call Quirina first",))
    _lay(left / "forgot" / "site.sqlite", "settings_changes", FORGOTTEN)
    assert _found(left) == ["forgot/till.sqlite history: Quirina"]


def test_papers_bear_codes_and_numbers_beside_one_another_are_no_card(left: Path) -> None:
    _lay(left / "till.sqlite", "print_jobs", (CODE,))
    _lay(left / "site.sqlite", "customers", ("6701740620 701740620", "411111", "1111111111"))
    assert _found(left) == []


def test_a_database_is_looked_into(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (text text)"))
        connection.execute(text("INSERT INTO notes VALUES (:card)"), {"card": f"card {IN_GROUPS}"})
    engine.dispose()
    look = Look()
    look.into(postgres_database)
    assert (look.looked, look.found()) == (1, [f"database notes: {IN_GROUPS}"])
