"""The invariants as the site's database tells them after a run: 2 to 10, 12, 13 and 18."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from site_sync.domain.events import (
    GoodsHandedOver,
    HandOverUndone,
    OrderCreated,
    OrderShipped,
    Recorded,
    postings,
    stock_moves,
)
from site_sync.domain.lifecycle.evolve import evolve
from site_sync.domain.orders import Order, PaymentKind
from site_sync.protocol.codec import ORDER, RECORDED, SALE
from tests.simulation.storm.memory import MemoryDatabase
from tests.simulation.storm.shop import FEW

FALSE_ALARMS = ("chain_broken", "seq_reused", "command_id_reused")
"""A till's sequence is only ever wrong when there are two of it."""
BUGS = ("internal",)


@dataclass(frozen=True, slots=True)
class SiteRows:
    """Everything of the site's database that the invariants speak of."""

    orders: dict[str, Order]
    stages: dict[str, str]
    history: dict[str, list[Recorded]]
    commands: dict[str, tuple[str, str, dict[str, Any]]]
    raw: Any

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        found: list[tuple[Any, ...]] = self.raw.execute(query).fetchall()
        return found


def read_site(database: MemoryDatabase) -> SiteRows:
    """The rows as domain values."""
    raw = database.raw
    orders = {row[0]: ORDER.load(row[1]) for row in raw.execute("SELECT id, body FROM orders")}
    stages = dict(raw.execute("SELECT id, stage FROM orders"))
    history: dict[str, list[Recorded]] = defaultdict(list)
    for order_id, body in raw.execute("SELECT order_id, body FROM history ORDER BY order_id, version, n"):
        history[order_id].append(RECORDED.load(body))
    query = "SELECT command_id, payload_kind, subject, result FROM commands"
    commands = {row[0]: (row[1], row[2], json.loads(row[3])) for row in raw.execute(query)}
    return SiteRows(orders, stages, history, commands, raw)


def check_site(rows: SiteRows) -> Iterator[str]:
    """What is broken, each with the number of its invariant."""
    for order_id, order in rows.orders.items():
        yield from _folded(order, rows.stages[order_id], rows.history[order_id])
        yield from _units(order, rows.history[order_id])
        yield from _refunds(order)
        yield from _whole_numbers(order)
    yield from _effects(rows)
    yield from _problems(rows)
    yield from _money(rows)
    yield from _reservations(rows)
    yield from _feed(rows)


def _folded(order: Order, stage: str, history: list[Recorded]) -> Iterator[str]:
    """2 and 9: the order is what its history makes of it, and went along allowed transitions only."""
    if not history or not isinstance(history[0].event, OrderCreated):
        yield f"9: {order.number} has no beginning"
        return
    folded = history[0].event.order
    for recorded in history:
        folded = evolve(folded, recorded.event)
    same = (folded.lines, folded.payments, folded.notes, folded.bags, folded.claim, folded.collect_by)
    if same != (order.lines, order.payments, order.notes, order.bags, order.claim, order.collect_by):
        yield f"2: {order.number} is not what its history makes of it"
    if folded.stage != order.stage or stage != order.stage.value:
        yield f"9: {order.number} stands at {stage}, its history at {folded.stage}"
    versions = sorted({recorded.version for recorded in history})
    if versions != list(range(1, order.version + 1)):
        yield f"2: {order.number} has versions {versions} and is {order.version}"
    by_version: dict[int, set[str]] = defaultdict(set)
    for recorded in history:
        by_version[recorded.version].add(recorded.command_id)
    if any(len(commands) != 1 for commands in by_version.values()):
        yield f"2: a version of {order.number} was made by two commands"


