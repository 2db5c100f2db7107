"""A site in one SQLite file: copied while it works, and put in the place of another in one step."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from site_sync.forcing import keep_names
from site_sync.private_files import leave_to_owner
from site_sync.service.backup import archive
from site_sync.service.backup.archive import CHUNK, ArchiveWriter
from site_sync.service.backup.describing import describe
from site_sync.service.backup.manifest import BackupDamaged, Described, Manifest
from site_sync.service.database.engine import Database
from site_sync.service.database.migrate import migrate
from site_sync.service.database.sqlite import file_lock, sqlite_engine
from site_sync.service.database.transaction import Transaction

PART = "site.sqlite"
Renew = Callable[[Transaction], object]


def copy_out(database: Database, writer: ArchiveWriter, scratch: Path) -> Described:
    """Copy the database as it is at one moment; whoever writes meanwhile is not held up."""
    scratch.unlink(missing_ok=True)
    os.close(os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(scratch)) as target:
            database.read(lambda db: _driver(db).backup(target))
            target.execute("PRAGMA journal_mode=DELETE")
        check_sound(scratch)
        described = _described(scratch)
        with writer.part(PART) as sink, scratch.open("rb") as source:
            shutil.copyfileobj(source, sink, CHUNK)
    finally:
        scratch.unlink(missing_ok=True)
    return described


def _driver(db: Any) -> sqlite3.Connection:
    driver: sqlite3.Connection = db.connection.driver_connection
    return driver


def check_sound(path: Path) -> None:
    """BackupDamaged when SQLite finds the file to be broken."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupDamaged(f"SQLite cannot read the copy: {error}") from error
    if told != "ok":
        raise BackupDamaged(f"SQLite finds the copy broken: {told}")


def _described(path: Path) -> Described:
    engine = sqlite_engine(f"sqlite:///{path}", reader=True)
    try:
        with engine.connect() as connection:
            return describe(connection)
    finally:
        engine.dispose()


def lay_in(url: str, backup: Path, found: Manifest, renew: Renew, now: datetime) -> Path | None:
    """Put the backup in the place of the site's file; returns where the one before was laid aside.

    All that takes time is done on a draft beside it; then the file is exchanged in one step.
    """
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.restoring")
    with _swept(draft):
        _unpack(backup, draft)
        check_sound(draft)
        if dict(_described(draft).counts) != dict(found.of.counts):
            raise BackupDamaged("the rows in the backup are not those it says it has")
        migrate(f"sqlite:///{draft}")
        _renew(draft, renew)
        with file_lock(url):
            return _exchange(draft, path, f"before-restore-{now:%Y%m%dT%H%M%SZ}")


@contextmanager
def _swept(draft: Path) -> Iterator[None]:
    """Without what is left of an earlier draft, or of this one."""

    def sweep() -> None:
        for end in ("", "-wal", "-shm", "-journal", ".lock"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)

    sweep()
    try:
        yield
    finally:
        sweep()


def _unpack(backup: Path, draft: Path) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        leave_to_owner(handle, draft.parent)
        for chunk in archive.chunks(backup, PART):
            target.write(chunk)


def _renew(draft: Path, renew: Renew) -> None:
    engine = sqlite_engine(f"sqlite:///{draft}", reader=False)
    try:
        with engine.begin() as connection:
            tx = Transaction(connection)
            renew(tx)
            tx.number_changes()
        _fold_log(draft)
    finally:
        engine.dispose()
    with draft.open("rb") as handle:
        os.fsync(handle.fileno())


def _fold_log(path: Path) -> None:
    """Take what stands in the write-ahead log into the file, and the log away."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    if mode != "delete":
        raise BackupDamaged(f"the write-ahead log of {path.name} could not be taken in")


def _exchange(draft: Path, path: Path, mark: str) -> Path | None:
    """Give the draft the site's name; what stood there keeps a name of its own.

    A log left behind would be played into the new file, so it goes first: into a sound file, or aside with a
    broken one. The site is the old one up to the last line of this, and the new one after it.
    """
    aside = path.with_name(f"{path.name}.{mark}") if path.exists() else None
    if aside is not None:
        with suppress(sqlite3.DatabaseError):  # broken: it goes aside as it is
            _fold_log(path)
        shutil.copystat(path, draft)
        _second_name(path, aside)
    for end in ("-wal", "-shm"):
        left = path.with_name(path.name + end)
        if left.exists():
            left.rename(left.with_name(f"{path.name}.{mark}{end}"))
    draft.replace(path)
    keep_names(path.parent)
    return aside


def _second_name(path: Path, aside: Path) -> None:
    aside.unlink(missing_ok=True)
    try:
        os.link(path, aside)
    except OSError:  # a file system without second names
        shutil.copy2(path, aside)
