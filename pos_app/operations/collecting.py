"""The collect counter: who is it, which order, what is due, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pos_app.operations import cut_off
from pos_app.operations.desk import Acting, Changed, Desk, act_on, command_for, context_for
from pos_app.operations.orders import Settlement, bringing
from pos_app.operations.paying import Tendering, payments
from pos_app.store.audit import AuditEntry
from pos_app.store.order_list import OrderFilter
from pos_app.store.order_rows import OrderRow, row_from
from site_sync.domain import deposits
from site_sync.domain.code_issues import was_good
from site_sync.domain.codes import Scan, ScanKind, ScanSettings, classify, token_hash
from site_sync.domain.commands import Arrive, Collect
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState, ClosedAs, Order, Stage
from site_sync.domain.particulars import Identity, LineQuantity, Tendered

MOST_MATCHES = 30


@dataclass(frozen=True, slots=True)
class Found:
    """One order; `evidence` is the hash of the customer's token when it was shown and fits.

    `against` says why this till cannot hand it over while it is cut off.
    """

    record: OrderRecord
    evidence: str = ""
    against: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Several orders that fit; the most urgent first."""

    rows: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """What leaves: who was checked how, which units (None: all that is open), the money, bags handed over."""

    identity: Identity
    lines: tuple[LineQuantity, ...] | None = None
    tendering: Tendering | None = None
    bags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EndedWords:
    """Why an order cannot be collected any more: a code and the facts of its sentence."""

    code: str
    facts: Mapping[str, object]


def find(desk: Desk, what: Scan | str) -> Found | Matches | Refusal:
    """The order of a scan or of what was typed: code, number, member card, phone or name."""
    scan = classify(what, ScanSettings()) if isinstance(what, str) else what
    if scan.kind is ScanKind.COLLECT_CODE:
        return _by_code(desk, scan)
    if scan.order_number:
        return _by_number(desk, scan.order_number)
    if scan.kind is ScanKind.MEMBER_CARD and scan.card:
        return _by_card(desk, scan.card)
    return _matches(desk, what if isinstance(what, str) else scan.raw)


def _by_number(desk: Desk, number: str) -> Found | Refusal:
    order_id = desk.store.orders.id_of_number(number)
    record = desk.store.orders.record(order_id) if order_id else None
    return _found(desk, record) if record else Refusal(Code.ORDER_UNKNOWN, {"number": number})


def _by_code(desk: Desk, scan: Scan) -> Found | Refusal:
    """A token that does not fit is refused and noted: it was replaced, or is foreign or tried out."""
    found = _by_number(desk, scan.order_number or "")
    if isinstance(found, Refusal):
        return found
    order = found.record.order
    shown = token_hash(scan.token or "")
    if scan.token is None or not order.opened_by(shown):
        key = bytes.fromhex(desk.identity.code_key)
        why = Code.CODE_REPLACED if key and was_good(key, order, shown) else Code.CODE_WRONG
        desk.store.audit.add(AuditEntry(desk.now(), "", why.value, order.id))
        return Refusal(why, {"number": order.number})
    return replace(found, evidence=shown)


def _by_card(desk: Desk, card: str) -> Found | Matches | Refusal:
    customer = desk.store.customers.by_card(card)
    if customer is None:
        return _matches(desk, card)
    rows = desk.store.lists.rows(OrderFilter(customer_id=customer.id))
    return _one_or_many(desk, tuple(row for row in rows if row.stage is not Stage.DONE), card)


def _matches(desk: Desk, typed: str) -> Found | Matches | Refusal:
    rows = desk.store.lists.rows(OrderFilter(typed=typed), limit=200) if typed.strip() else ()
    here = desk.identity.store
    live = [row for row in rows if row.stage not in (Stage.DONE, Stage.QUOTE)]
    live.sort(key=lambda row: (row.work_store != here, row.stage is not Stage.TO_COLLECT))
    return _one_or_many(desk, tuple(live[:MOST_MATCHES]), typed)


def _one_or_many(desk: Desk, rows: tuple[OrderRow, ...], typed: str) -> Found | Matches | Refusal:
    if not rows:
        return Refusal(Code.ORDER_UNKNOWN, {"number": typed})
    return open_order(desk, rows[0].id) if len(rows) == 1 else Matches(rows)


