"""The one way an order is read and changed at the site, whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, or_, select

from site_sync.domain.balances import moves_of_order
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import (
    ActKind,
    Amend,
    Command,
    Create,
    PutBack,
    ReportShort,
    ReturnGoods,
    Substitute,
)
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import (
    DetailsChanged,
    Event,
    OrderCreated,
    Recorded,
    postings,
    stock_moves,
)
from site_sync.domain.lifecycle import Context, Decision, decide
from site_sync.domain.orders import Delivery, Order
from site_sync.domain.permissions import Right
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import ORDER
from site_sync.service import balances, late_money, leases, problems, reservations, void_tokens
from site_sync.service import postings as ledger
from site_sync.service.announcements import announce
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.records import Settled
from site_sync.service.database.transaction import Changed, Executor, Transaction
from site_sync.service.happening import Happening
from site_sync.service.order_rows import ended_lines, write_history, write_order
from site_sync.service.reservations import Cause, Key

MOVES_STOCK = frozenset(
    {
        ActKind.CREATE, ActKind.AMEND, ActKind.CONVERT_QUOTE, ActKind.SHORT, ActKind.COLLECT, ActKind.SHIP,
        ActKind.SUBSTITUTE, ActKind.ANSWER_SUBSTITUTE,
        ActKind.CANCEL, ActKind.EXPIRE, ActKind.EXTEND, ActKind.PUT_BACK,
        ActKind.REOPEN, ActKind.UNDO_COLLECT, ActKind.RETURN,
    }
)  # fmt: skip
"""Acts that may move stock, whose stock is therefore locked before they are decided."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What the one who acts may do, and the approver; `apart`: their outside ids are their own space.

    `device` is the till that acts, on whose leases the command may draw. `told` says that the customer has
    heard of the act, as the site knew it before it was restored; `short` is what the order went without then.
    """

    rights: frozenset[Right]
    approver_rights: frozenset[Right] = field(default_factory=frozenset)
    apart: bool = False
    device: str = ""
    told: bool = False
    short: Mapping[int, int] = field(default_factory=dict)


_SETTINGS = select(t.counters.c.value).where(t.counters.c.name == records.SETTINGS_COUNTER).scalar_subquery()
_LOAD = select(t.orders.c.body, _SETTINGS.label("settings")).where(t.orders.c.id == bindparam("order_id"))
_BODY = select(t.orders.c.body).where(t.orders.c.id == bindparam("order_id"))
_LOCK = _LOAD.with_for_update(of=t.orders)
_ALREADY = or_(
    t.orders.c.id == bindparam("order_id"),
    t.orders.c.number == bindparam("number"),
    t.HAS_EXTERNAL_ID
    & (t.orders.c.external_id == bindparam("external_id"))
    & (t.orders.c.source == bindparam("source"))
    & or_(bindparam("owner") == "", t.orders.c.staff == bindparam("owner")),
)
_ONE_ROW = select(literal(1).label("one")).subquery()
_TWIN = Prepared(
    select(_SETTINGS.label("settings"), t.orders.c.id, t.orders.c.number, t.orders.c.body).select_from(
        _ONE_ROW.outerjoin(t.orders, _ALREADY)
    )
)
"""The settings' counter, with the orders that already bear a new order's id, number or shop's id."""


def load(db: Executor, order_id: str) -> Order | None:
    """The order of that id."""
    body = db.execute(_BODY, {"order_id": order_id}).scalar_one_or_none()
    return None if body is None else ORDER.load(body)


def load_locked(tx: Transaction, order_id: str) -> Order | None:
    """The order of that id, held still until the transaction ends."""
    return _load_locked(tx, order_id)[0]


def find(db: Executor, reference: str) -> Order | None:
    """The order of that id or number."""
    query = select(t.orders.c.body).where(or_(t.orders.c.id == reference, t.orders.c.number == reference))
    body = db.execute(query).scalars().first()
    return None if body is None else ORDER.load(body)


