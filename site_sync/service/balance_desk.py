"""Balances looked after by people: found, blocked, corrected with a reason, accounts given a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from site_sync.domain.balances import (
    BalanceKind,
    BalanceMove,
    Holder,
    MoveReason,
    card_number,
    masked_key,
)
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import balances, settings_audit
from site_sync.service.balances import Cause
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Subject

MOST = 20
LONGEST_REASON = 200
LAST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A balance as it stands: what it holds, what is set aside for payments now, what may be used.

    `owner` is the customer it belongs to, None for gift cards and guests; `first` the id of its first entry
    that is no correction.
    """

    holder: Holder
    balance: Money
    held: Money
    available: Money
    blocked: bool
    owner: Customer | None = None
    first: str = ""

    @property
    def shown_key(self) -> str:
        """Its number or key as it may be shown."""
        return masked_key(self.holder)


@dataclass(frozen=True, slots=True)
class Total:
    """All balances of a kind together in one currency."""

    kind: BalanceKind
    count: int
    total: Money
    blocked: int


@dataclass(frozen=True, slots=True)
class Correction:
    """Money put on a balance, or taken off it when below zero, and why; the id counts once."""

    id: str
    holder: Holder
    amount: Money
    why: str


def totals(db: Executor) -> list[Total]:
    """What the shop keeps for people, and what people owe, by kind and currency."""
    b = t.balances.c
    blocked = func.count().filter(b.blocked.is_(True))
    figures = (b.kind, b.currency, func.count().label("many"), func.sum(b.balance).label("total"))
    query = select(*figures, blocked.label("stopped")).group_by(b.kind, b.currency)
    return [
        Total(BalanceKind(row.kind), row.many, Money(int(row.total), row.currency), row.stopped)
        for row in db.execute(query.order_by(b.kind, b.currency))
    ]


def find(db: Executor, text: str, currency: str, now: datetime) -> list[Kept]:
    """Balances that a typed text may mean.

    A gift card by its number or the last four places of it; a customer's by name, phone, e-mail, member card
    or id, also while nothing was ever kept; a guest's credit by the order's number.
    """
    typed = text.strip().replace("\x00", "")
    if not typed:
        return []
    customers = _customers(db, typed)
    holders = [*_cards(db, typed), *_guests(db, typed)]
    for customer in customers:
        holders.append(Holder(BalanceKind.CREDIT, customer.id))
        holders.append(Holder(BalanceKind.ACCOUNT, customer.id))
    found = [kept(db, holder, currency, now) for holder in list(dict.fromkeys(holders))[: 2 * MOST]]
    return sorted(found, key=lambda one: not one.first)[:MOST]


def _cards(db: Executor, typed: str) -> list[Holder]:
    number = card_number(typed.removeprefix("*"))
    b = t.balances.c
    wanted = b.key == ("" if isinstance(number, Refusal) else number)
    last = typed.removeprefix("*").upper()
    if len(last) == LAST_PLACES and last.isalnum():
        wanted = b.key.endswith(last, autoescape=True)
    query = select(b.key).where(b.kind == BalanceKind.GIFT_CARD.value, wanted).order_by(b.key).limit(MOST)
    return [Holder(BalanceKind.GIFT_CARD, key) for key in db.execute(query).scalars()]


def _guests(db: Executor, typed: str) -> list[Holder]:
    b = t.balances.c
    query = select(b.key).where(b.kind == BalanceKind.CREDIT.value, b.key == typed.upper())
    return [Holder(BalanceKind.CREDIT, key) for key in db.execute(query).scalars()]


def _customers(db: Executor, typed: str) -> list[Customer]:
    c, low = t.customers.c, typed.lower()
    wanted = [
        c.key == typed,
        c.member_card == typed.upper(),
        c.email.startswith(low, autoescape=True),
        and_(*(c.name.contains(word, autoescape=True) for word in low.split())),
    ]
    digits = "".join(char for char in typed if char.isdigit())
    if len(digits) >= LAST_PLACES:
        wanted.append(c.phone.endswith(digits))
    query = select(c.body).where(c.removed.is_(False), or_(*wanted)).order_by(c.name).limit(MOST)
    return [RECORDS[RecordKind.CUSTOMER].load(body) for body in db.execute(query).scalars()]


def kept(db: Executor, holder: Holder, currency: str, now: datetime) -> Kept:
    """A balance as it stands, in its own currency or, while nothing was ever kept, in the shop's."""
    b, e = t.balances.c, t.balance_entries.c
    row = db.execute(
        select(b.currency, b.blocked).where(b.kind == holder.kind.value, b.key == holder.key)
    ).one_or_none()
    own = row.currency if row is not None else currency
    state = balances.state(db, holder, own, now)
    mended = e.reason == MoveReason.CORRECTED.value
    mine = (e.kind == holder.kind.value, e.key == holder.key)
    first = select(e.id).where(*mine).order_by(mended, e.at, e.id).limit(1)
    return Kept(
        holder,
        state.balance,
        Money(balances.held(db, holder, now), own),
        state.available,
        row is not None and row.blocked,
        None if holder.kind is BalanceKind.GIFT_CARD else records.customer(db, holder.key),
        db.execute(first).scalar_one_or_none() or "",
    )