def open_order(desk: Desk, order_id: str) -> Found | Refusal:
    """The order of that id, without any proof of who asks."""
    record = desk.store.orders.record(order_id)
    return _found(desk, record) if record else Refusal(Code.ORDER_UNKNOWN, {"order": order_id})


def _found(desk: Desk, record: OrderRecord) -> Found:
    return Found(record, against=cut_off.collect_refusal(desk, record.order))


def as_row(found: Found) -> OrderRow:
    """A found order as one row of a list."""
    return row_from(found.record.order)


def ended_words(record: OrderRecord) -> EndedWords:
    """Why nothing of the order can be handed over: collected when, where and by whom, cancelled, expired."""
    order = record.order
    facts: dict[str, object] = {"number": order.number, "at": order.closed_at or order.updated_at}
    if order.closed_as in (ClosedAs.COLLECTED, ClosedAs.SHIPPED, ClosedAs.DELIVERED):
        handed = [entry for entry in record.history if entry.code == "goods_handed_over"]
        facts["by"] = handed[-1].by if handed else ""
        facts["store"] = order.work_store
        return EndedWords("already_collected", facts)
    return EndedWords(f"ended_{order.closed_as.value if order.closed_as else 'open'}", facts)


def due(order: Order, quantities: Mapping[int, int]) -> Money:
    """What is to be paid when these units (by line) leave now."""
    return Money(max(0, deposits.due_now(order, quantities)), order.currency)


def worth(order: Order, quantities: Mapping[int, int]) -> tuple[Money, Money]:
    """What these units (by line) cost, and what of it was paid before."""
    value, before = deposits.value_now(order, quantities), deposits.paid_of(order, quantities)
    return Money(value, order.currency), Money(before, order.currency)


def named(order: Order, identity: Identity) -> Identity:
    """The identity with the named collector's name, when it was their own code that was shown."""
    theirs = bool(order.collector_hash) and identity.code_hash == order.collector_hash
    return replace(identity, collector=order.collector.name) if theirs and order.collector else identity


def check(desk: Desk, acting: Acting, order_id: str, how: HandOver) -> Order | Refusal:
    """Whether it can be handed over like this once it is paid, before any money is taken."""
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    wanted = how.lines or tuple(LineQuantity(line.id, line.quantities.open) for line in order.lines)
    money = due(order, {part.line: part.quantity for part in wanted})
    paid = (Tendered(desk.new_id(), "", money),) if money else ()
    identity = named(order, how.identity)
    command = command_for(desk, acting, order_id, Collect(identity, how.lines, paid, how.bags))
    decision = decide(order, command, context_for(desk, acting, order, command))
    return decision if isinstance(decision, Refusal) else decision.order


def hand_over(desk: Desk, acting: Acting, order_id: str, how: HandOver) -> Changed | Refusal:
    """Goods leave with a person who was checked, against what is due; the receipt is queued."""
    tendering = how.tendering
    if tendering is not None and not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    money = payments(tendering) if tendering else ()
    settlement = Settlement(tendering)
    order = desk.store.orders.order(order_id)
    identity = named(order, how.identity) if order else how.identity
    act = Collect(identity, how.lines, money, how.bags)
    return act_on(desk, acting, order_id, act, bringing(desk, acting, order_id, settlement))


def arrive(desk: Desk, acting: Acting, order_id: str, state: ArrivalState) -> Changed | Refusal:
    """The customer is on the way, or here."""
    return act_on(desk, acting, order_id, Arrive(state))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order whose customer is here or on the way, and since when."""

    row: OrderRow
    since: datetime


def here_now(desk: Desk) -> tuple[Waiting, ...]:
    """Customers who said they are here, whoever waits longest first; then those on the way."""
    rows = desk.store.lists.rows(OrderFilter(store=desk.identity.store, here_now=True))
    found = [(row, desk.store.orders.order(row.id)) for row in rows]
    waiting = [Waiting(row, order.arrival.at) for row, order in found if order and order.arrival]
    return tuple(sorted(waiting, key=lambda one: (one.row.arrival != ArrivalState.HERE.value, one.since)))
