"""`python -m tests.security.left_behind FOLDER`: looks for secrets in whatever tests left there.

Looks into every table of every SQLite file, into logs, journals, dumps and the members of backups and support
files, for payment card numbers as people write them, keys of web shops, signing secrets, keys of second
factors, tokens of customers' codes and pages, secrets of the tills that stand there, the PIN that tests give
people, and the person whom they have forgotten. `pytest --basetemp FOLDER` leaves the files of all tests
there; `--database URL` adds a database of PostgreSQL as it is now.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple

from sqlalchemy import MetaData, create_engine, select

from site_sync.domain.card_numbers import RUN, mask_card_numbers
from site_sync.domain.codes import TOKEN_LENGTH, barcode_is_valid
from tests.desks import PIN
from tests.together.test_forgotten_people import WORDS

SQLITE = b"SQLite format 3\0"
BROKEN = (sqlite3.DatabaseError, zipfile.BadZipFile, zlib.error, EOFError)
TEXT = {".log", ".jsonl", ".txt", ".json", ".journal", ".sql"}
CARD = re.compile(rf"(?<![\w.+-]){RUN}(?![\w.-])")
LONGEST_GROUP = 6
"""Cards are written in groups of four to six; longer ones beside one another are two numbers."""
SHOWN_ONCE = re.compile(r"\b(?:hk_[0-9a-f]{64}|whsec_[A-Za-z0-9+/]{32}=*|otpauth://\S+)")
OF_CUSTOMERS = re.compile(rf"(?<![A-Za-z0-9])[A-Z2-7]{{{TOKEN_LENGTH}}}(?![A-Za-z0-9])")
GIVEN_PIN = re.compile(rf"(?<![\w.+-]){PIN}(?![\w.-])")
FORGOTTEN = re.compile("|".join(re.escape(word.decode()) for word in WORDS))
BETWEEN = "\x1f"
"""Stands between the columns of a row, so that two numbers beside one another are not read as one."""
WORKER = "popen-"
THEIRS = frozenset({"browser", "order.txt"})
"""What a customer's browser and a shop's program keep of what they were told."""
SHORTEST_SECRET = 20
"""Characters; what tests give as a token for short is found in any text."""
ON_PAPER = "print_jobs"
"""Papers bear the codes that customers show; they go after a month."""
OWN = "identity"
"""The table and the files in which a till keeps its own token and key."""


class Piece(NamedTuple):
    """A text and where it stands: its file, and in it the table or member."""

    file: Path
    name: str
    text: str

    @property
    def own(self) -> bool:
        """Whether a till keeps its own secrets here."""
        return OWN in (self.name, self.file.name.partition(".")[0])


def card_numbers(text: str) -> list[str]:
    """Long numbers that stand alone and check as card numbers do; a barcode may do so by chance."""
    runs = (found.group() for found in CARD.finditer(text))
    return [
        run
        for run in runs
        if mask_card_numbers(run) != run and not barcode_is_valid(run) and _grouped_as_cards_are(run)
    ]


def _grouped_as_cards_are(run: str) -> bool:
    groups = re.split("[ -]", run)
    return len(groups) == 1 or max(map(len, groups)) <= LONGEST_GROUP


def kept(file: Path) -> Iterator[tuple[str, str]]:
    """Every row of every table of a SQLite file as one text, with its table's name."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, BETWEEN.join(str(value) for value in row if value is not None)


def stored(url: str) -> Iterator[tuple[str, str]]:
    """The same of a database of PostgreSQL."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            known = MetaData()
            known.reflect(connection)
            for table in known.tables.values():
                for row in connection.execute(select(table)):
                    yield table.name, BETWEEN.join(str(value) for value in row if value is not None)
    finally:
        engine.dispose()


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """What a file tells, in pieces with names; nothing when it is of no kind that is looked into."""
    with file.open("rb") as opened:
        begins = opened.read(len(SQLITE))
    if begins == SQLITE:
        yield from kept(file)
    elif begins.startswith(b"PK\3\4"):
        with zipfile.ZipFile(file) as bundle:
            yield from ((name, bundle.read(name).decode(errors="replace")) for name in bundle.namelist())
    elif file.suffix in TEXT:
        yield "", file.read_text(encoding="utf-8", errors="replace")


def _of_a_till(file: Path) -> set[str]:
    """The token and the key that a till keeps in its file; none of what is no till's file."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = connection.execute(f"SELECT token, code_key FROM {OWN}").fetchall()
    except sqlite3.DatabaseError:
        return set()
    return {secret for row in rows for secret in row if secret and len(secret) >= SHORTEST_SECRET}


class Look:
    """A look through what stands together: the files of one test, or a database."""

    def __init__(self) -> None:
        self.looked = 0
        self._pieces: list[Piece] = []
        self._tills: set[str] = set()

    def at(self, file: Path) -> None:
        """Read a file; one that a test broke on purpose tells nothing."""
        try:
            pieces = [Piece(file, name, text) for name, text in texts(file)]
        except BROKEN:
            return
        self.looked += bool(pieces)
        self._pieces += pieces
        if any(piece.name == OWN for piece in pieces):
            self._tills |= _of_a_till(file)

    def into(self, url: str) -> None:
        """Read a database."""
        self._pieces += [Piece(Path("database"), name, text) for name, text in stored(url)]
        self.looked += 1

    def found(self) -> list[str]:
        """Each place in which a secret stands, with the secret."""
        forgets = any(_forgets(piece) for piece in self._pieces)
        return [
            f"{piece.file} {piece.name}: {secret}"
            for piece in self._pieces
            for secret in self._secrets(piece, forgets=forgets)
        ]

    def _secrets(self, piece: Piece, *, forgets: bool) -> Iterator[str]:
        text = piece.text
        yield from card_numbers(text)
        yield from SHOWN_ONCE.findall(text)
        yield from GIVEN_PIN.findall(text)
        if piece.name != ON_PAPER:
            yield from (one for one in OF_CUSTOMERS.findall(text) if one != ascii_uppercase)
        if not piece.own:
            yield from (secret for secret in sorted(self._tills) if secret in text)
        if forgets:
            yield from FORGOTTEN.findall(text)


def _forgets(piece: Piece) -> bool:
    """Whether it is an entry of the audit that somebody was forgotten who asked for it, and not by age."""
    told = set(piece.text.split(BETWEEN)) if piece.name == "settings_changes" else set()
    return {"person", "removed"} <= told and "by age" not in told


def left_in(folder: Path) -> tuple[int, list[str]]:
    """How many files were looked into, and each place in which a secret stands; each test has its folder.

    Of tests that ran side by side the folders lie in one of each worker.
    """
    looks: dict[tuple[str, ...], Look] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        parts = file.relative_to(folder).parts
        if not THEIRS.isdisjoint(parts):
            continue
        looks.setdefault(parts[: 2 if parts[0].startswith(WORKER) else 1], Look()).at(file)
    found = [place for look in looks.values() for place in look.found()]
    return sum(look.looked for look in looks.values()), found


def main() -> int:
    """Look through a folder, and a database if one is named; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.left_behind")
    parser.add_argument("folder", type=Path, help="where the tests left their files")
    parser.add_argument("--database", help="address of a database of PostgreSQL that tests have filled")
    asked = parser.parse_args()
    looked, found = left_in(asked.folder)
    if asked.database:
        look = Look()
        look.into(asked.database)
        looked, found = looked + look.looked, found + look.found()
    print(*found, f"{looked} looked into, {len(found)} secrets", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