def card_of_entry(db: Executor, entry: str) -> Holder | None:
    """The gift card that an entry belongs to: pages name a card by its first entry, not by its number."""
    e = t.balance_entries.c
    query = select(e.key).where(e.id == entry, e.kind == BalanceKind.GIFT_CARD.value)
    key = db.execute(query).scalar_one_or_none()
    return None if key is None else Holder(BalanceKind.GIFT_CARD, key)


def papers(db: Executor, entries: list[Any]) -> dict[str, str]:
    """Numbers of the orders and receipts that entries go back to, by id."""
    numbers: dict[str, str] = {}
    for table, ids in (
        (t.orders, {entry.order_id for entry in entries}),
        (t.sales, {entry.sale_id for entry in entries}),
    ):
        query = select(table.c.id, table.c.number).where(table.c.id.in_(ids - {""}))
        numbers |= {row.id: row.number for row in db.execute(query)}
    return numbers


def _reason_refusal(why: str) -> Refusal | None:
    if not why.strip():
        return Refusal(Code.REASON_NEEDED, {"field": "why"})
    if len(why) > LONGEST_REASON or not why.isprintable():
        return Refusal(Code.TEXT_INVALID, {"field": "why", "most": LONGEST_REASON})
    return None


def block(tx: Transaction, author: Author, holder: Holder, why: str, *, blocked: bool) -> Refusal | None:
    """Let no till use a balance, or let them again; what was paid with it stays."""
    refusal = author.lacks(Right.BALANCE_MANAGE) or _reason_refusal(why)
    if refusal is not None:
        return refusal
    b = t.balances.c
    which = (b.kind == holder.kind.value, b.key == holder.key, b.blocked.is_(not blocked))
    if not tx.execute(update(t.balances).where(*which).values(blocked=blocked)).rowcount:
        return Refusal(Code.NOTHING_CHANGED)
    settings_audit.note(tx, author, _subject(holder), ({"blocked": not blocked}, {"blocked": blocked}), why)
    return None


def correct(tx: Transaction, author: Author, given: Correction) -> Refusal | None:
    """Enter a correction; nothing is taken that is not there or set aside for a payment just now."""
    refusal = author.lacks(Right.BALANCE_MANAGE) or _reason_refusal(given.why)
    if refusal is not None:
        return refusal
    amount = given.amount.amount
    if not 0 < abs(amount) <= ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_INVALID, {"field": "amount"})
    known = kept(tx, given.holder, given.amount.currency, author.at)
    if given.holder.kind is BalanceKind.GIFT_CARD and not known.first:
        return Refusal(Code.CARD_UNKNOWN, {"field": "amount"})
    if given.holder.kind is not BalanceKind.GIFT_CARD and known.owner is None and not known.first:
        return Refusal(Code.CUSTOMER_NEEDED, {"field": "amount"})
    if known.balance.currency != given.amount.currency:
        return Refusal(Code.CURRENCY_MISMATCH, {"field": "amount"})
    free = balances.takeable(tx, given.holder, known.balance.amount, author.at)
    if amount < 0 and -amount > free:
        return Refusal(Code.BALANCE_EMPTY, {"field": "amount", "left": free})
    _enter(tx, author, given, known)
    return None


def _enter(tx: Transaction, author: Author, given: Correction, known: Kept) -> None:
    entry = f"correction:{given.id}"
    cause = Cause(entry, author.at, "", "", author.staff, note=given.why)
    balances.move(tx, cause, [BalanceMove(entry, given.holder, given.amount, MoveReason.CORRECTED)])
    after = kept(tx, given.holder, given.amount.currency, author.at)
    change = ({"balance": known.balance.amount}, {"balance": after.balance.amount})
    settings_audit.note(tx, author, _subject(given.holder), change, given.why)


def settle_limit(tx: Transaction, author: Author, customer_id: str, limit: int) -> Refusal | None:
    """Settle what a customer may owe in minor units; 0 ends buying on account. Tills hear of it."""
    if refusal := author.lacks(Right.BALANCE_MANAGE):
        return refusal
    known = records.customer(tx, customer_id)
    if known is None:
        return Refusal(Code.CUSTOMER_NEEDED, {"field": "limit"})
    if not 0 <= limit <= ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_INVALID, {"field": "limit"})
    if limit == known.account_limit:
        return None
    records.save(tx, RecordKind.CUSTOMER, replace(known, account_limit=limit))
    change = ({"account_limit": known.account_limit}, {"account_limit": limit})
    settings_audit.note(tx, author, _subject(Holder(BalanceKind.ACCOUNT, customer_id)), change)
    return None


def _subject(holder: Holder) -> Subject:
    return Subject(holder.kind.value, masked_key(holder))
