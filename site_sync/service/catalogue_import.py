"""Files of goods on their way into the catalogue: sent, read, checked on trial, carried out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from site_sync.domain.card_numbers import mask_written
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.import_cells import POINT
from site_sync.domain.import_columns import STOCK_COLUMNS, Column, doubled
from site_sync.domain.import_rows import RowProblem, Terms, Wrong
from site_sync.domain.permissions import Right
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import company, stock_enquiry
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.sentences import said
from site_sync.service.settings_audit import Author
from site_sync.service.sheets.csv_file import CsvForm

KEPT = 20
MOST_PROBLEMS = 2_000
LEASE_SECONDS = 30
OPENING_STOCK = said("Opening stock")


class State(StrEnum):
    """How far a file is."""

    CHOOSING = "choosing"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


WORKING = (State.CHECKING.value, State.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read, as a person settled it; without encoding it is a workbook."""

    encoding: str = ""
    delimiter: str = ""
    columns: tuple[Column | None, ...] = ()
    sign: str = POINT
    default_rate: int | None = None
    store: str = ""
    new_items: bool = True
    reason: str = OPENING_STOCK

    def __post_init__(self) -> None:
        mask_written(self)

    @property
    def form(self) -> CsvForm | None:
        """How the CSV file is written, None for a workbook."""
        return CsvForm(self.encoding, self.delimiter) if self.encoding else None


