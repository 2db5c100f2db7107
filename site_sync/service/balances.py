"""Balances at the site: asked for, set aside for a payment, and moved by what happened, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, masked_key, room
from site_sync.domain.card_numbers import mask_written
from site_sync.domain.errors import Code
from site_sync.domain.money import Money
from site_sync.protocol.balances import BalanceState, HoldAnswer, HoldWanted
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

HOLD_FOR = timedelta(minutes=30)
"""How long money stays set aside for a payment that never came."""


class HoldState(StrEnum):
    """Where money set aside stands."""

    OPEN = "open"
    USED = "used"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Cause:
    """What entries go back to: the command, when, where, by whom, for which order or sale."""

    command_id: str
    at: datetime
    store: str
    till: str
    staff: str
    order_id: str = ""
    sale_id: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        mask_written(self)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Money that was taken from a balance that did not hold it any more."""

    holder: Holder
    missing: Money

    def facts(self) -> dict[str, object]:
        """The facts a person needs to sort it out."""
        return {
            "kind": self.holder.kind.value,
            "key": masked_key(self.holder),
            "missing": self.missing.amount,
            "currency": self.missing.currency,
        }


def _limit(db: Executor, holder: Holder) -> int:
    """How far below zero a balance may go: an account's limit, nothing for all others."""
    if holder.kind is not BalanceKind.ACCOUNT:
        return 0
    customer = records.customer(db, holder.key)
    return customer.account_limit if customer is not None else 0


def _row(db: Executor, holder: Holder, *, lock: bool = False) -> Any | None:
    b = t.balances.c
    query = select(t.balances).where(b.kind == holder.kind.value, b.key == holder.key)
    return db.execute(query.with_for_update() if lock else query).one_or_none()


def held(db: Executor, holder: Holder, now: datetime, besides: str = "") -> int:
    """What payments have set aside of a balance now, one of them left out."""
    h = t.balance_holds.c
    open_ones = (h.kind == holder.kind.value, h.key == holder.key, h.state == HoldState.OPEN.value)
    query = select(func.coalesce(func.sum(h.amount), 0)).where(
        *open_ones, h.expires_at > now, h.id != besides
    )
    return int(db.execute(query).scalar_one())


def takeable(db: Executor, holder: Holder, balance: int, now: datetime, besides: str = "") -> int:
    """What may be taken of a balance that holds so much, blocked or not; one hold may be left out."""
    return room(balance, held(db, holder, now, besides), _limit(db, holder))


def state(db: Executor, holder: Holder, currency: str, now: datetime) -> BalanceState:
    """A balance and what may be used of it now."""
    row = _row(db, holder)
    fits = row is not None and row.currency == currency
    balance = row.balance if row is not None and fits else 0
    free = 0 if row is not None and row.blocked else takeable(db, holder, balance, now)
    known = fits or holder.kind is not BalanceKind.GIFT_CARD
    return BalanceState(
        kind=holder.kind,
        key=holder.key,
        known=known,
        balance=Money(balance, currency),
        available=Money(free, currency),
    )


def _lay(tx: Transaction, holder: Holder, currency: str, now: datetime) -> Any:
    """The balance's row, made when there was none, held still until the transaction ends."""
    fresh = {"kind": holder.kind.value, "key": holder.key, "currency": currency, "balance": 0}
    make = pg_insert if tx.postgres else sqlite_insert
    tx.execute(make(t.balances).values(**fresh, changed_at=now).on_conflict_do_nothing())
    return _row(tx, holder, lock=True)


def hold(tx: Transaction, device: str, wanted: HoldWanted, now: datetime) -> HoldAnswer:
    """Set money aside, at most what is there; the same id again gives the same answer while it is open."""
    holder = Holder(wanted.holder.kind, wanted.holder.key)
    currency = wanted.amount.currency
    row = _row(tx, holder, lock=True)
    if row is None and holder.kind is BalanceKind.ACCOUNT:
        row = _lay(tx, holder, currency, now)
    known = tx.execute(select(t.balance_holds).where(t.balance_holds.c.id == wanted.id)).one_or_none()
    refused = _refusal(wanted, holder, row, known, tx)
    if refused:
        return _answer(wanted, 0, 0, refused)
    free = takeable(tx, holder, row.balance if row else 0, now, wanted.id)
    amount = min(free, wanted.amount.amount)
    if amount <= 0 or (wanted.whole and amount < wanted.amount.amount):
        return _answer(wanted, 0, free, (Code.CARD_USED if wanted.whole else Code.BALANCE_EMPTY).value)
    values = {"amount": amount, "state": HoldState.OPEN.value, "expires_at": now + HOLD_FOR}
    if known is not None:
        tx.execute(update(t.balance_holds).where(t.balance_holds.c.id == wanted.id).values(**values))
    else:
        who = {"kind": holder.kind.value, "key": holder.key, "currency": currency, "device": device}
        tx.execute(insert(t.balance_holds), {"id": wanted.id, **who, **values})
    return _answer(wanted, amount, free - amount)


