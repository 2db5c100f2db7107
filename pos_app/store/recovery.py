"""Opening a till's folder whatever its state: a damaged file is laid aside, its commands are saved."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DatabaseError

from pos_app.store import identity_file
from pos_app.store.brought_along import bring_along, legible
from pos_app.store.forgetting import QUARANTINE
from pos_app.store.journal_file import JournalLine, lines
from pos_app.store.outbox import ToSend
from pos_app.store.site_side import NUMBERED
from pos_app.store.soundness import UNREADABLE, Look, commands_sound, take_out
from pos_app.store.store import DATABASE, JOURNAL, Store
from site_sync.domain.commands import Create
from site_sync.domain.numbers import counter_in
from site_sync.forcing import keep_names
from site_sync.protocol.codec import COMMAND, SALE, Malformed, sha256
from site_sync.protocol.envelope import PayloadKind

_log = structlog.get_logger(__name__)

OPEN_MARK = "till.open"
"""Lies beside the file while a till has it open; found at a start, the last till did not end in order."""
SAVED = "saved_of_damaged_file"
"""The setting that tells how many commands were saved, until somebody was told."""
_SAVED_MARK = "saved"
"""Lies beside a file that was laid aside, once all that could be saved of it is in the one after it."""
_SUSPECT = "suspect"
"""What the mark says when something could not be read."""

SEARCHED = (
    ("orders_search", "orders_now", "place"),
    ("items_search", "items", "id"),
    ("customers_search", "customers", "number"),
)
"""Full-text indexes, and the numbers of what they find."""
_SIGNS = ("malformed", "Could not decode", "not a database", "fts5: corrupt")

_PENDING = (
    "SELECT command_id, payload_kind, payload, staff, approver, till_time, order_id, base_version "
    "FROM outbox WHERE state = 'pending' ORDER BY place"
)
_SEALED = _PENDING.replace("base_version", "base_version, payload_hash")
_CREATES = '"kind":"create"'
"""Stands in every command that makes an order, so that few others are read."""
_LET_IN = "SELECT count(*) FROM identity WHERE device <> ''"


@dataclass(frozen=True, slots=True)
class Opened:
    """The store, and what was done to open it: where the damaged file lies, how many commands were saved."""

    store: Store
    quarantine: Path | None = None
    salvaged: int = 0


def open_folder(folder: Path, now: datetime) -> Opened:
    """Open the till's store; a damaged file is quarantined and a new one begun with what could be saved.

    One that is gone although this till was let in counts as damaged: its commands are in the journal.

    Raises FileLocked, SchemaTooNew and UpgradeFailed, which are no damage.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / OPEN_MARK
    look = _how_closely(mark)
    lost = _is_lost(folder)
    unfinished = _unfinished(folder, lost=lost)
    if not (unfinished or lost) and _is_sound(folder / DATABASE, thorough=look is not Look.SMALL):
        _note_saved(*_unsaved(folder))
        crashed = mark.exists()
        mark.touch()
        store = Store(folder)
        mend(store, look)
        if crashed:
            mark.write_text("")
            _complete_journal(store)
        return Opened(store)
    quarantine = _lay_aside(folder, unfinished or _free_place(folder, now))
    mark.write_text("")
    store = Store(folder)
    try:
        salvaged, illegible = _save_into(store, quarantine, now)
    except BaseException:
        store.close()
        raise
    _note_saved(quarantine)
    _log.warning("the till's file was damaged", quarantine=quarantine.name, salvaged=salvaged, lost=illegible)
    return Opened(store, quarantine, salvaged)


def _save_into(store: Store, quarantine: Path, now: datetime) -> tuple[int, tuple[str, ...]]:
    """All of it or nothing, so that a file that knows its till holds what was saved.

    How many commands, and the tables of which not all could be read.
    """
    with store.file.transaction():
        _restore_identity(store.folder, store)
        saved = _salvage(store, quarantine)
        lost = bring_along(store, quarantine / DATABASE, saved)
        store.note_file_begun(now, quarantine.name)
        store.settings.set(SAVED, str(len(saved)))
    return len(saved), lost


