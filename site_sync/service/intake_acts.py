"""What an envelope asks for: an order command, a finished sale, an act of a shift, a receipt to mail."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, insert, or_, select

from site_sync.domain import clocks
from site_sync.domain.balances import moves_of_sale
from site_sync.domain.commands import Act, ActKind, Command, Create
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import Posting
from site_sync.domain.leases import LeaseReturn
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import OnShortage
from site_sync.domain.problem_choices import money_of
from site_sync.domain.problems import MoneyMoved, ProblemEnd, ProblemRecord
from site_sync.domain.receipt_mail import ReceiptMail
from site_sync.domain.sales import Sale, ShiftAct, ShiftEntry
from site_sync.protocol.codec import (
    COMMAND,
    LEASE_RETURN,
    PROBLEM_END,
    RECEIPT_MAIL,
    SALE,
    SHIFT_ENTRY,
    Malformed,
)
from site_sync.protocol.envelope import Envelope, PayloadKind, ResultKind
from site_sync.service import (
    balances,
    catching_up,
    handed_over_twice,
    leases,
    orders,
    postings,
    problem_ends,
    problems,
    receipt_post,
    reservations,
    returned_goods,
    stock_trail,
    till_audit,
    void_tokens,
)
from site_sync.service.database import tables as t
from site_sync.service.database.records import Settled
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device
from site_sync.service.orders import Authority
from site_sync.service.postings import Origin

COMMUTING = frozenset({ActKind.NOTE, ActKind.TAKE_PAYMENT, ActKind.ARRIVE})
"""Acts that happened at the till whatever became of the order meanwhile."""
_ID = re.compile(r"[!-~]{1,64}")
CLOCK_AHEAD = timedelta(minutes=15)
LONGEST_OFFLINE = timedelta(days=90)
"""What a till says of the time is believed within these bounds; beyond them its clock is wrong."""


_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a command, with the order as it is after it; `short` as in `Result`."""

    kind: ResultKind
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    order: Order | None = None
    short: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An outcome with what it was about: the id of order, sale or shift entry, and the act's name.

    `money` is what changed hands in an act of an order.
    """

    outcome: Outcome
    subject: str
    act: str
    money: tuple[MoneyMoved, ...] = ()


class _Unfit(Exception):
    """The payload is not what its envelope says."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.outcome = Outcome(ResultKind.REJECTED, code, facts)


def subject_of(envelope: Envelope) -> str:
    """The id of what a payload is about, as far as it can be read at all."""
    try:
        payload = json.loads(envelope.payload)
    except (ValueError, RecursionError):
        return ""
    key = "order_id" if envelope.payload_kind is PayloadKind.ORDER else "id"
    found = payload.get(key) if isinstance(payload, dict) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def work(tx: Transaction, settled: Settled, device: Device, envelope: Envelope, now: datetime) -> Taken:
    """Do what the envelope asks for."""
    asked = _Asked(settled, device, envelope, now)
    subject, act = subject_of(envelope), ""
    money: tuple[MoneyMoved, ...] = ()
    try:
        if not envelope.intact:
            raise _Unfit("payload_damaged")
        if envelope.payload_kind is PayloadKind.SALE:
            outcome = _sale(tx, asked)
        elif envelope.payload_kind is PayloadKind.MAIL:
            outcome = _mail(tx, asked)
        elif envelope.payload_kind is PayloadKind.SHIFT:
            outcome = _shift(tx, asked)
        elif envelope.payload_kind is PayloadKind.PROBLEM:
            outcome = _problem(tx, asked)
        elif envelope.payload_kind is PayloadKind.LEASE:
            outcome = _lease_return(tx, asked)
        else:
            command = COMMAND.load(envelope.payload)
            act, money = command.act.kind.value, money_of(command.act)
            outcome = _order(tx, asked, command)
    except Malformed as malformed:
        facts = {"errors": [f"{pointer} {text}" for pointer, text in malformed.errors[:10]]}
        outcome = Outcome(ResultKind.REJECTED, "malformed", facts)
    except _Unfit as unfit:
        outcome = unfit.outcome
    return Taken(outcome, subject, act, money)