def _units(order: Order, history: list[Recorded]) -> Iterator[str]:
    """4 and 9: nothing leaves twice, and quantities add up."""
    left: Counter[int] = Counter()
    for recorded in history:
        event = recorded.event
        if isinstance(event, GoodsHandedOver):
            left.update({part.line: part.quantity for part in event.lines})
        elif isinstance(event, HandOverUndone):
            left.subtract({part.line: part.quantity for part in event.lines})
    shipped = any(isinstance(recorded.event, OrderShipped) for recorded in history)
    for line in order.lines:
        held = line.quantities
        parts = (held.to_pick, held.picked, held.collected, held.short, held.cancelled)
        if sum(parts) + held.to_put_back + held.put_back != held.ordered or min(parts) < 0:
            yield f"9: line {line.id} of {order.number} does not add up: {held}"
        if left[line.id] > held.ordered:
            yield f"4: {left[line.id]} of {held.ordered} left in line {line.id} of {order.number}"
        if line.blocks and left[line.id] != held.collected and not shipped:
            yield f"4: {left[line.id]} left, {held.collected} are collected in {order.number}"
        if line.returned > held.collected:
            yield f"4: more came back than left in {order.number}"


def _refunds(order: Order) -> Iterator[str]:
    """6: no payment is given back beyond its amount; money held is never below zero."""
    given: Counter[str] = Counter()
    for payment in order.payments:
        if payment.kind is PaymentKind.REFUND:
            given[payment.refund_of] += payment.amount.amount
    for payment in order.payments:
        if given[payment.id] > payment.amount.amount:
            yield f"6: {given[payment.id]} of {payment.amount.amount} was given back in {order.number}"
    ids = Counter(payment.id for payment in order.payments)
    yield from (f"5: {name} counts twice in {order.number}" for name, many in ids.items() if many > 1)


def _whole_numbers(order: Order) -> Iterator[str]:
    """18: amounts are whole numbers."""
    amounts = [payment.amount.amount for payment in order.payments]
    amounts += [line.unit_price.amount for line in order.lines]
    if any(type(amount) is not int for amount in amounts):
        yield f"18: {order.number} has amounts that are no whole numbers"


def _effects(rows: SiteRows) -> Iterator[str]:
    """2: what a command moved is in journal and ledger once and whole; a refused one moved nothing."""
    moved: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    booked: dict[str, Counter[str]] = defaultdict(Counter)
    for history in rows.history.values():
        for recorded in history:
            for move in stock_moves((recorded.event,)):
                moved[recorded.command_id][move.store, move.sku] -= move.reserved
            for posting in postings((recorded.event,)):
                booked[recorded.command_id][posting.account] += posting.amount.amount
    for (body,) in rows.all("SELECT body FROM sales"):
        sale = SALE.load(body)
        for posting in sale.postings:
            booked[sale.id][posting.account] += posting.amount.amount
    journal: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    query = "SELECT command_id, store, sku, sum(quantity) FROM journal GROUP BY 1, 2, 3"
    for command_id, store, sku, quantity in rows.all(query):
        journal[command_id][store, sku] = quantity
    ledger: dict[str, Counter[str]] = defaultdict(Counter)
    query = "SELECT command_id, account, sum(amount) FROM ledger GROUP BY 1, 2"
    shifts = {row[0] for row in rows.all("SELECT id FROM shift_entries")}
    for command_id, account, amount in rows.all(query):
        if command_id not in shifts:
            ledger[command_id][account] = amount
    for name in moved.keys() | journal.keys():
        if +moved[name] != +journal[name] or -moved[name] != -journal[name]:
            yield f"2: the journal of {name} is not what it moved"
    for name in booked.keys() | ledger.keys():
        if +booked[name] != +ledger[name] or -booked[name] != -ledger[name]:
            yield f"2: the ledger of {name} is not what it booked"
    refused = {name for name, (_, _, result) in rows.commands.items() if result["kind"] != "applied"}
    acted = {recorded.command_id for history in rows.history.values() for recorded in history}
    for name in refused & (acted | ledger.keys() | journal.keys()):
        yield f"2: {name} was refused and did something"


def _problems(rows: SiteRows) -> Iterator[str]:
    """3: every refused or parked command has its one problem."""
    found = Counter(row[0] for row in rows.all("SELECT command_id FROM problems WHERE id = command_id"))
    for name, (_, _, result) in rows.commands.items():
        refused = result["kind"] != "applied"
        if found[name] != int(refused):
            yield f"3: {name} is {result['kind']} and has {found[name]} problems"
    for code, facts in rows.all("SELECT code, facts FROM problems"):
        if code in BUGS:
            yield f"3: the site could not work a command: {facts}"


