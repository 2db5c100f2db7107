"""Checkout holds: stock reserved for some minutes, let go again, or taken over by an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.errors import Code, Refused
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.sourcing import Sourcing
from site_sync.domain.stock import StockMove, StockReason
from site_sync.protocol.problems import ProblemFound, of_call, of_refusal
from site_sync.protocol.web_shop import HoldRequest
from site_sync.protocol.web_shop_answers import moment_text
from site_sync.protocol.web_shop_shapes import HoldAnswer
from site_sync.service import reservations, soft_reservations
from site_sync.service.availability import COLLECT, known_items
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.records import Settled
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.reservations import Key
from site_sync.service.transfers import by_priority
from site_sync.service.web_order_words import check_store

AT_ONCE = 100


class HoldState(StrEnum):
    """Where a hold stands."""

    OPEN = "open"
    TAKEN = "taken"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Cause:
    """What a hold's journal entries go back to: who, by which command, when."""

    by: str
    command: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to be made: its token, the connector that owns it, until when."""

    token: str
    owner: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Taking:
    """An order that takes a hold over: its connector, id, store and units by SKU."""

    owner: str
    order_id: str
    store: str
    wanted: Mapping[str, int]
    cause: Cause


def make(tx: Transaction, new: NewHold, request: HoldRequest, cause: Cause) -> HoldAnswer:
    """Reserve the lines, all or none; ProblemFound with what is missing."""
    try:
        settled = records.settled(tx)
        check_store(request.store, settled, DeliveryMode.COLLECT)
        goods = {sku for sku, item in known_items(tx, _skus(request)).items() if item.kind is ItemKind.GOODS}
        sources = _sources(tx, request, goods, settled, cause.at)
    except Refused as refused:
        raise ProblemFound(of_refusal(refused.refusal)) from refused
    _keep(tx, new, request, cause, sources)
    return {
        "hold": new.token,
        "store": request.store,
        "expires_at": moment_text(new.expires_at),
        "lines": [{"sku": line.sku, "quantity": line.quantity} for line in request.lines],
    }


def _keep(
    tx: Transaction, new: NewHold, request: HoldRequest, cause: Cause, sources: Mapping[int, str]
) -> None:
    hold = {
        "id": new.token,
        "owner": new.owner,
        "store": request.store,
        "created_at": cause.at,
        "expires_at": new.expires_at,
        "state": HoldState.OPEN.value,
    }
    tx.execute(insert(t.holds), hold)
    lines = list(enumerate(request.lines, start=1))
    rows = [
        {
            "hold_id": new.token,
            "line": number,
            "sku": line.sku,
            "store": sources.get(number, request.store),
            "quantity": line.quantity,
            "reserved": line.quantity if number in sources else 0,
        }
        for number, line in lines
    ]
    tx.execute(insert(t.hold_lines), rows)
    held = [(n, line.sku, sources[n], line.quantity) for n, line in lines if n in sources]
    _move(tx, new.token, held, cause)


def _skus(request: HoldRequest) -> Iterable[str]:
    return (line.sku for line in request.lines)


def _sources(
    tx: Transaction, request: HoldRequest, goods: set[str], settled: Settled, now: datetime
) -> dict[int, str]:
    """The store that each line of goods is held at, its stock locked; refused with what is not there.

    That is the hold's store, or one that sends to it where the shop brings goods; a SKU is given out once.
    What is softly reserved in quotes is not there for a hold.
    """
    brings = settled.policies.for_order(request.store, COLLECT).transfer_hours
    others = by_priority(settled.stores.values()) if brings else []
    stores = dict.fromkeys((request.store, *others))
    levels = reservations.lock_levels(tx, [(store, sku) for store in stores for sku in goods])
    unpromised = soft_reservations.unpromised_of(tx, levels, now, settled.policies)
    free = Sourcing(request.store, others, unpromised)
    sources: dict[int, str] = {}
    missing: list[dict[str, object]] = []
    for number, line in enumerate(request.lines, start=1):
        if line.sku not in goods:
            continue
        sources[number], found = free.take(line.sku, line.quantity)
        if found < line.quantity:
            facts = {"line": number, "sku": line.sku, "store": request.store}
            missing.append(facts | {"requested": line.quantity, "available": found})
    if missing:
        raise Refused(Code.INSUFFICIENT_STOCK, lines=missing)
    return sources


def _move(tx: Transaction, token: str, lines: Sequence[tuple[int, str, str, int]], cause: Cause) -> None:
    """Reserve (above zero) or let go what lines hold, with the journal entries that say so."""
    ended = frozenset(number for number, _, _, quantity in lines if quantity < 0)
    moves = [
        StockMove(n, sku, store, quantity, 0, StockReason.HOLD_ENDED if n in ended else StockReason.HELD)
        for n, sku, store, quantity in lines
    ]
    reservations.journalise(tx, reservations.Cause(token, cause.command, cause.by, cause.at), moves, ended)
    reservations.post(tx, moves)


def _locked(tx: Transaction, token: str, owner: str) -> Any | None:
    """The owner's hold, held still until the transaction ends."""
    h = t.holds.c
    query = select(t.holds).where(h.id == token, h.owner == owner).with_for_update()
    return tx.execute(query).one_or_none()