def is_damage(error: BaseException) -> bool:
    """Whether an error tells that the file holds what nobody wrote: broken pages, text that is none."""
    if isinstance(error, UnicodeDecodeError | Malformed):
        return True
    cause = error.orig if isinstance(error, DatabaseError) else error
    return any(sign in str(cause) for sign in _SIGNS)


def suspect(folder: Path) -> None:
    """Have the file looked at record by record when it is opened next: something in it could not be read."""
    (folder / OPEN_MARK).write_text(_SUSPECT)


def _how_closely(mark: Path) -> Look:
    if not mark.exists():
        return Look.SMALL
    return Look.CLOSE if mark.read_text() == _SUSPECT else Look.WHOLE


def mend(store: Store, look: Look) -> bool:
    """Take out records that cannot be read and have all sent again by the site; whether there were any."""
    with store.file.transaction():
        tables = take_out(store.file.raw, look)
        if not tables:
            return False
        for search, table, place in SEARCHED:
            store.file.raw.execute(
                f"DELETE FROM {search} WHERE rowid NOT IN (SELECT {place} FROM {table})"  # noqa: S608
            )
        store.orders.settle_all()
        known = store.identity.read()
        store.identity.follow(known.epoch, "")
        store.shop.read_anew()
    _log.warning("records of the till's file could not be read", tables=tables)
    return True


def _complete_journal(store: Store) -> None:
    """Write again what a power cut took out of the journal, which is forced to the disk only now and then."""
    known = {line.command_id for line in lines(store.folder / JOURNAL)}
    rows = store.file.raw.execute(_PENDING).fetchall()
    store.add_to_journal(line for line in (JournalLine(*row) for row in rows) if line.command_id not in known)


def close_folder(store: Store) -> None:
    """Close the store and note that this till ended in order."""
    store.close()
    (store.folder / OPEN_MARK).unlink(missing_ok=True)


def _is_lost(folder: Path) -> bool:
    """Whether this till was let in once and its file knows nothing of it: it is gone, empty or begun anew.

    The last is left by a till that ended before what was saved of a damaged file was in the new one.
    """
    if identity_file.read(folder) is None:
        return False
    path = folder / DATABASE
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            return not connection.execute(_LET_IN).fetchone()[0]
    except UNREADABLE as error:  # a damaged schema is told in bytes that are no text
        return "no such table" in str(error)  # whatever else is wrong with it is for `_is_sound` to say


def _is_sound(path: Path, *, thorough: bool) -> bool:
    """Whether the file can be read; every page of it is looked at after a till that did not end in order."""
    check = "PRAGMA quick_check(1)" if thorough else "SELECT count(*) FROM identity"
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            found = connection.execute(check).fetchone()
            if not commands_sound(connection):
                return False
    except sqlite3.OperationalError as error:
        # Locked by another till, or without tables yet: for Store to say.
        return "malformed" not in str(error)
    except UNREADABLE:
        return False
    return not thorough or found == ("ok",)


def _unsaved(folder: Path) -> list[Path]:
    """Where files lie that were laid aside, and of which nothing says that they were saved."""
    return [one for one in sorted(folder.glob(f"{QUARANTINE}*")) if not (one / _SAVED_MARK).exists()]


def _unfinished(folder: Path, *, lost: bool) -> Path | None:
    """Where the file lies that a till which ended meanwhile had not laid aside or saved to the end.

    What was saved before is of no use when a later file is lost: money that it tells of has been spent since.
    """
    for quarantine in reversed(_unsaved(folder)):
        is_aside = (quarantine / DATABASE).exists()
        if lost if is_aside else any(quarantine.iterdir()):
            return quarantine
    return None


def _note_saved(*quarantines: Path) -> None:
    for one in quarantines:
        (one / _SAVED_MARK).touch()


