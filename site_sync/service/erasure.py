"""Forgetting people: their data goes out of every table; money and stock stay, under ids that say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select, tuple_, update

from site_sync.domain.customers import Customer
from site_sync.domain.erasure import Needles, erased, scrubbed, words_of
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order, Stage
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import ORDER
from site_sync.service import orders, personal_data, settings_audit, void_tokens
from site_sync.service.connectors.receipts import ReceiptState
from site_sync.service.database import tables as t
from site_sync.service.database.records import TABLES
from site_sync.service.database.transaction import Changed, Transaction
from site_sync.service.order_rows import write_order
from site_sync.service.personal_data import Hindrance, Person
from site_sync.service.settings_audit import Author, Subject

PERSON = "person"
"""Under this kind the audit says that somebody was forgotten, and not who it was."""


LONGEST_WHY = 200


class MayNot(Exception):
    """The one who asks lacks the right to forget people."""


def why_refusal(why: str) -> Refusal | None:
    """Why somebody may not be forgotten with these words as the reason."""
    if not why.strip():
        return Refusal(Code.REASON_NEEDED, {"field": "why"})
    if len(why) > LONGEST_WHY or not why.isprintable():
        return Refusal(Code.TEXT_INVALID, {"field": "why", "most": LONGEST_WHY})
    return None


def erase(tx: Transaction, by: Author, key: str, why: str) -> list[Hindrance]:
    """Forget a person and all their orders; what hinders it is returned, and nothing is done then."""
    if by.lacks(Right.SETTINGS_MANAGE):
        raise MayNot
    who = personal_data.person(tx, key)
    if who is None:
        return []
    locked = tuple(one for one in (orders.load_locked(tx, order.id) for order in who.orders) if one)
    if hindered := personal_data.hindrances(tx, Person(who.key, who.customer, locked)):
        return hindered
    words = _words(tx, locked, who.customer)
    forget_orders(tx, locked, words, by.at)
    _forget_elsewhere(tx, who, words)
    if not who.is_guest:
        forget_customer(tx, who.key)
    counted = {"orders": len(locked), "guest": who.is_guest}
    subject = Subject(PERSON, locked[0].id if who.is_guest and locked else who.key)
    settings_audit.note(tx, by, subject, (counted, None), Needles(words).out_of(why, spoken=True))
    return []


def _words(tx: Transaction, known: Sequence[Order], customer: Customer) -> frozenset[str]:
    """All that the orders and what happened to them tell of people."""
    h = t.history.c
    told = [{"customer": json.loads(RECORDS[RecordKind.CUSTOMER].text(customer))}]
    told += [json.loads(ORDER.text(order)) for order in known]
    rows = tx.execute(select(h.body).where(h.order_id.in_([order.id for order in known])))
    told += [json.loads(body) for body in rows.scalars()]
    return words_of(told)


def words_of_orders(tx: Transaction, known: Sequence[Order]) -> frozenset[str]:
    """The same for orders that are forgotten on their own, their customer staying."""
    return _words(tx, known, Customer())


def forget_orders(tx: Transaction, known: Sequence[Order], words: frozenset[str], now: datetime) -> None:
    """Take the people out of closed orders and all that hangs on them; tills get them so."""
    ids = [order.id for order in known if order.stage is Stage.DONE]
    for order in known:
        if order.id in ids:
            after = erased(order)
            write_order(tx, order, after)
            stores = tuple(sorted(orders.stores_of(order, after)))
            tx.changed(Changed(RecordKind.ORDER.value, order.id, after.version, stores))
    _rewrite(tx, t.history, t.history.c.order_id.in_(ids), ("body", "entry"), words)
    _rewrite(tx, t.problems, t.problems.c.order_id.in_(ids), ("facts",), words)
    problems = update(t.problems).where(t.problems.c.order_id.in_(ids))
    tx.execute(problems.values(envelope="", resolved_how="", version=t.problems.c.version + 1))
    told = tx.execute(select(t.problems.c.id, t.problems.c.version).where(t.problems.c.order_id.in_(ids)))
    for row in told.all():
        tx.changed(Changed(RecordKind.PROBLEM.value, row.id, row.version))
    _rewrite(tx, t.commands, t.commands.c.subject.in_(ids), ("result",), words)
    _rewrite(tx, t.balance_entries, t.balance_entries.c.order_id.in_(ids), ("note",), words)
    void_tokens.forget(tx, ids)
    for table in (t.messages, t.webhook_deliveries):
        tx.execute(delete(table).where(table.c.order_id.in_(ids)))
    tx.execute(update(t.shop_reports).where(t.shop_reports.c.order_id.in_(ids)).values(error=""))
    _forget_shops(tx, ids, words)


def _forget_shops(tx: Transaction, ids: Sequence[str], words: frozenset[str]) -> None:
    """What web shops sent: the documents go, what was understood of them stays without people."""
    link, r = t.connector_orders.c, t.webhook_receipts.c
    mine = link.order_id.in_(ids)
    sent = select(link.connector, link.external_id).where(mine)
    theirs = tuple_(r.connector, r.external_id).in_(sent)
    gone = {"body": b"", "headers": "{}", "facts": "{}", "error": "", "next_try_at": None}
    tx.execute(update(t.webhook_receipts).where(theirs).values(**gone, state=ReceiptState.IGNORED.value))
    _rewrite(tx, t.connector_orders, mine, ("known", "applied"), words)


def _rewrite(
    tx: Transaction, table: Table, where: ColumnElement[bool], names: Sequence[str], words: Iterable[str]
) -> None:
    """Take people out of columns that hold JSON or words; rows that stay as they were are left alone."""
    key = list(table.primary_key.columns)
    rows = tx.execute(select(*key, *(table.c[name] for name in names)).where(where)).all()
    changed = []
    for row in rows:
        before = {name: getattr(row, name) for name in names}
        after = {name: _bare(text, words) for name, text in before.items()}
        if after != before:
            keys = {f"key_{column.name}": getattr(row, column.name) for column in key}
            changed.append(keys | {f"new_{name}": text for name, text in after.items()})
    if changed:
        statement = update(table).where(*(column == bindparam(f"key_{column.name}") for column in key))
        tx.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), changed)


def _bare(text: str, words: Iterable[str]) -> str:
    if text[:1] not in "{[" or not text:
        return str(scrubbed({"why": text}, words)["why"])
    value: Any = scrubbed(json.loads(text), words)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _forget_elsewhere(tx: Transaction, who: Person, words: frozenset[str]) -> None:
    """Receipts that were mailed to them, and remarks on what was kept for them."""
    if who.customer.email:
        tx.execute(delete(t.messages).where(t.messages.c.recipient == who.customer.email))
    _rewrite(tx, t.balance_entries, t.balance_entries.c.key == who.key, ("note",), words)


def forget_customer(tx: Transaction, key: str) -> None:
    """Empty a customer's record; tills take it away."""
    table, blank = TABLES[RecordKind.CUSTOMER], RECORDS[RecordKind.CUSTOMER].text(Customer(key))
    row = tx.execute(select(table.c.version).where(table.c.key == key)).one_or_none()
    if row is not None:
        empty = {"name": "", "phone": "", "email": "", "member_card": "", "body": blank, "removed": True}
        tx.execute(update(table).where(table.c.key == key).values(**empty, version=row.version + 1))
        tx.changed(Changed(RecordKind.CUSTOMER.value, key, row.version + 1))


def without_trace(order_columns: Any) -> ColumnElement[bool]:
    """Rows of orders that may still tell of somebody."""
    c = order_columns
    named = (c.page_hash, c.code_hash, c.customer_name, c.customer_phone, c.customer_email, c.member_card)
    return or_(*(column != "" for column in named))