@dataclass(frozen=True, slots=True)
class _Asked:
    settled: Settled
    device: Device
    envelope: Envelope
    now: datetime

    def when(self, at: datetime) -> datetime:
        """When something happened, by the site's clock; now where the till's cannot have been right."""
        if at.tzinfo is None:
            raise _Unfit("malformed", errors=["/at is without its offset"])
        try:
            at = clocks.corrected(at, timedelta(milliseconds=self.envelope.site_ahead_ms))
        except OverflowError:
            at = self.now + LONGEST_OFFLINE
        if self.now - LONGEST_OFFLINE <= at <= self.now + CLOCK_AHEAD:
            return at
        _log.warning("a till's clock is wrong", device=self.device.id, command=self.envelope.command_id)
        return self.now


def _check_place(
    device: Device, fact: Command | Sale | ShiftEntry | ReceiptMail | ProblemEnd | LeaseReturn
) -> None:
    if (fact.store, fact.till) != (device.store, device.till):
        raise _Unfit("not_this_till", store=fact.store, till=fact.till)


def _check_staff(settled: Settled, envelope: Envelope, by: Actor, approver: str | None) -> None:
    if by.kind is not ActorKind.STAFF or by.id != envelope.staff:
        raise _Unfit("malformed", errors=["/by is not who the envelope names"])
    if approver != envelope.approver:
        raise _Unfit("malformed", errors=["/approver is not who the envelope names"])
    for person in (by.id, approver):
        if person is not None and person not in settled.staff:
            raise _Unfit("staff_unknown", staff=person)


def rights_at(settled: Settled, staff_id: str | None, store: str) -> frozenset[Right]:
    """What a person may do at a store now; nothing elsewhere than where they belong."""
    member = settled.staff.get(staff_id or "")
    if member is None or (member.stores and store not in member.stores):
        return frozenset()
    return member.rights


def _order(tx: Transaction, asked: _Asked, command: Command) -> Outcome:
    envelope, store = asked.envelope, asked.device.store
    if command.id != envelope.command_id:
        raise _Unfit("malformed", errors=["/id is not the envelope's command"])
    if not _ID.fullmatch(command.order_id):
        raise _Unfit("malformed", errors=["/order_id is not an id"])
    command = replace(command, at=asked.when(command.at))
    _check_place(asked.device, command)
    approver = command.approver.id if command.approver else None
    _check_staff(asked.settled, envelope, command.by, approver)
    prefix = f"{asked.device.store}-{asked.device.till}-"
    if isinstance(command.act, Create) and not command.act.number.startswith(prefix):
        raise _Unfit("malformed", errors=["/act/number is not one of this till"])
    rights, approving = (rights_at(asked.settled, one, store) for one in (command.by.id, approver))
    told = catching_up.is_told(tx, envelope, command.at)
    authority = Authority(rights, approving, device=asked.device.id, told=told, short=_short_before(envelope))
    if (refusal := problem_ends.by_command(tx, command, authority, asked.now)) is not None:
        return Outcome(
            ResultKind.REJECTED, refusal.code.value, refusal.facts, orders.load(tx, command.order_id)
        )
    recorded = command.act.kind in COMMUTING and _is_stale(tx, command.order_id, envelope.base_version)
    decided = orders.apply(tx, command, authority, asked.now, recorded=recorded)
    if not isinstance(decided, Refusal):
        lent = leases.as_facts(tx, asked.device.id, (part.sku for part in command.leased))
        short = _short(command.act, decided.order)
        return Outcome(ResultKind.APPLIED, facts=lent, order=decided.order, short=short)
    if decided.code is Code.ORDER_UNKNOWN and (earlier := _rejected_create(tx, command.order_id)):
        return Outcome(ResultKind.PARKED, "depends_on_rejected", {"command": earlier})
    current = orders.load(tx, command.order_id)
    decided = handed_over_twice.named(tx, command, decided, current)
    decided = void_tokens.named(tx, command, decided, current)
    return Outcome(ResultKind.REJECTED, decided.code.value, _with_basket(command, decided), current)