def _money(rows: SiteRows) -> Iterator[str]:
    """5: double entry sums to nothing, per command and in all; what orders hold is what they were paid."""
    for command_id, amount in rows.all("SELECT command_id, sum(amount) FROM ledger GROUP BY 1"):
        if amount:
            yield f"5: the entries of {command_id} sum to {amount}"
    for number, total in rows.all("SELECT number, total FROM orders"):
        if type(total) is not int:
            yield f"18: the total of {number} is {total!r}"
    for order_id, total, paid in rows.all("SELECT id, total, paid FROM orders"):
        order = rows.orders[order_id]
        lines = sum(line.value(line.charged).amount for line in order.lines)
        if total != lines:
            yield f"18: {order.number} is {total}, its lines are {lines}"
        signs = {PaymentKind.PAYMENT: 1, PaymentKind.FORFEIT: 0}
        net = sum(signs.get(one.kind, -1) * one.amount.amount for one in order.payments)
        if paid > net:
            yield f"5: {order.number} counts {paid} as paid, {net} was"


def _reservations(rows: SiteRows) -> Iterator[str]:
    """8: a reservation ends once; 10: numbers and ids belong together."""
    query = (
        "SELECT j.order_id, j.line, sum(j.quantity), l.reserved FROM journal j JOIN order_lines l "
        "ON l.order_id = j.order_id AND l.line = j.line GROUP BY 1, 2, 4"
    )
    for order_id, line, quantity, reserved in rows.all(query):
        if -quantity != reserved:
            yield f"8: the journal of {order_id} line {line} says {-quantity}, the line {reserved}"
    yield from _on_hand(rows)
    numbers = Counter(row[0] for row in rows.all("SELECT number FROM orders"))
    yield from (f"10: {name} is {many} orders" for name, many in numbers.items() if many > 1)
    for order_id, number in rows.all("SELECT id, number FROM orders"):
        if rows.orders[order_id].number != number or rows.orders[order_id].id != order_id:
            yield f"10: {order_id} is stored as {number}"


def _on_hand(rows: SiteRows) -> Iterator[str]:
    """8: goods on hand are those there were, less what left by orders and by sales."""
    gone: Counter[tuple[str, str]] = Counter()
    for history in rows.history.values():
        for recorded in history:
            sent = getattr(recorded.event, "lines", ())
            sign = {GoodsHandedOver: 1, HandOverUndone: -1}.get(type(recorded.event), 0)
            order = rows.orders[recorded.order_id]
            for part in sent if sign else ():
                line = order.line(part.line)
                gone[line.source_store, line.sku] += sign * part.quantity * line.stocked
    for (body,) in rows.all("SELECT body FROM sales"):
        for move in SALE.load(body).stock:
            gone[move.store, move.sku] -= move.on_hand
    for store, sku, on_hand in rows.all("SELECT store, sku, on_hand FROM stock"):
        there = FEW[int(sku.rpartition("-")[2])] - gone[store, sku]
        if on_hand != there:
            yield f"8: {on_hand} {sku} are on hand at {store}, there should be {there}"


def _feed(rows: SiteRows) -> Iterator[str]:
    """12: positions without a gap, versions rising, the newest of every order told."""
    positions = [row[0] for row in rows.all("SELECT position FROM changes ORDER BY position")]
    if positions and positions != list(range(positions[0], positions[-1] + 1)):
        yield "12: the feed has gaps"
    told: dict[str, int] = {}
    for key, version in rows.all("SELECT key, version FROM changes WHERE kind = 'order' ORDER BY position"):
        if version < told.get(key, 0):
            yield f"12: {key} went from {told[key]} to {version}"
        told[key] = version
    for order_id, order in rows.orders.items():
        if told.get(order_id) != order.version:
            yield f"12: {order.number} is {order.version}, told was {told.get(order_id)}"
    head = rows.all("SELECT position FROM feed_head")[0][0]
    if positions and head != positions[-1]:
        yield f"12: the feed's head is {head}, its last change {positions[-1]}"


def alarms(rows: SiteRows) -> list[str]:
    """Codes of the alarms about tills themselves."""
    return [row[0] for row in rows.all("SELECT code FROM problems WHERE code IN " + str(FALSE_ALARMS))]
