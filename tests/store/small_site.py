"""A site that fits into a test: decides what a till pushes by the shipped rules and answers it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pos_app.store.orders import EVERY_RIGHT, history_of
from site_sync.domain.commands import Command
from site_sync.domain.errors import Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context
from site_sync.protocol.changes import RECORDS, Change, RecordKind
from site_sync.protocol.codec import COMMAND
from site_sync.protocol.envelope import Envelope, PushAnswer, Result, ResultKind
from tests.builders import NOW

_RECORD = RECORDS[RecordKind.ORDER]


@dataclass
class SmallSite:
    """Orders by id, results by command, and what its feed has not told the till yet."""

    records: dict[str, OrderRecord] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)

    def take(self, envelopes: tuple[Envelope, ...]) -> PushAnswer:
        """Answer envelopes; a repeated one gets its stored result with the order as it is now."""
        results = tuple(self._one(envelope) for envelope in envelopes)
        return PushAnswer(service="site", epoch="e1", site_time=NOW, results=results)

    def _one(self, envelope: Envelope) -> Result:
        known = self.results.get(envelope.command_id)
        if known is None:
            known = self.results[envelope.command_id] = self._decide(envelope)
        command = COMMAND.load(envelope.payload)
        record = self.records.get(command.order_id)
        return known.model_copy(update={"order": record.order if record else None, "seq": envelope.seq})

    def _decide(self, envelope: Envelope) -> Result:
        refusal = self.act(COMMAND.load(envelope.payload))
        if refusal is None:
            return Result(command_id=envelope.command_id, seq=envelope.seq, kind=ResultKind.APPLIED)
        return Result(
            command_id=envelope.command_id,
            seq=envelope.seq,
            kind=ResultKind.REJECTED,
            code=refusal.code.value,
        )

    def act(self, command: Command) -> Refusal | None:
        """Decide a command on the order as it is here, from a till or from somewhere else."""
        before = self.records.get(command.order_id)
        context = Context(now=command.at, rights=EVERY_RIGHT, approver_rights=EVERY_RIGHT)
        decision = decide(before.order if before else None, command, context)
        if isinstance(decision, Refusal):
            return decision
        past = before.history if before else ()
        news = history_of(command, decision.order, decision.events)
        self.records[command.order_id] = OrderRecord(decision.order, past + news)
        self.untold.append(command.order_id)
        return None

    def tell(self) -> tuple[Change, ...]:
        """What the till has not been told of, each order once as it is now."""
        ids, self.untold = tuple(dict.fromkeys(self.untold)), []
        return tuple(
            Change(
                kind=RecordKind.ORDER,
                key=order_id,
                version=self.records[order_id].order.version,
                body=_RECORD.text(self.records[order_id]),
            )
            for order_id in ids
        )
