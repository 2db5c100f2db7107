"""Shifts of this till and every movement of money in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_app.store.till_file import TillFile
from site_sync.domain.money import Money

_SHIFT = "id, opened_at, opened_by, currency, opening_float, closed_at, closed_by, counted, expected"


class EntryKind(StrEnum):
    """Why money moved; deposits and refunds are lines of their own on the report."""

    SALE = "sale"
    RETURN = "return"
    ORDER_PAYMENT = "order_payment"
    ORDER_REFUND = "order_refund"
    ROUNDING = "rounding"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    COLLECTION = "collection"
    DEPOSIT_USED = "deposit_used"
    DEPOSIT_KEPT = "deposit_kept"
    CREDIT_KEPT = "credit_kept"
    CHANGE = "change"
    EARNED = "earned"
    EARNED_TAX = "earned_tax"


NO_MONEY = frozenset(
    {
        EntryKind.COLLECTION, EntryKind.DEPOSIT_USED, EntryKind.DEPOSIT_KEPT, EntryKind.CREDIT_KEPT,
        EntryKind.CHANGE, EntryKind.EARNED, EntryKind.EARNED_TAX,
    }
)  # fmt: skip
"""Kinds that tell what was earned (by tax rate, as its tender) or given as change, not what moved."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift; `counted` and `expected` are the drawer's cash at its close."""

    id: str
    opened_at: datetime
    opened_by: str
    opening_float: Money
    closed_at: datetime | None = None
    closed_by: str = ""
    counted: Money | None = None
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class DrawerEntry:
    """Money of one tender in (positive) or out (negative); `subject` is an order, sale or shift act."""

    id: str
    shift: str
    at: datetime
    kind: EntryKind
    tender: str
    amount: int
    subject: str
    staff: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TenderSum:
    """What one tender took for one kind of movement in a shift, and how often."""

    kind: EntryKind
    tender: str
    amount: int
    count: int


class Cash:
    """Written in the transaction of the act that moves the money."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def open_shift(self) -> Shift | None:
        """The shift that is open at this till."""
        return self._shift("closed_at IS NULL ORDER BY opened_at DESC LIMIT 1", ())

    def shift(self, shift_id: str) -> Shift | None:
        """The shift of that id."""
        return self._shift("id = ?", (shift_id,))

    def _shift(self, where: str, values: tuple[str, ...]) -> Shift | None:
        row = self._file.raw.execute(f"SELECT {_SHIFT} FROM shifts WHERE {where}", values).fetchone()  # noqa: S608
        if row is None:
            return None
        currency = row[3]
        return Shift(
            id=row[0],
            opened_at=datetime.fromisoformat(row[1]),
            opened_by=row[2],
            opening_float=Money(row[4], currency),
            closed_at=datetime.fromisoformat(row[5]) if row[5] else None,
            closed_by=row[6] or "",
            counted=Money(row[7], currency) if row[7] is not None else None,
            expected=Money(row[8], currency) if row[8] is not None else None,
        )

    def begin(self, shift: Shift) -> None:
        """Keep a new shift."""
        self._file.raw.execute(
            "INSERT INTO shifts (id, opened_at, opened_by, currency, opening_float) VALUES (?, ?, ?, ?, ?)",
            (
                shift.id,
                shift.opened_at.isoformat(),
                shift.opened_by,
                shift.opening_float.currency,
                shift.opening_float.amount,
            ),
        )

    def end(self, shift: Shift) -> None:
        """Keep who closed a shift, when, and what was counted and expected."""
        if shift.closed_at is None or shift.counted is None or shift.expected is None:
            raise ValueError("a shift is closed with its time, its count and what was expected")
        self._file.raw.execute(
            "UPDATE shifts SET closed_at = ?, closed_by = ?, counted = ?, expected = ? WHERE id = ?",
            (
                shift.closed_at.isoformat(),
                shift.closed_by,
                shift.counted.amount,
                shift.expected.amount,
                shift.id,
            ),
        )

    def move(self, entries: Iterable[DrawerEntry]) -> None:
        """Keep movements of money; one that is kept already, as when an order is sent again, counts once."""
        self._file.raw.executemany(
            "INSERT INTO drawer_entries (id, shift, at, kind, tender, amount, subject, staff, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            [
                (
                    entry.id, entry.shift, entry.at.isoformat(), entry.kind.value, entry.tender, entry.amount,
                    entry.subject, entry.staff, entry.reason,
                )
                for entry in entries
            ],
        )  # fmt: skip

    def knows(self, entry_id: str) -> bool:
        """Whether that movement was kept."""
        found = self._file.raw.execute("SELECT 1 FROM drawer_entries WHERE id = ?", (entry_id,)).fetchone()
        return found is not None

    def sums(self, shift_id: str) -> tuple[TenderSum, ...]:
        """What moved in a shift, by kind and tender."""
        rows = self._file.raw.execute(
            "SELECT kind, tender, sum(amount), count(*) FROM drawer_entries WHERE shift = ? "
            "GROUP BY kind, tender ORDER BY kind, tender",
            (shift_id,),
        )
        return tuple(
            TenderSum(EntryKind(kind), tender, amount, count) for kind, tender, amount, count in rows
        )

    def counted(self, shift_id: str, kind: EntryKind) -> tuple[int, int]:
        """How many sales or orders had movements of a kind in a shift, and their sum."""
        row = self._file.raw.execute(
            "SELECT count(DISTINCT subject), coalesce(sum(amount), 0) FROM drawer_entries "
            "WHERE shift = ? AND kind = ?",
            (shift_id, kind.value),
        ).fetchone()
        return int(row[0]), int(row[1])
