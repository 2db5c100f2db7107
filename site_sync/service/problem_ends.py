"""A problem brought to its end: by a till's command, by a till's word alone, or by the back office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from site_sync.domain.commands import AddNote, Command
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.particulars import Actor
from site_sync.domain.permissions import Right
from site_sync.domain.problem_stock import Levels, anew, missing_skus
from site_sync.domain.problems import Choice, Ends, ProblemEnd, ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import COMMAND, PROBLEM_END, Malformed
from site_sync.protocol.envelope import Envelope, PayloadKind
from site_sync.service import orders, problems, reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.orders import Authority
from site_sync.service.problems import Resolution
from site_sync.service.transfers import by_priority

_RIGHT = Refusal(Code.RIGHT_NEEDED, {"right": Right.SYNC_RESOLVE.value})


def _may(authority: Authority) -> bool:
    return Right.SYNC_RESOLVE in authority.rights | authority.approver_rights


def _may_at(tx: Transaction, ends: Ends, store: str, authority: Authority) -> bool:
    """Whether somebody at a till may: rights are those at its store, for problems of no other."""
    known = problems.find(tx, ends.problem)
    return _may(authority) and (known is None or known.store in ("", store))


def by_command(tx: Transaction, command: Command, authority: Authority, now: datetime) -> Refusal | None:
    """Close the problem that a command was made to end; a refusal when somebody was first.

    It is closed also when the command is then refused itself, as that is a problem of its own.
    """
    ends = command.ends
    if ends is None:
        return None
    if not _may_at(tx, ends, command.store, authority):
        return _RIGHT
    how = _note(command, ends)
    ending = Resolution(
        how, command.by.id, now, ends.choice, command.by.name, f"{command.store}-{command.till}"
    )
    return _close(tx, ends, ending)


def by_word(tx: Transaction, end: ProblemEnd, authority: Authority, now: datetime) -> Refusal | None:
    """Close a problem as a person at a till decided; the same decision twice is one."""
    ends = Ends(end.problem, end.choice)
    if not _may_at(tx, ends, end.store, authority):
        return _RIGHT
    ending = Resolution(end.note, end.by.id, now, end.choice, end.by.name, f"{end.store}-{end.till}")
    refusal = _close(tx, ends, ending)
    if refusal is not None and refusal.facts["choice"] == end.choice:
        return None
    return refusal


def left_open(db: Executor, envelope: Envelope) -> ProblemRecord | None:
    """The problem that a refused command was made to end, where it is open all the same."""
    known = problems.find(db, _to_end(envelope))
    return known if known is not None and known.open else None


def _to_end(envelope: Envelope) -> str:
    try:
        if envelope.payload_kind is PayloadKind.PROBLEM:
            return PROBLEM_END.load(envelope.payload).problem
        ends = COMMAND.load(envelope.payload).ends if envelope.payload_kind is PayloadKind.ORDER else None
    except Malformed:  # nobody knows what it was made for
        return ""
    return ends.problem if ends is not None else ""


def _note(command: Command, ends: Ends) -> str:
    act = command.act
    return act.text if isinstance(act, AddNote) and ends.choice is Choice.KEEP_NOTE else ""


def _close(tx: Transaction, ends: Ends, ending: Resolution) -> Refusal | None:
    if problems.resolve(tx, ends.problem, ending):
        return None
    known = problems.find(tx, ends.problem)
    if known is None:  # lost with what a restored backup lacks, and ended all the same
        return None
    return Refusal(Code.PROBLEM_SETTLED, who_was_first(known))


def who_was_first(known: ProblemRecord) -> dict[str, object]:
    """By whom, when, where and how a problem was ended before."""
    at = known.resolved_at.isoformat() if known.resolved_at else ""
    return {
        "by": known.resolved_by,
        "at": at,
        "choice": known.choice,
        "how": known.resolution,
        "till": known.resolved_till,
        "problem": known.id,
    }


def command_of(db: Executor, problem: ProblemRecord) -> Command | None:
    """The order command that a problem is about, where it can be read."""
    text = problems.envelope_of(db, problem.id) if problem.of_command else ""
    if not text:
        return None
    envelope = Envelope.model_validate_json(text)
    if envelope.payload_kind is not PayloadKind.ORDER:
        return None
    try:
        return COMMAND.load(envelope.payload)
    except Malformed:
        return None


@dataclass(frozen=True, slots=True)
class Deed:
    """Who acts in the back office, by what authority, when, and the id of the command it becomes."""

    command_id: str
    by: Actor
    authority: Authority
    at: datetime


def levels_for(db: Executor, problem: ProblemRecord) -> Levels:
    """Where the goods that a problem is about might come from: the stores by their priority."""
    skus = sorted(missing_skus(problem))
    keys = [(store, sku) for store in by_priority(records.every(db, RecordKind.STORE)) for sku in skus]
    found = reservations.levels(db, keys)
    return {key: found[key] for key in keys if key in found}


def again(
    tx: Transaction, problem: ProblemRecord, command: Command, deed: Deed, choice: Choice = Choice.TRY_AGAIN
) -> Refusal | None:
    """Do the refused act once more in somebody's name; what is refused again leaves the problem open."""
    if not _may(deed.authority):
        return _RIGHT
    ends = Ends(problem.id, choice)
    act = anew(problem, command.act, choice, levels_for(tx, problem))
    wanted = replace(command, id=deed.command_id, by=deed.by, act=act, approver=None, ends=ends, leased=())
    return _at_once(tx, ends, wanted, deed)


def as_note(tx: Transaction, problem: ProblemRecord, text: str, deed: Deed) -> Refusal | None:
    """Leave what was tried as a note on its order, and close the problem."""
    if not _may(deed.authority):
        return _RIGHT
    ends = Ends(problem.id, Choice.KEEP_NOTE)
    note = Command(
        deed.command_id, problem.order_id, deed.at, deed.by, AddNote(text), problem.store, ends=ends
    )
    return _at_once(tx, ends, note, deed)


def _at_once(tx: Transaction, ends: Ends, command: Command, deed: Deed) -> Refusal | None:
    """Close the problem and apply the command, or neither."""
    how = _note(command, ends)
    ending = Resolution(how, deed.by.id, deed.at, ends.choice, deed.by.name)
    try:
        with tx.savepoint():
            refusal = _close(tx, ends, ending)
            decided = refusal or orders.apply(tx, command, deed.authority, deed.at)
            if isinstance(decided, Refusal):
                raise Refused(decided.code, **decided.facts)
    except Refused as refused:
        return refused.refusal
    return None
