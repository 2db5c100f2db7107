"""People the site knows: found, with all that is kept of them, and what keeps them from being forgotten."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from site_sync.domain.balances import BalanceKind
from site_sync.domain.customers import Customer
from site_sync.domain.orders import Order, Stage
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import ORDER
from site_sync.service import bodies, order_words, orders
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.problems import OPEN

MOST = 30
LEAST_DIGITS = 4
"""Fewer digits at the end of a phone number mean too many people."""
GUEST = "order:"
"""Before the id of an order, by which somebody without a record of their own is named."""
_O, _C = t.orders.c, t.customers.c


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, or a guest who is known by their orders alone; the newest order comes first."""

    key: str
    customer: Customer
    orders: tuple[Order, ...]

    @property
    def is_guest(self) -> bool:
        """Whether there is no record of them."""
        return self.key.startswith(GUEST)


class Hindering(StrEnum):
    """What is still open between the shop and a person."""

    OPEN_ORDER = "open_order"
    MONEY_DUE = "money_due"
    PROBLEM = "problem"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something that is still open: an order by its number, or what is kept."""

    kind: Hindering
    what: str
    order_id: str = ""


def find(db: Executor, text: str) -> list[Person]:
    """People that a typed text may mean: by name, phone, e-mail, member card, or number of an order."""
    typed = " ".join(text.lower().replace("\x00", "").split())
    if not typed:
        return []
    wanted = [
        _C.key == text.strip(),
        _C.member_card == typed.upper(),
        _C.email.startswith(typed, autoescape=True),
    ]
    wanted.append(and_(*(_C.name.contains(word, autoescape=True) for word in typed.split())))
    digits = "".join(char for char in typed if char.isdigit())
    if len(digits) >= LEAST_DIGITS:
        wanted.append(_C.phone.endswith(digits))
    query = select(_C.key, _C.body).where(_C.removed.is_(False), or_(*wanted)).order_by(_C.name).limit(MOST)
    found = {
        row.key: Person(row.key, RECORDS[RecordKind.CUSTOMER].load(row.body), ()) for row in db.execute(query)
    }
    newest = (
        select(_O.body).where(order_words.matching(db, text)).order_by(_O.created_at.desc()).limit(3 * MOST)
    )
    for body in db.execute(newest).scalars():
        order: Order = ORDER.load(body)
        who = order.customer
        key = who.id or f"{GUEST}{who.email.lower() or who.phone or order.id}"
        if (who.name or who.email or who.phone) and key not in found and len(found) < MOST:
            found[key] = Person(who.id or GUEST + order.id, who, (order,))
    return list(found.values())


def person(db: Executor, key: str) -> Person | None:
    """The person of a customer's id, or of a guest's order; with all their orders."""
    if key.startswith(GUEST):
        order = orders.load(db, key.removeprefix(GUEST))
        if order is None:
            return None
        if order.customer.id:
            return person(db, order.customer.id)
        return Person(key, order.customer, _orders(db, or_(_O.id == order.id, _same_guest(order.customer))))
    known: Customer | None = records.customer(db, key)
    mine = _O.customer_id == key
    if known is None:
        found = _orders(db, mine)
        return Person(key, found[0].customer, found) if found else None
    return Person(key, known, _orders(db, or_(mine, _same_guest(known))))


def _same_guest(customer: Customer) -> ColumnElement[bool]:
    """Orders without a customer's record that bear the same e-mail or phone."""
    same: list[ColumnElement[bool]] = [_O.customer_email == customer.email.lower()] if customer.email else []
    same += [_O.customer_phone == customer.phone] if customer.phone else []
    return and_(_O.customer_id == "", or_(*same)) if same else false()


def _orders(db: Executor, where: ColumnElement[bool]) -> tuple[Order, ...]:
    query = select(_O.body).where(where).order_by(_O.created_at.desc(), _O.id)
    return tuple(ORDER.load(body) for body in db.execute(query).scalars())


def hindrances(db: Executor, who: Person) -> list[Hindrance]:
    """Why this person cannot be forgotten yet; nothing when they can."""
    found = of_orders(db, who.orders)
    b = t.balances.c
    kept = select(b.kind, b.balance).where(
        b.key == who.key, b.kind.in_([BalanceKind.CREDIT.value, BalanceKind.ACCOUNT.value]), b.balance != 0
    )
    found += [Hindrance(Hindering.BALANCE, row.kind) for row in db.execute(kept)]
    return found


def of_orders(db: Executor, wanted: tuple[Order, ...]) -> list[Hindrance]:
    """What is still open of some orders."""
    found = [
        Hindrance(Hindering.OPEN_ORDER, one.number, one.id) for one in wanted if one.stage is not Stage.DONE
    ]
    p = t.problems.c
    ids = [one.id for one in wanted]
    troubled = set(db.execute(select(p.order_id).where(p.order_id.in_(ids), p.state == OPEN)).scalars())
    due = select(_O.id).where(_O.id.in_(ids), t.PAID_TOO_MUCH, _O.stage == Stage.DONE.value)
    owed = set(db.execute(due).scalars())
    for one in wanted:
        if one.id in troubled:
            found.append(Hindrance(Hindering.PROBLEM, one.number, one.id))
        if one.id in owed:
            found.append(Hindrance(Hindering.MONEY_DUE, one.number, one.id))
    return found


def messages(db: Executor, who: Person) -> list[dict[str, Any]]:
    """What they were told: which message, when, where to, what became of it."""
    m = t.messages.c
    mine: ColumnElement[bool] = m.order_id.in_([one.id for one in who.orders])
    mine = or_(mine, m.recipient == who.customer.email) if who.customer.email else mine
    query = select(m.kind, m.channel, m.recipient, m.language, m.state, m.created_at, m.sent_at, m.body)
    rows = db.execute(query.where(mine).order_by(m.created_at))
    return [
        {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in row._mapping.items()
        }
        for row in rows
    ]


def dossier(db: Executor, who: Person) -> dict[str, Any]:
    """All that is kept of a person, as plain JSON values."""
    e = t.balance_entries.c
    entries = select(e.kind, e.amount, e.currency, e.reason, e.at, e.store, e.order_id, e.sale_id, e.note)
    mine = e.key == who.key, e.kind != BalanceKind.GIFT_CARD.value
    ids = [one.id for one in who.orders]
    told = bodies.bodies(db, [(RecordKind.ORDER, one) for one in ids], "")
    return {
        "customer": asdict(who.customer),
        "orders": [json.loads(body.text) for body in told.values() if body.text is not None],
        "messages": messages(db, who),
        "balance_entries": [
            {name: value.isoformat() if name == "at" else value for name, value in row._mapping.items()}
            for row in db.execute(entries.where(*mine).order_by(e.at))
        ],
    }
