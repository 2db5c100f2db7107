"""What a till keeps beside the site's records goes when the site forgets whose an order was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from pos_app.store.journal_file import JournalFile, JournalLine, lines
from pos_app.store.print_jobs import JobState, PrintJobStore
from pos_app.store.till_file import TillFile
from site_sync.domain.erasure import is_erased
from site_sync.domain.orders import Order
from site_sync.protocol.changes import RECORDS, Change, RecordKind

_SIGN = '"page_hash":""'
"""Stands in every forgotten order and in few others, so that only these are looked at closely."""
_RECORD = RECORDS[RecordKind.ORDER]
_OVER = "state IN ('applied', 'rejected')"
_LAST = "(SELECT max(place) FROM outbox)"
_HELD = "SELECT order_id FROM outbox WHERE order_id IS NOT NULL UNION SELECT order_id FROM print_jobs"
LEEWAY = timedelta(days=7)
"""The journal is written anew when its first line is that much too old, not each time."""
_SEARCHES = ("orders_search", "customers_search")
QUARANTINE = "quarantine-"
"""How the name begins of a folder that a damaged file was laid aside in; the time of it follows."""
_COPIES = (f"{QUARANTINE}*", "*.before-*.sqlite")
"""Whole files of the till beside the one it works on: damaged ones, and those from before an upgrade."""


class Forgetting:
    """Lives on the database thread like all of the store."""

    def __init__(self, file: TillFile, journal: JournalFile) -> None:
        self._file = file
        self._journal = journal
        self._gone: set[str] = set()
        self._mails: set[str] = set()
        self._searched = False

    def noticed(self, change: Change, order_before: Callable[[str], Order | None]) -> None:
        """Look at an order that the site tells of, and at what it was here before."""
        if change.body is not None and self._is_forgotten(change.body):
            self._gone.add(change.key)
            before = order_before(change.key)
            if before is not None and before.customer.email:
                self._mails.add(before.customer.email)

    def customer_left(self) -> None:
        """A customer's record was taken away: the index must not keep its words."""
        self._searched = True

    @staticmethod
    def _is_forgotten(body: str) -> bool:
        return _SIGN in body and is_erased(_RECORD.load(body).order)

    def look_through(self) -> None:
        """After all records came anew: which of the orders that are told of elsewhere here are forgotten."""
        raw = self._file.raw
        for (order_id,) in raw.execute(_HELD).fetchall():
            row = raw.execute("SELECT body FROM site_orders WHERE id = ?", (order_id,)).fetchone()
            if row is not None and self._is_forgotten(row[0]):
                self._gone.add(order_id)
        self._searched = True

    def take_out(self) -> None:
        """Take out what was noticed, in the transaction that took the site's word."""
        if not (self._gone or self._searched):
            return
        for order_id in sorted(self._gone):
            self._forget(order_id)
        for address in sorted(self._mails):
            self._forget_mails(address)
        for search in _SEARCHES:
            self._file.raw.execute(f"INSERT INTO {search} ({search}) VALUES ('optimize')")  # noqa: S608

    def tidy(self) -> None:
        """After the commit: leave no traces in the journal and in what SQLite has written beside its file."""
        gone, mails = frozenset(self._gone), frozenset(self._mails)
        if gone:
            self._journal.keep_only(lambda line: not _tells(line, gone, mails))
        if gone or self._searched:
            self._file.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._gone.clear()
        self._mails.clear()
        self._searched = False

    def _forget(self, order_id: str) -> None:
        raw = self._file.raw
        raw.execute(f"DELETE FROM outbox WHERE order_id = ? AND {_OVER} AND place < {_LAST}", (order_id,))  # noqa: S608
        self._empty_last("order_id = ?", order_id)
        raw.execute("DELETE FROM problems WHERE order_id = ? AND state <> 'open'", (order_id,))
        papers = "DELETE FROM print_jobs WHERE order_id = ? AND state <> ?"
        raw.execute(papers, (order_id, JobState.SENDING.value))

    def _forget_mails(self, address: str) -> None:
        raw, mine = self._file.raw, "payload_kind = 'mail' AND instr(lower(payload), lower(?)) > 0"
        raw.execute(f"DELETE FROM outbox WHERE {mine} AND {_OVER} AND place < {_LAST}", (address,))  # noqa: S608
        self._empty_last(mine, address)

    def _empty_last(self, mine: str, value: str) -> None:
        """The newest command stays, as the sequence hangs on its hashes; it is never sent again."""
        self._file.raw.execute(
            f"UPDATE outbox SET payload = '{{}}', result = NULL, state = 'rejected' WHERE {mine} "  # noqa: S608
            f"AND {_OVER} AND place = {_LAST}",
            (value,),
        )


def _tells(line: JournalLine, orders: frozenset[str], mails: frozenset[str]) -> bool:
    """Whether a line of the journal is about one of these orders, or a receipt mailed to one of these."""
    if line.order_id in orders:
        return True
    payload = line.payload.lower()
    return line.payload_kind == "mail" and any(address.lower() in payload for address in mails)


def forget_old(file: TillFile, journal: JournalFile, jobs: PrintJobStore, before: datetime) -> None:
    """Let go of papers, ended problems, lines of the journal and old files that nothing needs any more."""
    jobs.forget_before(before)
    _forget_copies(file.path.parent, before)
    moment = before.isoformat()
    with file.transaction():
        file.raw.execute("DELETE FROM problems WHERE state <> 'open' AND at < ?", (moment,))
        failed = "DELETE FROM print_jobs WHERE state = ? AND updated_at < ?"
        file.raw.execute(failed, (JobState.FAILED.value, int(before.timestamp()) * 1000))
    oldest = next(lines(journal.path), None)
    if oldest is None or oldest.till_time >= (before - LEEWAY).isoformat():
        return
    waiting = {row[0] for row in file.raw.execute("SELECT command_id FROM outbox WHERE state <> 'applied'")}
    journal.keep_only(lambda line: line.till_time >= moment or line.command_id in waiting)


def _forget_copies(folder: Path, before: datetime) -> None:
    """Take away old copies of the till's file: people who were forgotten since are in them."""
    for path in [one for names in _COPIES for one in folder.glob(names)]:
        if path.stat().st_mtime >= before.timestamp():
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