@dataclass(frozen=True, slots=True)
class Import:
    """One file: what is settled of it, how far it is, what its rows came to."""

    id: str
    file: str
    staff: str
    name: str
    at: datetime
    state: State
    reading: Reading
    position: int
    total: int
    counts: Counter[str]
    why: str
    finished_at: datetime | None

    @property
    def rows(self) -> int:
        """Rows dealt with so far."""
        return sum(self.counts[name] for name in ("added", "changed", "left", "refused"))

    @property
    def percent(self) -> int:
        """How far it is, never full before the end."""
        return min(99, self.rows * 100 // max(1, self.total))


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was sent; `form` is None for a workbook."""

    id: str
    file: str
    content: bytes
    form: CsvForm | None
    total: int


_COLUMNS = [column for column in t.catalogue_imports.c if column.name != "content"]


def _import(row: Any) -> Import:
    told = json.loads(row.reading)
    columns = tuple(None if one is None else Column(one) for one in told.pop("columns", ()))
    given = {name: getattr(row, name) for name in ("id", "file", "staff", "name", "at", "position", "total")}
    return Import(
        **given,
        state=State(row.state),
        reading=Reading(columns=columns, **told),
        counts=Counter(json.loads(row.counts)),
        why=row.why,
        finished_at=row.finished_at,
    )


def begin(tx: Transaction, author: Author, new: NewFile) -> None:
    """Take a file in; of files that are over only the newest are kept."""
    form = new.form or CsvForm("", "")
    row = {
        "id": new.id,
        "file": new.file[:120],
        "staff": author.staff,
        "name": author.name,
        "at": author.at,
        "state": State.CHOOSING.value,
        "reading": _text(Reading(form.encoding, form.delimiter)),
        "total": new.total,
        "content": new.content,
    }
    tx.execute(insert(t.catalogue_imports), row)
    c = t.catalogue_imports.c
    old = tx.execute(select(c.id).where(c.state.not_in(WORKING)).order_by(c.at.desc()).offset(KEPT)).scalars()
    for one in list(old):
        drop(tx, one)


def _text(reading: Reading) -> str:
    return json.dumps(asdict(reading))


def find(db: Executor, import_id: str) -> Import | None:
    """The file of that id."""
    row = db.execute(select(*_COLUMNS).where(t.catalogue_imports.c.id == import_id)).one_or_none()
    return None if row is None else _import(row)


def every(db: Executor) -> list[Import]:
    """All files that are kept, the newest first."""
    query = select(*_COLUMNS).order_by(t.catalogue_imports.c.at.desc(), t.catalogue_imports.c.id.desc())
    return [_import(row) for row in db.execute(query)]


def content_of(db: Executor, import_id: str) -> bytes:
    """The file itself; empty once it was carried out."""
    c = t.catalogue_imports.c
    return bytes(db.execute(select(c.content).where(c.id == import_id)).scalar_one_or_none() or b"")


def terms_of(db: Executor, reading: Reading) -> Terms:
    """How rows are taken, with what the shop knows now."""
    stores: list[Store] = records.every(db, RecordKind.STORE)
    who = company.company(db) or company.Company()
    return Terms(
        reading.columns,
        stock_enquiry.currency(db),
        reading.sign,
        who.rates,
        reading.default_rate,
        frozenset(store.code for store in stores),
        reading.store,
        reading.new_items,
    )


def settle(tx: Transaction, author: Author, import_id: str, reading: Reading) -> Refusal | None:
    """Settle how a file is read, and have it checked; nothing changes by that."""
    if refusal := _may(author, reading):
        return refusal
    if Column.SKU not in reading.columns:
        return Refusal(Code.FIELDS_NEEDED, {"field": Column.SKU.value})
    if twice := doubled(reading.columns):
        return Refusal(Code.TEXT_INVALID, {"field": twice.value, "taken": True})
    known = find(tx, import_id)
    if known is None or known.state not in (State.CHOOSING, State.CHECKED, State.FAILED):
        return Refusal(Code.NOT_ALLOWED_IN_STAGE)
    _restart(tx, import_id, State.CHECKING, reading=_text(reading))
    return None


def _may(author: Author, reading: Reading) -> Refusal | None:
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    counts = STOCK_COLUMNS & {column for column in reading.columns if column is not None}
    return author.lacks(Right.STOCK_ADJUST) if counts else None


def _restart(tx: Transaction, import_id: str, state: State, **values: Any) -> None:
    """Begin a pass over a file at its first row."""
    c = t.catalogue_imports.c
    fresh = {"state": state.value, "position": 0, "counts": "{}", "why": "", "lease_until": None}
    tx.execute(update(t.catalogue_imports).where(c.id == import_id).values({**fresh, **values}))
    tx.execute(delete(t.catalogue_problems).where(t.catalogue_problems.c.import_id == import_id))


def start(tx: Transaction, author: Author, import_id: str) -> Refusal | None:
    """Carry a checked file out, or go on with one that was stopped."""
    known = find(tx, import_id)
    if known is None or known.state not in (State.CHECKED, State.STOPPED):
        return Refusal(Code.NOT_ALLOWED_IN_STAGE)
    if refusal := _may(author, known.reading):
        return refusal
    who = {"staff": author.staff, "name": author.name}
    if known.state is State.CHECKED:
        _restart(tx, import_id, State.RUNNING, total=max(known.rows, 1), **who)
    else:
        _set(tx, import_id, state=State.RUNNING.value, lease_until=None, **who)
    return None


def stop(tx: Transaction, import_id: str) -> Refusal | None:
    """Stop after the rows that are being dealt with; what was done stays, what was not can go on later."""
    known = find(tx, import_id)
    if known is None or known.state.value not in WORKING:
        return Refusal(Code.NOT_ALLOWED_IN_STAGE)
    if known.state is State.CHECKING:
        _restart(tx, import_id, State.CHOOSING)
    else:
        _set(tx, import_id, state=State.STOPPED.value, lease_until=None)
    return None


def choose_again(tx: Transaction, import_id: str, reading: Reading) -> Refusal | None:
    """Back to choosing columns, with the file read another way perhaps."""
    known = find(tx, import_id)
    if known is None or known.state not in (State.CHOOSING, State.CHECKED, State.FAILED):
        return Refusal(Code.NOT_ALLOWED_IN_STAGE)
    _restart(tx, import_id, State.CHOOSING, reading=_text(reading))
    return None


def forget(tx: Transaction, import_id: str) -> Refusal | None:
    """Take a file away that is not being worked on; what was carried out stays."""
    known = find(tx, import_id)
    if known is None or known.state.value in WORKING:
        return Refusal(Code.NOT_ALLOWED_IN_STAGE)
    drop(tx, import_id)
    return None


def drop(tx: Transaction, import_id: str) -> None:
    """Take a file away with what was wrong with it."""
    tx.execute(delete(t.catalogue_problems).where(t.catalogue_problems.c.import_id == import_id))
    tx.execute(delete(t.catalogue_imports).where(t.catalogue_imports.c.id == import_id))


def _set(tx: Transaction, import_id: str, **values: Any) -> None:
    tx.execute(update(t.catalogue_imports).where(t.catalogue_imports.c.id == import_id).values(values))


def waiting(db: Executor, now: datetime) -> str:
    """The id of a file that is to be worked on and that no process works on now, empty when there is none."""
    c = t.catalogue_imports.c
    free = or_(c.lease_until.is_(None), c.lease_until < now)
    query = select(c.id).where(c.state.in_(WORKING), free).order_by(c.at).limit(1)
    return str(db.execute(query).scalar_one_or_none() or "")


def locked(tx: Transaction, import_id: str) -> Import | None:
    """A file, held still until the transaction ends."""
    query = select(*_COLUMNS).where(t.catalogue_imports.c.id == import_id)
    row = tx.execute(query.with_for_update() if tx.postgres else query).one_or_none()
    return None if row is None else _import(row)


def lease(tx: Transaction, import_id: str, now: datetime) -> Import | None:
    """Take a file for this process, None when another one has it."""
    if waiting(tx, now) != import_id:
        return None
    _set(tx, import_id, lease_until=now + timedelta(seconds=LEASE_SECONDS))
    return locked(tx, import_id)


def advance(
    tx: Transaction, known: Import, position: int, counts: Mapping[str, int], now: datetime
) -> Import:
    """Keep that the rows up to a line were dealt with."""
    total = Counter(known.counts)
    total.update(counts)
    until = now + timedelta(seconds=LEASE_SECONDS)
    _set(tx, known.id, position=position, counts=json.dumps(total), lease_until=until)
    return replace(known, position=position, counts=total)


def finish(tx: Transaction, known: Import, now: datetime) -> None:
    """Every row was dealt with; what was carried out needs its file no more."""
    values: dict[str, Any] = {"state": State.CHECKED.value, "lease_until": None, "finished_at": now}
    if known.state is State.RUNNING:
        values |= {"state": State.DONE.value, "content": b""}
    _set(tx, known.id, **values)


def fail(tx: Transaction, import_id: str, why: str, now: datetime) -> None:
    """The file cannot be read to its end."""
    _set(tx, import_id, state=State.FAILED.value, why=why, lease_until=None, finished_at=now)


def keep_problems(tx: Transaction, import_id: str, problems: list[RowProblem]) -> None:
    """Write down what is wrong with rows, up to so many as somebody would read."""
    c = t.catalogue_problems.c
    many = tx.execute(select(func.count()).select_from(t.catalogue_problems).where(c.import_id == import_id))
    rows = [
        {
            "import_id": import_id,
            "line": one.line,
            "field": one.column,
            "code": one.code.value,
            "facts": json.dumps(dict(one.facts), ensure_ascii=False),
        }
        for one in problems[: max(0, MOST_PROBLEMS - int(many.scalar_one()))]
    ]
    if rows:
        tx.execute(insert(t.catalogue_problems), rows)


def problems_of(db: Executor, import_id: str, most: int = MOST_PROBLEMS) -> list[RowProblem]:
    """What is wrong with rows of a file, by line."""
    c = t.catalogue_problems.c
    query = select(t.catalogue_problems).where(c.import_id == import_id).order_by(c.line, c.id).limit(most)
    return [
        RowProblem(row.line, row.field, Wrong(row.code), json.loads(row.facts)) for row in db.execute(query)
    ]
