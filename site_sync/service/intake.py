"""Commands of tills taken in exactly once: fence, dedupe, order, then the act itself, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.envelope import (
    ENDED,
    PROTOCOL,
    STILL_OPEN,
    Envelope,
    PayloadKind,
    Result,
    ResultKind,
)
from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import catching_up, enrolment, orders, problem_ends, problems
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import Device, DeviceState
from site_sync.service.intake_acts import Outcome, Taken, name_of, subject_of, work
from site_sync.service.wiring import SiteIdentity

_log = structlog.get_logger(__name__)
_KNOWN = select(t.commands.c.payload_hash, t.commands.c.result, t.commands.c.subject).where(
    t.commands.c.command_id == bindparam("of_id")
)
_INSERT = insert(t.commands)


@dataclass(frozen=True, slots=True)
class Gap:
    """A command came before the one that the site waits for; with `wait` before what it stands on."""

    send_from: int
    wait: float | None = None


class _TooEarly(Exception):
    """What a command stands on may still be brought by another till."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One till's commands coming in at one moment; `catching_up` while a restored site awaits its tills."""

    site: SiteIdentity
    device_id: str
    now: datetime
    catching_up: bool = False

    def take(self, tx: Transaction, envelope: Envelope) -> Result | Gap:
        """Take one command in; ProblemFound when this till may not send at all."""
        device = self._fence(tx, envelope)
        known = tx.execute(_KNOWN, {"of_id": envelope.command_id}).one_or_none()
        if envelope.seq > device.next_seq:
            return Gap(device.next_seq)
        if known is not None and known.payload_hash == envelope.payload_hash:
            self._advance(tx, device, envelope)
            return self._again(tx, envelope, json.loads(known.result), known.subject)
        if known is not None:
            return self._alarm(tx, device, envelope, "command_id_reused")
        if envelope.seq < device.next_seq:
            return self._alarm(tx, device, envelope, "seq_reused")
        if envelope.previous_hash != device.chain_hash:
            self._keep_alarm(tx, device, envelope, "chain_broken")
        if not self.catching_up:
            return self._decided(tx, device, envelope)
        return self._decided_in_time(tx, device, envelope)

    def _decided_in_time(self, tx: Transaction, device: Device, envelope: Envelope) -> Result | Gap:
        """Decide a command, but not before what it stands on is back: that order, or the stock it needs."""
        tried = catching_up.begun_try(tx, envelope)
        try:
            with tx.savepoint():
                if tried.new or catching_up.is_early(tx, envelope, subject_of(envelope)):
                    raise _TooEarly
                result = self._decided(tx, device, envelope)
                if _falls_short(result, envelope):
                    raise _TooEarly
                return result
        except _TooEarly:
            if catching_up.must_wait(tx, device, self.site.epoch, self.now, tried):
                return Gap(device.next_seq, catching_up.CALL_AGAIN_SECONDS)
        return self._decided(tx, device, envelope)

    def _decided(self, tx: Transaction, device: Device, envelope: Envelope) -> Result:
        taken = self._work(tx, device, envelope)
        self._keep(tx, device, envelope, taken)
        self._advance(tx, device, envelope)
        return _told_of_open(tx, envelope, _result(envelope, taken.outcome))

    def _fence(self, tx: Transaction, envelope: Envelope) -> Device:
        device = enrolment.lock(tx, self.device_id)
        if device is None or device.state is DeviceState.REVOKED:
            raise ProblemFound(of_call("device_revoked"))
        if device.state is DeviceState.FENCED:
            raise ProblemFound(of_call("device_fenced"))
        if envelope.device != device.id:
            raise ProblemFound(of_call("forbidden", "the envelope names another device"))
        if envelope.schema_version > PROTOCOL:
            raise ProblemFound(of_call("site_too_old"))
        if envelope.epoch != self.site.epoch:
            raise ProblemFound(of_call("epoch_changed", epoch=self.site.epoch))
        if envelope.incarnation != device.incarnation:
            raise ProblemFound(of_call("incarnation_old", incarnation=device.incarnation))
        return device

    def _advance(self, tx: Transaction, device: Device, envelope: Envelope) -> None:
        if envelope.seq == device.next_seq:
            enrolment.advance(tx, device, envelope.chain_hash, self.now)

    def _again(self, tx: Transaction, envelope: Envelope, stored: dict[str, object], subject: str) -> Result:
        """The stored result of a command that came again, with the order as it is now.

        A till that lost its file asks again about refusals that were dealt with: it hears by whom.
        """
        order = orders.load(tx, subject) if envelope.payload_kind is PayloadKind.ORDER else None
        result = Result.model_validate_json(
            json.dumps({"command_id": envelope.command_id, "seq": envelope.seq, **stored})
        )
        facts = dict(result.facts)
        refused = result.kind is not ResultKind.APPLIED
        problem = problems.find(tx, envelope.command_id) if refused else None
        if problem is not None and not problem.open:
            facts[ENDED] = json.loads(RECORDS[RecordKind.PROBLEM].text(problem))
        return _told_of_open(tx, envelope, result.model_copy(update={"order": order, "facts": facts}))

    def _alarm(self, tx: Transaction, device: Device, envelope: Envelope, code: str) -> Result:
        self._keep_alarm(tx, device, envelope, code)
        self._advance(tx, device, envelope)
        return _result(envelope, Outcome(ResultKind.REJECTED, code))

    def _keep_alarm(self, tx: Transaction, device: Device, envelope: Envelope, code: str) -> None:
        """Something is wrong with the till itself; told once per place in its sequence."""
        alarm_id = f"{code}:{device.id}:{envelope.incarnation}:{envelope.seq}:{envelope.payload_hash[:12]}"
        _log.warning("a till's sequence is wrong", code=code, device=device.id, seq=envelope.seq)
        if problems.find(tx, alarm_id) is None:
            facts: dict[str, object] = {"command": envelope.command_id, "seq": envelope.seq}
            problem = ProblemRecord(
                id=alarm_id, at=self.now, store=device.store, code=code, facts=facts, device=device.id
            )
            problems.raise_problem(tx, problem, envelope.model_dump_json())

    def _work(self, tx: Transaction, device: Device, envelope: Envelope) -> Taken:
        """Do the act; one that breaks us is taken back, parked and told, so that it stops only its order.

        A row that another till made meanwhile is no fault of it: seen now, the act is decided once more.
        """
        try:
            try:
                return self._attempt(tx, device, envelope)
            except IntegrityError:
                return self._attempt(tx, device, envelope)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # outermost loop: of one command
            _log.error("a command could not be worked", command=envelope.command_id, error=repr(error))
            facts = {"error": type(error).__name__}
            return Taken(Outcome(ResultKind.PARKED, "internal", facts), subject_of(envelope), "")

    def _attempt(self, tx: Transaction, device: Device, envelope: Envelope) -> Taken:
        with tx.savepoint():
            return work(tx, records.settled(tx), device, envelope, self.now)

    def _keep(self, tx: Transaction, device: Device, envelope: Envelope, taken: Taken) -> None:
        outcome = taken.outcome
        said = {"kind": outcome.kind.value, "code": outcome.code, "facts": dict(outcome.facts)}
        told = {name: value for name, value in _applied(outcome).items() if value is not None}
        stored = {**said, **told}
        row = {
            "command_id": envelope.command_id,
            "device": device.id,
            "incarnation": envelope.incarnation,
            "seq": envelope.seq,
            "payload_kind": envelope.payload_kind.value,
            "subject": taken.subject,
            "payload_hash": envelope.payload_hash,
            "chain_hash": envelope.chain_hash,
            "result": json.dumps(stored, default=str),
            "at": self.now,
        }
        tx.execute(_INSERT, row)
        if outcome.kind is ResultKind.APPLIED:
            return
        problem = ProblemRecord(
            id=envelope.command_id,
            at=self.now,
            store=device.store,
            code=outcome.code,
            facts=json.loads(json.dumps(dict(outcome.facts), default=str)),
            order_id=taken.subject if envelope.payload_kind is PayloadKind.ORDER else "",
            command_id=envelope.command_id,
            device=device.id,
            act=taken.act or envelope.payload_kind.value,
            staff=name_of(records.settled(tx), envelope.staff),
            till=f"{device.store}-{device.till}",
            money=taken.money,
        )
        problems.raise_problem(tx, problem, envelope.model_dump_json())