def _end(tx: Transaction, token: str, outcome: dict[str, object], cause: Cause) -> None:
    """Let go of all a hold's lines; their stock is locked in the usual order."""
    line = t.hold_lines.c
    query = select(t.hold_lines).where(line.hold_id == token, line.reserved > 0).order_by(line.line)
    rows = tx.execute(query).all()
    keys: list[Key] = [(row.store, row.sku) for row in rows]
    reservations.lock_levels(tx, keys)
    tx.execute(update(t.hold_lines).where(line.hold_id == token).values(reserved=0))
    _move(tx, token, [(row.line, row.sku, row.store, -row.reserved) for row in rows], cause)
    tx.execute(update(t.holds).where(t.holds.c.id == token).values(**outcome))


def take_over(tx: Transaction, token: str, taking: Taking) -> None:
    """Let go of the hold for the order that is made next in this transaction.

    ProblemFound when the hold is over, belongs to somebody else, or does not hold what the order wants.
    """
    hold = _locked(tx, token, taking.owner)
    if hold is None or hold.state != HoldState.OPEN or hold.expires_at <= taking.cause.at:
        raise ProblemFound(of_call("hold_ended", "the hold is unknown, over or taken", hold=token))
    held: dict[str, int] = {}
    line = t.hold_lines.c
    for row in tx.execute(select(line.sku, line.quantity).where(line.hold_id == token)):
        held[row.sku] = held.get(row.sku, 0) + row.quantity
    lacking = [
        {"sku": sku, "requested": wanted, "held": held.get(sku, 0)}
        for sku, wanted in taking.wanted.items()
        if wanted > held.get(sku, 0)
    ]
    if lacking or hold.store != taking.store:
        raise ProblemFound(of_call("hold_too_small", store=hold.store, lines=lacking))
    outcome: dict[str, object] = {"state": HoldState.TAKEN.value, "order_id": taking.order_id}
    _end(tx, token, outcome, taking.cause)


def release(tx: Transaction, token: str, owner: str, cause: Cause) -> None:
    """Let a hold go; one that is over already stays over, one that an order took is refused."""
    hold = _locked(tx, token, owner)
    if hold is None:
        raise ProblemFound(of_call("not_found"))
    if hold.state == HoldState.TAKEN:
        raise ProblemFound(of_call("hold_ended", "an order took the hold over", order=hold.order_id))
    if hold.state == HoldState.OPEN:
        _end(tx, token, {"state": HoldState.RELEASED.value}, cause)


def overdue(db: Executor, now: datetime) -> list[str]:
    """Tokens of holds whose time is over, the longest overdue first."""
    h = t.holds.c
    query = select(h.id).where(h.state == HoldState.OPEN.value, h.expires_at <= now)
    return list(db.execute(query.order_by(h.expires_at, h.id).limit(AT_ONCE)).scalars())


def expire(tx: Transaction, token: str, cause: Cause) -> bool:
    """End a hold whose time is over; False when it is gone meanwhile or another process is at it."""
    h = t.holds.c
    still = h.id == token, h.state == HoldState.OPEN.value, h.expires_at <= cause.at
    if tx.execute(select(h.id).where(*still).with_for_update(skip_locked=True)).first() is None:
        return False
    _end(tx, token, {"state": HoldState.EXPIRED.value}, cause)
    return True
