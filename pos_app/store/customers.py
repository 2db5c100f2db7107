"""Customers this till knows: those of its orders and those just made at it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pos_app.store import words
from pos_app.store.tables import customers
from pos_app.store.till_file import TillFile
from site_sync.domain.customers import Customer
from site_sync.protocol.changes import RECORDS, Change, RecordKind

_CUSTOMER = RECORDS[RecordKind.CUSTOMER]
_SEARCH = (
    "SELECT c.body FROM customers c WHERE c.number IN (SELECT rowid FROM customers_search WHERE "
    "customers_search MATCH ? LIMIT ?)"
)
LOCAL = 0
"""Version of a customer the site has not told of."""


class Customers:
    """Found by name, phone, e-mail or member card."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def apply(self, change: Change) -> bool:
        """Take over a customer's newest version, or forget the person; whether somebody was forgotten."""
        if change.body is None:
            return self._forget(change.key)
        self._write(_CUSTOMER.load(change.body), change.version, change.body)
        return False

    def add(self, customer: Customer) -> None:
        """Keep a customer made at this till until the site tells of them with an order."""
        with self._file.transaction():
            self._write(customer, LOCAL, _CUSTOMER.text(customer))

    def _forget(self, customer_id: str) -> bool:
        raw = self._file.raw
        row = raw.execute("SELECT number FROM customers WHERE id = ?", (customer_id,)).fetchone()
        if row:
            raw.execute("DELETE FROM customers_search WHERE rowid = ?", row)
            raw.execute("DELETE FROM customers WHERE number = ?", row)
        return row is not None

    def _write(self, customer: Customer, version: int, body: str) -> None:
        values = {"version": version, "member_card": customer.member_card, "body": body}
        upsert = insert(customers).values(id=customer.id, **values)
        self._file.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=values))
        raw = self._file.raw
        row = raw.execute("SELECT number FROM customers WHERE id = ?", (customer.id,)).fetchone()
        raw.execute("DELETE FROM customers_search WHERE rowid = ?", row)
        phone = words.phone_words(customer.phone)
        text = words.joined(customer.name, phone, customer.email, customer.member_card)
        raw.execute("INSERT INTO customers_search (rowid, words) VALUES (?, ?)", (*row, text))

    def search(self, typed: str, limit: int = 50) -> tuple[Customer, ...]:
        """Customers with words beginning like the typed ones, by name."""
        question = words.query(typed)
        if question is None:
            return ()
        rows = self._file.raw.execute(_SEARCH, (question, limit))
        return tuple(sorted((_CUSTOMER.load(row[0]) for row in rows), key=lambda found: found.name))

    def customer(self, customer_id: str) -> Customer | None:
        """The customer of that id."""
        return self._one(customers.c.id, customer_id)

    def by_card(self, card: str) -> Customer | None:
        """The customer who holds this member card."""
        return self._one(customers.c.member_card, card) if card else None

    def _one(self, column: object, value: str) -> Customer | None:
        body = self._file.execute(select(customers.c.body).where(column == value)).scalar()  # type: ignore[arg-type]
        return _CUSTOMER.load(body) if body is not None else None