def by_page(db: Executor, page_hash: str) -> Order | None:
    """The order whose customer page has the token of that SHA-256."""
    query = select(t.orders.c.body).where(t.HAS_PAGE, t.orders.c.page_hash == page_hash)
    body = db.execute(query).scalars().first()
    return None if body is None else ORDER.load(body)


def _load_locked(tx: Transaction, order_id: str) -> tuple[Order | None, int | None]:
    row = tx.execute(_LOCK if tx.postgres else _LOAD, {"order_id": order_id}).one_or_none()
    return (None, None) if row is None else (ORDER.load(row.body), row.settings)


def _load_for(tx: Transaction, command: Command, *, apart: bool) -> tuple[Order | None, int | None] | Refusal:
    """The order a command is about; for a new one, a refusal when its number or shop's id is taken."""
    act = command.act
    if not isinstance(act, Create):
        return _load_locked(tx, command.order_id)
    given = {
        "order_id": command.order_id,
        "number": act.number,
        "external_id": act.external_id,
        "source": act.source,
        "owner": command.by.id if apart else "",
    }
    rows = _TWIN.rows(tx, given)
    for _, order_id, number, _ in rows:
        if order_id not in (None, command.order_id):
            return Refusal(Code.ORDER_EXISTS, {"order": order_id, "number": number})
    settings, _, _, body = rows[0]
    return ORDER.load(body) if body else None, settings


def _touched(order: Order | None, command: Command) -> set[Key]:
    """Store and SKU of all stock that the command may move."""
    act = command.act
    if act.kind not in MOVES_STOCK:
        return set()
    keys = {(line.source_store, line.sku) for line in order.lines if line.stocked} if order else set()
    if isinstance(act, Create):
        keys |= _of_new(act.lines, act.delivery, command.store)
    elif isinstance(act, Amend) and order is not None:
        keys |= _of_new(act.add, act.delivery or order.delivery, order.store)
        if act.delivery is not None:
            keys |= {(act.delivery.store or order.store, sku) for _, sku in keys}
        keys |= {(one.store, order.line(one.line).sku) for one in act.sources if order.has(one.line)}
    elif isinstance(act, ReturnGoods) and order is not None:
        keys = {(command.store, order.line(part.line).sku) for part in act.lines if order.has(part.line)}
    elif isinstance(act, PutBack) and order is not None and command.store:
        keys |= {(command.store, order.line(part.line).sku) for part in act.lines if order.has(part.line)}
    elif isinstance(act, Substitute) and order is not None:
        keys |= _of_new((act.by,), order.delivery, order.store)
    elif isinstance(act, ReportShort) and order is not None and act.store:
        keys |= {(act.store, line.sku) for line in order.lines if line.id == act.line and line.stocked}
    return keys


def _of_new(lines: tuple[Any, ...], delivery: Delivery, store: str) -> set[Key]:
    usual = delivery.store or store
    return {(line.source_store or usual, line.sku) for line in lines if line.kind is ItemKind.GOODS}


def _context(
    settled: Settled, order: Order | None, command: Command, authority: Authority, now: datetime
) -> Context:
    act = command.act
    if isinstance(act, Create):
        store, method = act.delivery.store or command.store, act.delivery.method
    else:
        store = order.work_store if order else command.store
        method = order.delivery.method if order else ""
    return Context(
        now=now,
        rights=authority.rights,
        approver_rights=authority.approver_rights,
        policy=settled.policies.for_order(store, method),
        calendars={code: shop.calendar for code, shop in settled.stores.items()},
        methods=settled.methods,
        sources=settled.sources,
        short=authority.short,
    )