def _short_before(envelope: Envelope) -> dict[int, int]:
    """Units by line that an order went without when a site took it before."""
    return {int(line): units for line, units in (envelope.applied_short or {}).items()}


def _short(act: Act, order: Order) -> dict[str, int] | None:
    """Units by line that a new order goes without, where it is content with part of its goods."""
    if not isinstance(act, Create) or act.on_shortage is not OnShortage.PARTIAL:
        return None
    return {str(line.id): line.quantities.short for line in order.lines if line.quantities.short}


def _with_basket(command: Command, refusal: Refusal) -> Mapping[str, object]:
    """Why not, with the orders that were made and paid together with this one: those stand."""
    act = command.act
    basket = act.basket if isinstance(act, Create) else ()
    return {**refusal.facts, "basket": list(basket)} if basket else refusal.facts


def _is_stale(db: Executor, order_id: str, base_version: int | None) -> bool:
    """Whether the till saw an older order than this, which is locked so that it stays this one."""
    query = select(t.orders.c.version).where(t.orders.c.id == order_id).with_for_update()
    return base_version is not None and db.execute(query).scalar_one_or_none() != base_version


def _rejected_create(db: Executor, order_id: str) -> str | None:
    """The command that should have made the order and was refused."""
    p = t.problems.c
    query = select(p.command_id).where(p.order_id == order_id, p.command_id != "").order_by(p.at, p.id)
    return db.execute(query).scalars().first()


def _sale(tx: Transaction, asked: _Asked) -> Outcome:
    envelope = asked.envelope
    sale = SALE.load(envelope.payload)
    _check_place(asked.device, sale)
    _check_staff(asked.settled, envelope, sale.by, sale.approver.id if sale.approver else None)
    at = asked.when(sale.at)
    s = t.sales.c
    if tx.execute(select(s.id).where(or_(s.id == sale.id, s.number == sale.number))).first():
        raise _Unfit("sale_exists", number=sale.number)
    if not postings.balanced(sale.postings):
        raise _Unfit("unbalanced", number=sale.number)
    row = {
        "id": sale.id,
        "number": sale.number,
        "store": sale.store,
        "till": sale.till,
        "shift": sale.shift,
        "staff": sale.by.id,
        "at": at,
        "total": sale.total,
        "currency": sale.currency,
        "body": SALE.text(sale),
    }
    tx.execute(insert(t.sales), row)
    keys = {(move.store, move.sku) for move in sale.stock}
    reservations.ensure(tx, keys, reservations.lock_levels(tx, keys))
    reservations.post(tx, sale.stock)
    stock_trail.of_sale(tx, sale, at)
    postings.post(tx, Origin(envelope.command_id, at, sale_id=sale.id), sale.postings)
    _settle_sale(tx, asked, sale, at)
    return Outcome(ResultKind.APPLIED)


def _settle_sale(tx: Transaction, asked: _Asked, sale: Sale, at: datetime) -> None:
    """Move the balances a sale used or loaded, keep what came back; what cannot be right is told."""
    command = asked.envelope.command_id
    cause = balances.Cause(command, at, sale.store, sale.till, sale.by.id, sale_id=sale.id)
    for short in balances.move(tx, cause, moves_of_sale(sale, asked.settled.tenders)):
        _tell(tx, asked, Code.BALANCE_SHORT, short.facts() | {"number": sale.number})
    for twice in returned_goods.keep(tx, asked.device, sale, asked.now):
        _tell(tx, asked, Code.RETURNED_ALREADY, twice.facts())


