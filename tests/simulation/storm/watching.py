"""What is looked at while a run goes on: stock at each commit, what tills are answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from site_sync.domain.commands import ActKind
from site_sync.domain.lifecycle.table import TABLE
from site_sync.protocol.changes import Start, Started
from site_sync.protocol.envelope import Envelope, PayloadKind, Push, PushAnswer, ResultKind
from site_sync.service.database.transaction import Transaction
from site_sync.service.intake_acts import COMMUTING
from tests.simulation.storm.door import Answered, Asked

_STOCK = "SELECT store, sku, on_hand, reserved, back_order, leased FROM stock"
_LENT = """
    SELECT s.store, s.sku, s.leased, coalesce(sum(l.granted - l.spent - l.returned), 0) AS left
    FROM stock s LEFT JOIN leases l ON l.store = s.store AND l.sku = s.sku
    GROUP BY 1, 2, 3 HAVING s.leased <> left
"""
_OVERSPENT = "SELECT device, sku FROM leases WHERE spent + returned > granted OR spent < 0 OR returned < 0"
_OUT = """
    SELECT l.device, l.sku FROM leases l JOIN devices d ON d.id = l.device
    WHERE d.state <> 'active' AND l.granted > l.spent + l.returned
"""
_DRIFT = """
    SELECT s.store, s.sku FROM stock s WHERE s.reserved <> (
      SELECT coalesce(sum(l.reserved), 0) FROM order_lines l WHERE l.store = s.store AND l.sku = s.sku)
    OR s.reserved <> -(
      SELECT coalesce(sum(j.quantity), 0) FROM journal j
      WHERE j.store = s.store AND j.sku = s.sku AND j.state = 'open')
"""
_CLOSED = """
    SELECT o.number FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE l.reserved > 0 AND o.stage = 'done'
"""

TWICE = ("order_exists", "sale_exists")
"""What the site says of an order or a sale whose number is another one's."""


def _promised(on_hand: int, reserved: int, back_order: int, leased: int) -> tuple[int, int]:
    """Units promised, and by how many they go beyond what may be."""
    return reserved + leased, reserved + leased - max(on_hand, 0) - back_order


@dataclass
class CommitWatch:
    """Invariants 7 and 8 at every commit of the site."""

    broken: list[str] = field(default_factory=list)
    commits: int = 0
    _before: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def look(self, tx: Transaction) -> None:
        """At the end of one transaction."""
        raw: Any = tx.connection.connection.driver_connection
        self.commits += 1
        for store, sku, on_hand, reserved, back_order, leased in raw.execute(_STOCK).fetchall():
            before, short_before = self._before.get((store, sku), (0, 0))
            promised, short = self._before[store, sku] = _promised(on_hand, reserved, back_order, leased)
            if reserved < 0 or leased < 0:
                self.broken.append(f"7: {sku} at {store} has {reserved} reserved, {leased} lent")
            if promised > before and short > max(0, short_before):
                self.broken.append(f"7: {reserved} and lent {leased} of {on_hand} {sku} at {store}")
        for store, sku, leased, left in raw.execute(_LENT).fetchall():
            self.broken.append(f"7: {leased} {sku} at {store} count as lent, the leases hold {left}")
        for device, sku in raw.execute(_OVERSPENT).fetchall():
            self.broken.append(f"7: {device} spent more {sku} than it was lent")
        for device, sku in raw.execute(_OUT).fetchall():
            self.broken.append(f"14: {device} is out and holds {sku}")
        for store, sku in raw.execute(_DRIFT).fetchall():
            self.broken.append(f"8: the lines and the journal of {sku} at {store} say something else")
        for (number,) in raw.execute(_CLOSED).fetchall():
            self.broken.append(f"8: {number} is closed and holds stock")

    def begin_with(self, raw: Any) -> None:
        """The site is another one: an older one, in which sales may have left less than is promised."""
        rows = raw.execute(_STOCK).fetchall()
        self._before = {(store, sku): _promised(*counts) for store, sku, *counts in rows}