def _refusal(wanted: HoldWanted, holder: Holder, row: Any, known: Any, tx: Transaction) -> str:
    if wanted.amount.amount <= 0:
        return Code.AMOUNT_INVALID.value
    if known is not None and (known.state == HoldState.USED or known.key != holder.key):
        return Code.PAYMENT_REPEATED.value
    if holder.kind is BalanceKind.ACCOUNT and _limit(tx, holder) <= 0:
        return Code.ACCOUNT_NOT_ALLOWED.value
    if row is None:
        gift = holder.kind is BalanceKind.GIFT_CARD
        return (Code.CARD_UNKNOWN if gift else Code.BALANCE_EMPTY).value
    if row.blocked:
        return Code.BALANCE_BLOCKED.value
    return Code.CURRENCY_MISMATCH.value if row.currency != wanted.amount.currency else ""


def _answer(wanted: HoldWanted, amount: int, left: int, refused: str = "") -> HoldAnswer:
    currency = wanted.amount.currency
    return HoldAnswer(
        id=wanted.id, amount=Money(amount, currency), left=Money(left, currency), refused=refused
    )


def release(tx: Transaction, device: str, ids: Sequence[str]) -> int:
    """Let go what this till set aside; what was used stays used."""
    h = t.balance_holds.c
    mine = (h.id.in_(list(ids)), h.device == device, h.state == HoldState.OPEN.value)
    return tx.execute(update(t.balance_holds).where(*mine).values(state=HoldState.RELEASED.value)).rowcount


def move(tx: Transaction, cause: Cause, moves: Iterable[BalanceMove]) -> tuple[Shortfall, ...]:
    """Write what happened; what a balance cannot give any more is told, as it happened all the same."""
    ordered = sorted(moves, key=lambda one: (one.holder.kind.value, one.holder.key, one.id))
    return tuple(short for one in ordered if (short := _move(tx, cause, one)) is not None)


def _move(tx: Transaction, cause: Cause, one: BalanceMove) -> Shortfall | None:
    if tx.execute(select(t.balance_entries.c.id).where(t.balance_entries.c.id == one.id)).first():
        return None
    row = _lay(tx, one.holder, one.amount.currency, cause.at)
    if one.hold:
        _use(tx, one.hold, max(0, -one.amount.amount))
    amount = one.amount.amount
    if amount < 0:
        amount = -min(-amount, takeable(tx, one.holder, row.balance, cause.at, one.hold))
    if amount:
        _enter(tx, cause, one, amount)
    missing = amount - one.amount.amount
    return Shortfall(one.holder, Money(missing, one.amount.currency)) if missing else None


def _use(tx: Transaction, hold_id: str, amount: int) -> None:
    """Use up what was set aside; money for several orders is used by one after the other."""
    h = t.balance_holds.c
    rest = case((h.amount > amount, h.amount - amount), else_=0)
    state = case((h.amount > amount, h.state), else_=HoldState.USED.value)
    tx.execute(update(t.balance_holds).where(h.id == hold_id).values(amount=rest, state=state))


def _enter(tx: Transaction, cause: Cause, one: BalanceMove, amount: int) -> None:
    kind, key = one.holder.kind.value, one.holder.key
    entry = {
        "id": one.id, "kind": kind, "key": key, "amount": amount, "currency": one.amount.currency,
        "reason": one.reason.value, "at": cause.at, "store": cause.store, "till": cause.till,
        "staff": cause.staff, "order_id": cause.order_id, "sale_id": cause.sale_id,
        "command_id": cause.command_id, "note": cause.note,
    }  # fmt: skip
    tx.execute(insert(t.balance_entries), entry)
    b = t.balances.c
    moved = {"balance": b.balance + amount, "changed_at": cause.at}
    tx.execute(update(t.balances).where(b.kind == kind, b.key == key).values(**moved))


def entries(db: Executor, holder: Holder) -> list[Any]:
    """The entries of a balance, oldest first."""
    e = t.balance_entries.c
    query = select(t.balance_entries).where(e.kind == holder.kind.value, e.key == holder.key)
    return list(db.execute(query.order_by(e.at, e.id)))


def drifts(db: Executor) -> list[tuple[str, str, int, int]]:
    """Balances that are not the sum of their entries: kind, key, balance, sum."""
    b, e = t.balances.c, t.balance_entries.c
    total = func.coalesce(func.sum(e.amount), 0)
    joined = t.balances.outerjoin(t.balance_entries, (e.kind == b.kind) & (e.key == b.key))
    query = select(b.kind, b.key, b.balance, total).select_from(joined)
    wrong = query.group_by(b.kind, b.key, b.balance).having(b.balance != total)
    return [tuple(row) for row in db.execute(wrong)]
