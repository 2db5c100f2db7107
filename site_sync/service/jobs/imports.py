"""Working through files of goods, some rows at a time, so that tills never wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from site_sync.domain.import_cells import Row
from site_sync.domain.import_rows import RowRefused, Terms, place_of, wish_of
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import catalogue_import, reservations, settings_audit, stock_trail
from site_sync.service.catalogue_import import Import, State
from site_sync.service.catalogue_planning import Plan, Seen, plan
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author, BeforeAfter, Subject
from site_sync.service.sheets import table_file
from site_sync.service.sheets.csv_file import Unreadable
from site_sync.service.stock_audit import STOCK
from site_sync.service.wiring import Site

CHECKED_AT_ONCE = 500
CHANGED_AT_ONCE = 200
"""Rows of one transaction that changes something: other writers wait that long at most."""
FILE = "catalogue_import"


@dataclass(slots=True)
class _Pass:
    """A file that this process works through."""

    known: Import
    rows: Iterator[Row]
    terms: Terms
    seen: Seen


class ImportWork:
    """A job: each call deals with some rows of one file and returns how many."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pass: _Pass | None = None

    def __call__(self) -> int:
        """Deal with the next rows; 0 when no file waits."""
        current, self._pass = self._pass, None  # what goes wrong is taken up again from what was kept
        known = current.known if current else self._leased()
        if known is None:
            return 0
        try:
            current = current or self._opened(known)
            self._pass = current if self._step(current) else None
        except Unreadable as error:
            why, now = str(error), self._site.now()
            self._site.database.write(lambda tx: catalogue_import.fail(tx, known.id, why, now))
        return 1

    def _leased(self) -> Import | None:
        """A file that waits, taken for this process."""
        database, now = self._site.database, self._site.now()
        waiting = database.read(lambda db: catalogue_import.waiting(db, now))
        return database.write(lambda tx: catalogue_import.lease(tx, waiting, now)) if waiting else None

    def _opened(self, known: Import) -> _Pass:
        """A file where it was left."""
        database = self._site.database
        content = database.read(lambda db: catalogue_import.content_of(db, known.id))
        terms = database.read(lambda db: catalogue_import.terms_of(db, known.reading))
        rows = _below_headings(content, known)
        return _Pass(known, rows, terms, Seen())

    def _step(self, current: _Pass) -> bool:
        """Deal with the next rows of a file; whether there may be more."""
        size = CHANGED_AT_ONCE if current.known.state is State.RUNNING else CHECKED_AT_ONCE
        rows = list(islice(current.rows, size))
        while rows and rows[-1].line <= current.known.position:  # dealt with before a restart
            _remember(rows, current)
            rows = list(islice(current.rows, size))
        fresh = [row for row in rows if row.line > current.known.position]
        _remember([row for row in rows if row.line <= current.known.position], current)
        going = self._site.database.write(lambda tx: self._deal(tx, current, fresh))
        if going is None:
            return False
        current.known, trial = going
        current.seen.settle(trial)
        return bool(rows)

    def _deal(self, tx: Transaction, current: _Pass, rows: list[Row]) -> tuple[Import, Seen] | None:
        """Deal with rows in one transaction; None at its end, when stopped, or another process has it."""
        known, now = catalogue_import.locked(tx, current.known.id), self._site.now()
        if known is None or not _goes_on(known, current.known):
            return None
        if not rows:
            catalogue_import.finish(tx, known, now)
            if known.state is State.RUNNING:
                _note_end(tx, known, self._author(known))
            return None
        seen = current.seen.on_trial()
        made = plan(tx, rows, current.terms, seen)
        if known.state is State.RUNNING:
            carry_out(tx, made, self._author(known), f"{known.reading.reason} ({known.file})")
        catalogue_import.keep_problems(tx, known.id, made.problems)
        return catalogue_import.advance(tx, known, rows[-1].line, made.counts, now), seen

    def _author(self, known: Import) -> Author:
        return Author(known.staff, known.name, frozenset(), self._site.now())


def _goes_on(known: Import, before: Import) -> bool:
    """Whether a file is still as this process left it: neither stopped, nor settled anew, nor another's."""
    return (known.state, known.position, known.reading) == (before.state, before.position, before.reading)


def _below_headings(content: bytes, known: Import) -> Iterator[Row]:
    rows = table_file.rows_of(content, known.reading.form)
    next(rows, None)
    return rows


def _remember(rows: list[Row], current: _Pass) -> None:
    """What rows said that were dealt with before this process took the file up."""
    for row in rows:
        try:
            wish = wish_of(row, current.terms)
            current.seen.take(wish, place_of(wish, current.terms), ())
        except RowRefused:
            continue


def carry_out(tx: Transaction, made: Plan, author: Author, why: str) -> None:
    """Keep what rows came to; tills hear of it, and each change is written down."""
    if made.categories:
        records.save(tx, RecordKind.CATEGORY, *made.categories.values())
    if made.items:
        records.save(tx, RecordKind.ITEM, *(after for _, after in made.items.values()))
    if made.levels:
        reservations.set_levels(tx, [after for _, after in made.levels.values()])
        stock_trail.of_table(tx, made.levels, author)
    settings_audit.note_all(tx, author, _changes(made), why)


def _changes(made: Plan) -> dict[Subject, BeforeAfter]:
    """What rows came to, as it is written down."""
    told: dict[Subject, BeforeAfter] = {}
    for sku, (before, after) in made.items.items():
        known = None if before is None else settings_audit.facts_of(RecordKind.ITEM, before)
        told[Subject(RecordKind.ITEM.value, sku)] = known, settings_audit.facts_of(RecordKind.ITEM, after)
    for (store, sku), (level, counted) in made.levels.items():
        stood = None if level is None else _counted(level)
        told[Subject(STOCK, f"{store}/{sku}")] = stood, _counted(counted)
    return told


def _counted(level: StockLevel) -> dict[str, int]:
    """What of a stock level is counted or settled by people."""
    return {
        name: value for name, value in asdict(level).items() if name in ("on_hand", "safety", "back_order")
    }


def _note_end(tx: Transaction, known: Import, author: Author) -> None:
    settings_audit.note(tx, author, Subject(FILE, known.file), (None, dict(known.counts)))
