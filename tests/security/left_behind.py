"""`python -m tests.security.left_behind FOLDER`: looks for secrets in whatever tests left there.

Looks into every table of every SQLite file, into logs, journals and the members of support files, for payment
card numbers, keys of web shops, signing secrets and keys of second factors. `pytest --basetemp FOLDER` leaves
the files of all tests there.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.codes import barcode_is_valid

SQLITE = b"SQLite format 3\0"
TEXT = {".log", ".jsonl", ".txt", ".json", ".journal"}
LONG_NUMBER = re.compile(r"(?<![\w.+-])\d{13,19}(?![\w.-])")
SHOWN_ONCE = re.compile(r"\b(?:hk_[0-9a-f]{64}|whsec_[A-Za-z0-9+/]{32}=*|otpauth://\S+)")


def card_numbers(text: str) -> list[str]:
    """Long numbers that stand alone and check as card numbers do; a barcode may do so by chance."""
    return [
        run
        for run in LONG_NUMBER.findall(text)
        if mask_card_numbers(run) != run and not barcode_is_valid(run)
    ]


def secrets(text: str) -> list[str]:
    """What is shown once and kept nowhere."""
    return card_numbers(text) + SHOWN_ONCE.findall(text)


def kept(file: Path) -> Iterator[tuple[str, str]]:
    """Every row of every table of a SQLite file as one text, with its table's name."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, " ".join(str(value) for value in row if value is not None)


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


def left_in(folder: Path) -> tuple[int, list[str]]:
    """How many files were looked into, and each place in which a secret stands."""
    looked, found = 0, []
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        try:
            pieces = list(texts(file))
        except (sqlite3.DatabaseError, zipfile.BadZipFile):
            continue  # a file that a test broke on purpose
        looked += bool(pieces)
        found += [f"{file} {name}: {secret}" for name, text in pieces for secret in secrets(text)]
    return looked, found


def main() -> int:
    """Look through a folder; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.left_behind")
    parser.add_argument("folder", type=Path, help="where the tests left their files")
    looked, found = left_in(parser.parse_args().folder)
    print(*found, f"{looked} files, {len(found)} secrets", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