def _told_of_open(tx: Transaction, envelope: Envelope, result: Result) -> Result:
    """The result with the problem that the command should have ended, as its till has closed that one."""
    if result.kind is ResultKind.APPLIED or (problem := problem_ends.left_open(tx, envelope)) is None:
        return result
    told = json.loads(RECORDS[RecordKind.PROBLEM].text(problem))
    return result.model_copy(update={"facts": {**result.facts, STILL_OPEN: told}})


def _result(envelope: Envelope, outcome: Outcome) -> Result:
    facts = json.loads(json.dumps(dict(outcome.facts), default=str))
    return Result(
        command_id=envelope.command_id,
        seq=envelope.seq,
        kind=outcome.kind,
        code=outcome.code,
        facts=facts,
        order=outcome.order,
        **_applied(outcome),
    )


def _applied(outcome: Outcome) -> dict[str, Any]:
    """What a command that was applied gave its order: the version, and what it does without."""
    if outcome.kind is not ResultKind.APPLIED or outcome.order is None:
        return {}
    return {"version": outcome.order.version, "short": outcome.short}


def _falls_short(result: Result, envelope: Envelope) -> bool:
    """Whether what a site took before is refused now, or gets less of its goods than it had then."""
    if envelope.applied_as is None:
        return False
    had = envelope.applied_short
    return result.kind is ResultKind.REJECTED or (had is not None and result.short != had)