def _free_place(folder: Path, now: datetime) -> Path:
    """Where nothing lies yet, also when a clock was set back."""
    while (path := folder / f"{QUARANTINE}{now:%Y%m%d-%H%M%S}").exists():
        now += timedelta(seconds=1)
    return path


def _lay_aside(folder: Path, quarantine: Path) -> Path:
    """Move the damaged file and what belongs to it out of the way; support may want to see it.

    The file itself goes last, when all else is aside for good: the newest acts may stand in its log alone.
    Where it is aside already, what stands in its place never got what was to be saved into it.
    """
    quarantine.mkdir(exist_ok=True)
    aside = quarantine / DATABASE
    is_aside = aside.exists()
    for path in (folder / f"{DATABASE}{end}" for end in ("-wal", "-shm", "-journal", "")):
        if is_aside:
            path.unlink(missing_ok=True)
            continue
        if path.name == DATABASE:
            keep_names(quarantine)
        if path.exists():
            os.replace(path, quarantine / path.name)
    if not aside.exists():
        aside.touch()
    keep_names(quarantine)
    keep_names(folder)
    return quarantine


def _restore_identity(folder: Path, store: Store) -> None:
    given = identity_file.read(folder)
    if given is not None:
        store.identity.enrol(given.enrolled, given.site_url)


def _salvage(store: Store, quarantine: Path) -> tuple[JournalLine, ...]:
    """Make pending again whatever the site may not have; it knows by the id what it has already.

    In the order made: as the journal has it, then what its last writes had not brought to the disk. The
    till's clock tells no order and no age, as it may be wrong; of what is old the journal keeps what waits.
    """
    known: dict[str, JournalLine] = {}
    for line in lines(store.folder / JOURNAL):
        known[line.command_id] = line
    for line in _readable(quarantine / DATABASE):
        known.setdefault(line.command_id, line)
    for line in known.values():
        store.outbox.append(_to_send(line))
    _count_on(store, known.values())
    for order_id in dict.fromkeys(line.order_id for line in known.values() if line.order_id):
        store.orders.settle(order_id)
    return tuple(known.values())


def _count_on(store: Store, saved: Iterable[JournalLine]) -> None:
    """Give no number again that is in what was saved: the site knows of those alone that had reached it."""
    here = store.identity.read()
    used = max((counter_in(_number_in(line), here.store, here.till) for line in saved), default=0)
    for name in NUMBERED:
        store.counters.at_least(name, used)


def _number_in(line: JournalLine) -> str:
    """The number of the order, quote or receipt that a command made; "" where it made none."""
    try:
        if line.payload_kind == PayloadKind.SALE:
            return SALE.load(line.payload).number
        if line.payload_kind == PayloadKind.ORDER and _CREATES in line.payload:
            act = COMMAND.load(line.payload).act
            return act.number if isinstance(act, Create) else ""
    except Malformed as error:
        _log.warning("a saved command cannot be read", command=line.command_id, reason=str(error))
    return ""


def _readable(path: Path) -> list[JournalLine]:
    """What is still legible of the damaged file's pending commands, each as it was sealed."""
    try:
        with closing(legible(path)) as connection:
            rows = connection.execute(_SEALED).fetchall()
    except UNREADABLE:
        return []
    return [line for row in rows if (line := _line(row)) is not None]


def _line(row: tuple[Any, ...]) -> JournalLine | None:
    try:
        told: list[Any] = [value.decode() if isinstance(value, bytes) else value for value in row]
    except UnicodeDecodeError:
        return None
    payload_hash = told.pop()
    line = JournalLine(*told)
    return line if sha256(line.payload) == payload_hash else None


def _to_send(line: JournalLine) -> ToSend:
    return ToSend(
        command_id=line.command_id,
        payload_kind=PayloadKind(line.payload_kind),
        payload=line.payload,
        staff=line.staff,
        till_time=datetime.fromisoformat(line.till_time),
        approver=line.approver,
        order_id=line.order_id,
        base_version=line.base_version,
    )