def apply(
    tx: Transaction, command: Command, authority: Authority, now: datetime, *, recorded: bool = False
) -> Decision | Refusal:
    """Decide a command on the order as it is now, and keep all that follows from it.

    A refusal leaves nothing behind, nor does a command that finds all as it wants it: the order stays at its
    version, of which everybody has been told. `recorded` says that the act already happened elsewhere.
    """
    loaded = _load_for(tx, command, apart=authority.apart)
    if isinstance(loaded, Refusal):
        return loaded
    order, settings = loaded
    touched = _touched(order, command)
    levels = reservations.lock_levels(tx, touched)
    lent = leases.honoured(tx, authority.device, command.leased) if command.leased else leases.NONE
    context = _context(records.settled(tx, settings), order, command, authority, now)
    context = replace(context, available=lent.within(levels), leases=lent.units, recorded=recorded)
    decision = decide(order, command, context)
    if isinstance(decision, Decision) and decision.events:
        reservations.ensure(tx, {(move.store, move.sku) for move in stock_moves(decision.events)}, levels)
        leases.spend(tx, lent, decision.drawn)
        _keep(tx, command, order, decision)
        by, told = command.by.id, authority.told
        announce(tx, Happening(order, decision.order, decision.events, command.id, now, by, told=told))
        _move_balances(tx, command, decision, records.settled(tx, settings))
        late_money.watch(tx, command, order, decision)
    return decision


def _move_balances(tx: Transaction, command: Command, decision: Decision, settled: Settled) -> None:
    """Move gift cards, credits and accounts that paid or were paid; what they lack is told, not lost."""
    order = decision.order
    cause = balances.Cause(
        command.id, command.at, command.store, command.till, command.by.id, order_id=order.id
    )
    moves = tuple(moves_of_order(order, decision.events, settled.tenders))
    for number, short in enumerate(balances.move(tx, cause, moves), start=1):
        problem = ProblemRecord(
            id=f"{command.id}:{number}",
            at=command.at,
            store=order.work_store,
            code=Code.BALANCE_SHORT.value,
            facts=short.facts() | {"number": order.number},
            order_id=order.id,
            command_id=command.id,
            act=command.act.kind.value,
            staff=command.by.name,
            till=f"{command.store}-{command.till}" if command.till else "",
        )
        problems.raise_problem(tx, problem)


def _keep(tx: Transaction, command: Command, before: Order | None, decision: Decision) -> None:
    order, events = decision.order, decision.events
    write_order(tx, before, order)
    void_tokens.keep(tx, before, order)
    write_history(tx, [_recorded(command, order, event) for event in events], order)
    moves = stock_moves(events)
    cause = Cause(order.id, command.id, command.by.id, command.at)
    reservations.journalise(tx, cause, moves, ended_lines(order, moves))
    ledger.post(tx, ledger.Origin(command.id, command.at, order_id=order.id), postings(events))
    _remember_customer(tx, order, events)
    reservations.post(tx, moves)
    tx.changed(
        Changed(RecordKind.ORDER.value, order.id, order.version, tuple(sorted(stores_of(before, order))))
    )


def _recorded(command: Command, order: Order, event: Event) -> Recorded:
    return Recorded(
        order_id=order.id,
        version=order.version,
        command_id=command.id,
        at=command.at,
        by=command.by,
        event=event,
        approver=command.approver,
        reason=command.reason,
    )


def stores_of(before: Order | None, order: Order) -> set[str]:
    """Stores that an order concerns: taken at, collected from, sourced from; before and after a command."""
    sides = [side for side in (before, order) if side is not None]
    named = {store for side in sides for store in (side.store, side.work_store)}
    named |= {line.source_store for side in sides for line in side.lines if line.stocked}
    return {store for store in named if store}


def _remember_customer(tx: Transaction, order: Order, events: tuple[Event, ...]) -> None:
    """Keep the order's customer among the customers, when the order says something of them.

    Tills of the order's stores are told, also of somebody who is known from elsewhere; of members every till.
    """
    told = any(isinstance(event, OrderCreated | DetailsChanged) for event in events)
    if not told or not order.customer.id:
        return
    known = records.customer(tx, order.customer.id)
    # What somebody may owe is settled at the site, not by an order that tells of its customer.
    customer = replace(order.customer, account_limit=known.account_limit if known else 0)
    stores = () if customer.member_card else tuple(sorted(stores_of(None, order)))
    if known != customer:
        records.save(tx, RecordKind.CUSTOMER, customer, stores=stores)
    elif stores:
        tx.changed(Changed(RecordKind.CUSTOMER.value, customer.id, stores=stores))
