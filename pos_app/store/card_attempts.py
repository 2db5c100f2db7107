"""Card payments asked of a terminal: kept before the terminal is asked, so that none is ever forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_app.store.till_file import TillFile
from site_sync.domain.money import Money

_COLUMNS = (
    "id, at, purpose, subject, amount, currency, staff, shift, state, reference, reason, settled_by, used"
)


class AttemptState(StrEnum):
    """What is known of an attempt; `asked` is one whose answer the till has not seen."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CardAttempt:
    """One question to a terminal; `purpose` is payment or refund, `used` once its money stands in an act."""

    id: str
    at: datetime
    purpose: str
    subject: str
    amount: Money
    staff: str
    shift: str
    state: AttemptState = AttemptState.ASKED
    reference: str = ""
    reason: str = ""
    settled_by: str = ""
    used: bool = False


class CardAttempts:
    """Rows are never deleted."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def begin(self, attempt: CardAttempt) -> None:
        """Keep an attempt; durable on return, only then may the terminal be asked."""
        values = (attempt.id, attempt.at.isoformat(), attempt.purpose, attempt.subject, attempt.amount.amount)
        more = (attempt.amount.currency, attempt.staff, attempt.shift, attempt.state.value)
        with self._file.transaction():
            self._file.raw.execute(
                f"INSERT INTO card_attempts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', 0)",  # noqa: S608
                (*values, *more),
            )

    def settle(self, attempt: CardAttempt) -> None:
        """Keep what became of an attempt."""
        with self._file.transaction():
            self._file.raw.execute(
                "UPDATE card_attempts SET state = ?, reference = ?, reason = ?, settled_by = ? WHERE id = ?",
                (attempt.state.value, attempt.reference, attempt.reason, attempt.settled_by, attempt.id),
            )

    def use(self, attempt_ids: tuple[str, ...]) -> None:
        """Their money stands in an act now; in that act's transaction."""
        self._file.raw.executemany(
            "UPDATE card_attempts SET used = 1 WHERE id = ?", [(attempt_id,) for attempt_id in attempt_ids]
        )

    def let_go(self, attempt_ids: tuple[str, ...]) -> None:
        """The act their money stood in was given up: it stands in none again."""
        self._file.raw.executemany(
            "UPDATE card_attempts SET used = 0 WHERE id = ? AND state = 'approved'",
            [(attempt_id,) for attempt_id in attempt_ids],
        )

    def get(self, attempt_id: str) -> CardAttempt | None:
        """The attempt of that id."""
        found = self._read("id = ?", (attempt_id,))
        return found[0] if found else None

    def unsettled(self) -> tuple[CardAttempt, ...]:
        """Attempts nobody knows the outcome of, oldest first."""
        return self._read("state IN ('asked', 'unknown') ORDER BY at", ())

    def unused(self) -> tuple[CardAttempt, ...]:
        """Approved attempts whose money stands in no act: the till stopped in between."""
        return self._read("state = 'approved' AND used = 0 ORDER BY at", ())

    def _read(self, where: str, values: tuple[str, ...]) -> tuple[CardAttempt, ...]:
        rows = self._file.raw.execute(f"SELECT {_COLUMNS} FROM card_attempts WHERE {where}", values)  # noqa: S608
        return tuple(
            CardAttempt(
                row[0], datetime.fromisoformat(row[1]), row[2], row[3], Money(row[4], row[5]), row[6], row[7],
                AttemptState(row[8]), row[9], row[10], row[11], bool(row[12]),
            )
            for row in rows
        )  # fmt: skip