@dataclass
class AnswerWatch:
    """Invariants 13 and 14 in the answers of the site; `withdrawn` are people who may do nothing any more."""

    broken: list[str] = field(default_factory=list)
    incarnations: dict[str, int] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    answered: dict[tuple[str, str, int], list[int]] = field(default_factory=dict)
    before_withdrawal: set[str] = field(default_factory=set)
    workers: dict[str, list[str]] = field(default_factory=dict)
    numbered_twice: list[tuple[str, str, str]] = field(default_factory=list)
    """Which till made which order or sale with a number given before, and what it was refused for."""
    rejected: int = 0
    applied: int = 0

    def look(self, till: str, asked: Asked, answered: Answered) -> None:
        """At one answer that left the site for a till."""
        if answered.status != 200:
            return
        if asked.path == "/sync/v1/start":
            started = Started.model_validate_json(answered.body)
            self.incarnations[asked.token] = started.incarnation
            if Start.model_validate_json(asked.body).incarnation is None:
                self.workers.pop(asked.token, None)  # its file was lost, and with it what it was
        elif asked.path == "/sync/v1/commands":
            push = Push.model_validate_json(asked.body)
            answer = PushAnswer.model_validate_json(answered.body)
            self._pushed(asked.token, push, answer)
            if answer.results:
                self._one_of_two(till, asked.token)
            self.numbered_twice += (
                (till, result.command_id, result.code)
                for result in answer.results
                if result.code in TWICE and "number" in result.facts
            )

    def _pushed(self, token: str, push: Push, answer: PushAnswer) -> None:
        if token in self.revoked and answer.results:
            self.broken.append("14: a withdrawn till was answered")
        for envelope, result in zip(push.envelopes, answer.results, strict=False):
            if envelope.command_id != result.command_id:
                self.broken.append(f"13: {envelope.command_id} was answered as {result.command_id}")
            if envelope.epoch != answer.epoch:
                self.broken.append(f"14: {envelope.command_id} of epoch {envelope.epoch} was taken")
            if envelope.incarnation != self.incarnations.get(token):
                self.broken.append(f"14: {envelope.command_id} of an old incarnation was taken")
            self._one_seq(token, answer.epoch, envelope.incarnation, envelope.seq)
            self.applied += result.kind is ResultKind.APPLIED
            self.rejected += result.kind is not ResultKind.APPLIED
            unworked = envelope.command_id not in self.before_withdrawal
            if result.kind is ResultKind.APPLIED and unworked and self._forbidden(envelope):
                self.broken.append(f"14: {envelope.command_id} by {envelope.staff} was applied")
            self.before_withdrawal.add(envelope.command_id)

    def _one_of_two(self, till: str, token: str) -> None:
        """A till and its copy never both go on: one after the other, then neither."""
        worked = self.workers.setdefault(token, [])
        if not worked or worked[-1] != till:
            worked.append(till)
        if len(worked) > 2:
            self.broken.append(f"14: {till} and its copy take turns")

    def _forbidden(self, envelope: Envelope) -> bool:
        """Whether somebody withdrawn did what needs a right; facts that happened count all the same."""
        if envelope.staff not in self.withdrawn or envelope.payload_kind is not PayloadKind.ORDER:
            return False
        kind = ActKind(json.loads(envelope.payload)["act"]["kind"])
        return kind not in COMMUTING and TABLE[kind].right is not None

    def _one_seq(self, token: str, epoch: str, incarnation: int, seq: int) -> None:
        seen = self.answered.setdefault((token, epoch, incarnation), [])
        if seq not in seen and seq != len(seen) + 1:
            self.broken.append(f"13: seq {seq} was taken after {len(seen)} in incarnation {incarnation}")
        if seq not in seen:
            seen.append(seq)
