"""Rows per second of a till's first load as the site writes it, against a bare copy of the same rows."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from time import perf_counter

from site_sync.service.snapshot import SnapshotShelf, Sort
from tests.bench.figures import Figure
from tests.bench.grown_site import grow
from tests.bench.growth import calling, templates
from tests.bench.web_orders import lay_out, open_site_at

ORDERS = 20_000
BARE_SHARE = 0.25
_RECORDS = "CREATE TABLE records (kind TEXT, key TEXT, version INTEGER, body TEXT, PRIMARY KEY (kind, key))"


def _unpacked(packed: Path, plain: Path) -> Path:
    with gzip.open(packed) as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    return plain


def _bare(plain: Path, copy: Path) -> float:
    """Rows per second when the rows of a snapshot are only read, written into a new file and packed."""
    begun = perf_counter()
    with closing(sqlite3.connect(plain)) as source, closing(sqlite3.connect(copy)) as file, file:
        file.execute("PRAGMA journal_mode = OFF")
        file.execute(f"{_RECORDS} WITHOUT ROWID")
        rows = source.execute("SELECT kind, key, version, body FROM records")
        written = file.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows).rowcount
    with copy.open("rb") as read, gzip.open(copy.with_suffix(".gz"), "wb", compresslevel=1) as packed:
        shutil.copyfileobj(read, packed, 1 << 20)
    return written / (perf_counter() - begun)


def _ours(url: str, folder: Path) -> tuple[float, Path]:
    """Rows per second of the shipped shelf, and the file it wrote."""
    site = open_site_at(url, folder)
    begun = perf_counter()
    built = SnapshotShelf(site.database, site.identity.epoch, folder / "shelf").take(Sort("S01"), site.now())
    seconds = perf_counter() - begun
    site.close()
    plain = _unpacked(built.path, folder / "unpacked.sqlite")
    with closing(sqlite3.connect(plain)) as file:
        rows = int(file.execute("SELECT count(*) FROM records").fetchone()[0])
    return rows / seconds, plain


def run() -> list[Figure]:
    """A store with a fortnight of orders."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'site.sqlite'}"
        key = lay_out(url, folder)
        with calling(url, folder, key, count(1)) as caller:
            made = templates(caller)
        grow(url, made, range(1, ORDERS + 1))
        ours, plain = _ours(url, folder)
        bare = _bare(plain, folder / "copy.sqlite")
    note = f"{ORDERS:,} orders of a store with their history; peer: the rows copied and packed"
    return [Figure("site: snapshot rows/s, SQLite", ours, bare, "/s", BARE_SHARE, True, note)]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
