"""Money asked for at the centre for a payment: kept before it is asked, so that none stays set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, insert, select, update

from pos_app.store.metadata import metadata
from pos_app.store.till_file import TillFile
from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.money import Money

balance_attempts = Table(
    "balance_attempts",
    metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("at", "tender", "kind", "key", "currency", "state")),
    Column("amount", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("used", Boolean, nullable=False),
    Index("balance_attempts_by_state", "state", "used"),
)


class HeldState(StrEnum):
    """What is known of an attempt; `asked` is one whose answer this till has not seen."""

    ASKED = "asked"
    HELD = "held"
    REFUSED = "refused"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class BalanceAttempt:
    """Money of a balance wanted for a payment; `left` is what the balance holds beside it."""

    id: str
    at: datetime
    tender: str
    holder: Holder
    amount: Money
    state: HeldState = HeldState.ASKED
    left: int = 0
    used: bool = False


class BalanceAttempts:
    """Rows are never deleted."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def begin(self, attempt: BalanceAttempt) -> None:
        """Keep an attempt; durable on return, only then may the centre be asked."""
        row = {
            "id": attempt.id,
            "at": attempt.at.isoformat(),
            "tender": attempt.tender,
            "kind": attempt.holder.kind.value,
            "key": attempt.holder.key,
            "currency": attempt.amount.currency,
            "state": attempt.state.value,
            "amount": attempt.amount.amount,
            "left": attempt.left,
            "used": False,
        }
        with self._file.transaction():
            self._file.execute(insert(balance_attempts).values(row))

    def settle(self, attempt: BalanceAttempt) -> None:
        """Keep what became of an attempt."""
        values = {"state": attempt.state.value, "amount": attempt.amount.amount, "left": attempt.left}
        changed = update(balance_attempts).where(balance_attempts.c.id == attempt.id).values(values)
        with self._file.transaction():
            self._file.execute(changed)

    def use(self, ids: tuple[str, ...]) -> None:
        """Their money stands in an act now; in that act's transaction."""
        if ids:
            used = update(balance_attempts).where(balance_attempts.c.id.in_(ids)).values(used=True)
            self._file.execute(used)

    def get(self, attempt_id: str) -> BalanceAttempt | None:
        """The attempt of that id."""
        found = self._file.execute(select(balance_attempts).where(balance_attempts.c.id == attempt_id))
        row = found.one_or_none()
        return None if row is None else _attempt(row)

    def left_over(self) -> tuple[BalanceAttempt, ...]:
        """Attempts that stand in no act and may still be set aside at the centre."""
        a = balance_attempts.c
        waiting = a.state.in_((HeldState.ASKED.value, HeldState.HELD.value))
        rows = self._file.execute(select(balance_attempts).where(waiting, a.used.is_(False)).order_by(a.at))
        return tuple(_attempt(row) for row in rows)


def _attempt(row: object) -> BalanceAttempt:
    fields = row._mapping  # type: ignore[attr-defined]
    return BalanceAttempt(
        id=fields["id"],
        at=datetime.fromisoformat(fields["at"]),
        tender=fields["tender"],
        holder=Holder(BalanceKind(fields["kind"]), fields["key"]),
        amount=Money(fields["amount"], fields["currency"]),
        state=HeldState(fields["state"]),
        left=fields["left"],
        used=bool(fields["used"]),
    )