def _tell(tx: Transaction, asked: _Asked, code: Code, facts: Mapping[str, object]) -> None:
    """Something happened at the till that should not have: kept as it happened, and told to its store."""
    number = tx.execute(select(func.count()).where(t.problems.c.command_id == asked.envelope.command_id))
    problem = ProblemRecord(
        id=f"{asked.envelope.command_id}:{number.scalar_one() + 1}",
        at=asked.now,
        store=asked.device.store,
        code=code.value,
        facts=dict(facts),
        command_id=asked.envelope.command_id,
        device=asked.device.id,
        act=PayloadKind.SALE.value,
        staff=name_of(asked.settled, asked.envelope.staff),
        till=f"{asked.device.store}-{asked.device.till}",
    )
    problems.raise_problem(tx, problem)


def _mail(tx: Transaction, asked: _Asked) -> Outcome:
    envelope = asked.envelope
    mail = RECEIPT_MAIL.load(envelope.payload)
    _check_place(asked.device, mail)
    _check_staff(asked.settled, envelope, mail.by, envelope.approver)
    refusal = receipt_post.queue(tx, mail, asked.now)
    if refusal is not None:
        return Outcome(ResultKind.REJECTED, refusal.code.value, refusal.facts)
    return Outcome(ResultKind.APPLIED)


def name_of(settled: Settled, staff_id: str) -> str:
    """What a person is called; the id where nobody knows it."""
    member = settled.staff.get(staff_id)
    return member.name if member is not None else staff_id


def _lease_return(tx: Transaction, asked: _Asked) -> Outcome:
    given = LEASE_RETURN.load(asked.envelope.payload)
    _check_place(asked.device, given)
    if any(part.quantity <= 0 for part in given.parts):
        raise _Unfit("malformed", errors=["/parts are not all above zero"])
    leases.give_back(tx, asked.device.id, given.parts)
    facts = leases.as_facts(tx, asked.device.id, (part.sku for part in given.parts))
    return Outcome(ResultKind.APPLIED, facts=facts)


def _problem(tx: Transaction, asked: _Asked) -> Outcome:
    envelope = asked.envelope
    end = PROBLEM_END.load(envelope.payload)
    _check_place(asked.device, end)
    _check_staff(asked.settled, envelope, end.by, end.approver.id if end.approver else None)
    store = asked.device.store
    authority = Authority(
        rights_at(asked.settled, end.by.id, store), rights_at(asked.settled, envelope.approver, store)
    )
    refusal = problem_ends.by_word(tx, end, authority, asked.now)
    if refusal is not None:
        return Outcome(ResultKind.REJECTED, refusal.code.value, refusal.facts)
    return Outcome(ResultKind.APPLIED)


def _shift(tx: Transaction, asked: _Asked) -> Outcome:
    envelope = asked.envelope
    entry = SHIFT_ENTRY.load(envelope.payload)
    _check_place(asked.device, entry)
    _check_staff(asked.settled, envelope, entry.by, envelope.approver)
    at = asked.when(entry.at)
    if tx.execute(select(t.shift_entries.c.id).where(t.shift_entries.c.id == entry.id)).first():
        raise _Unfit("shift_entry_exists", shift=entry.shift)
    row = {
        "id": entry.id,
        "shift": entry.shift,
        "store": entry.store,
        "till": entry.till,
        "act": entry.act.value,
        "staff": entry.by.id,
        "at": at,
        "amount": entry.amount.amount,
        "currency": entry.amount.currency,
        "body": SHIFT_ENTRY.text(entry),
    }
    tx.execute(insert(t.shift_entries), row)
    postings.post(tx, Origin(envelope.command_id, at), shift_postings(entry))
    till_audit.compare(tx, asked.device, entry, at)
    return Outcome(ResultKind.APPLIED)


def shift_postings(entry: ShiftEntry) -> tuple[Posting, ...]:
    """The double entry of cash put into a drawer or taken out; a count at close moves nothing."""
    if entry.act is ShiftAct.CLOSE:
        return ()
    amount = -entry.amount if entry.act is ShiftAct.CASH_OUT else entry.amount
    drawer = Posting(f"tender:cash:{entry.store}:{entry.till}:{entry.shift}", amount)
    return (drawer, Posting("safe", Money(-amount.amount, amount.currency)))
