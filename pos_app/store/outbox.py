"""Commands on their way to the site, sealed in one gap-free sequence and kept after they were answered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pos_app.store.identity import IdentityStore
from pos_app.store.tables import NEW_ORDER_WAITS
from pos_app.store.till_file import TillFile
from site_sync.domain.commands import Command
from site_sync.protocol.codec import COMMAND, sha256
from site_sync.protocol.envelope import MOST_AHEAD_MS, Envelope, PayloadKind, Result

_INSERT = (
    "INSERT INTO outbox (command_id, incarnation, seq, base_version, order_id, staff, approver, till_time, "
    "payload_kind, payload, payload_hash, previous_hash, chain_hash, state) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')"
)
_LAST = "SELECT incarnation, seq, chain_hash FROM outbox ORDER BY place DESC LIMIT 1"
_SEALED = (
    "command_id, incarnation, seq, base_version, staff, approver, till_time, payload_kind, payload, "
    "payload_hash, previous_hash"
)
_NEW_ORDERS = f"SELECT count(*) FROM outbox WHERE {NEW_ORDER_WAITS}"  # noqa: S608
_PAYLOAD = 8
"""Where the payload stands among them."""
_APPLIED_AS = (
    "CASE WHEN json_valid(result) AND payload_kind = 'order' AND json_extract(result, '$.kind') = 'applied' "
    "THEN coalesce(json_extract(result, '$.version'), coalesce(base_version, 0) + 1) END"
)
"""The version that the site gave the order when it took the command, before it was restored.

Where the answer did not tell, as it came before this version of the till: the one that the till expected.
"""
_APPLIED_SHORT = "CASE WHEN json_valid(result) THEN json_extract(result, '$.short') END"
"""What the order was content to go without then, as JSON."""
_PARKED_BEFORE = "CASE WHEN json_valid(result) THEN json_extract(result, '$.kind') = 'parked' END"
MOST_CHARACTERS = 3_000_000
"""Payloads of one request together: the site takes 16 MB, and JSON and UTF-8 make more of each character."""


class OutboxState(StrEnum):
    """What is known of a command's fate."""

    PENDING = "pending"
    APPLIED = "applied"
    REJECTED = "rejected"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class ToSend:
    """A command before it is sealed; `order_id` and `base_version` are None where it is about no order."""

    command_id: str
    payload_kind: PayloadKind
    payload: str
    staff: str
    till_time: datetime
    approver: str | None = None
    order_id: str | None = None
    base_version: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command of an order without the site's final answer; `maybe_sent` when that may be lost."""

    command: Command
    state: OutboxState
    maybe_sent: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Kind and JSON of a command this till made, the id of who made it, and when."""

    kind: PayloadKind
    payload: str
    staff: str
    at: datetime


class Outbox:
    """Appends are sealed at once: incarnation, seq and the hash of the one before."""

    def __init__(self, file: TillFile, identity: IdentityStore) -> None:
        self._file = file
        self._identity = identity
        self._incarnation, self._seq, self._hash = self._tail()
        rows = file.raw.execute("SELECT command_id FROM outbox WHERE state = 'pending'")
        self._maybe_sent = {row[0] for row in rows}

    def _tail(self) -> tuple[int, int, str]:
        """Incarnation, next seq and last hash."""
        row = self._file.raw.execute(_LAST).fetchone()
        incarnation = self._identity.read().incarnation
        if row and row[0] == incarnation:
            return incarnation, row[1] + 1, row[2]
        return incarnation, 1, ""

    def _forget(self) -> None:
        self._incarnation, self._seq, self._hash = self._tail()

    def append(self, entry: ToSend) -> None:
        """Seal a command and keep it, in the transaction of the act."""
        self._file.after_rollback(self._forget)
        sealed, chained = self._sealed(entry.command_id, sha256(entry.payload))
        values = (
            entry.base_version,
            entry.order_id,
            entry.staff,
            entry.approver,
            entry.till_time.isoformat(),
            entry.payload_kind.value,
            entry.payload,
            *sealed,
            chained,
        )
        self._file.raw.execute(_INSERT, (entry.command_id, self._incarnation, self._seq, *values))
        self._seq, self._hash = self._seq + 1, chained

    def _sealed(self, command_id: str, payload_hash: str) -> tuple[tuple[str, str], str]:
        device = self._identity.read().device
        seal = (self._hash, device, str(self._incarnation), str(self._seq), command_id, payload_hash)
        return (payload_hash, self._hash), sha256(*seal)

    def start(self, incarnation: int, next_seq: int) -> None:
        """Seal everything pending again for a new incarnation, from the seq the site waits for."""
        with self._file.transaction():
            self._file.after_rollback(self._forget)
            self._identity.set_incarnation(incarnation)
            self._incarnation, self._seq = incarnation, next_seq
            self._hash = self._acknowledged_hash() if next_seq > 1 else ""
            raw = self._file.raw
            rows = raw.execute(
                "SELECT place, command_id, payload_hash FROM outbox WHERE state = 'pending' ORDER BY place"
            ).fetchall()
            for place, command_id, payload_hash in rows:
                (_, previous), chained = self._sealed(command_id, payload_hash)
                raw.execute(
                    "UPDATE outbox SET incarnation = ?, seq = ?, previous_hash = ?, chain_hash = ? "
                    "WHERE place = ?",
                    (incarnation, self._seq, previous, chained, place),
                )
                self._seq, self._hash = self._seq + 1, chained

    def _acknowledged_hash(self) -> str:
        row = self._file.raw.execute(
            "SELECT chain_hash FROM outbox WHERE state <> 'pending' ORDER BY place DESC LIMIT 1"
        ).fetchone()
        return row[0] if row else ""

    def to_push(self, limit: int) -> tuple[Envelope, ...]:
        """The oldest pending envelopes, as many as fit one request; from now on their answers may be lost."""
        rows = _fitting(
            self._file.raw.execute(
                f"SELECT {_SEALED}, {_APPLIED_AS}, {_APPLIED_SHORT}, {_PARKED_BEFORE} FROM outbox "  # noqa: S608
                "WHERE state = 'pending' ORDER BY place LIMIT ?",
                (limit,),
            )
        )
        self._maybe_sent.update(row[0] for row in rows)
        identity = self._identity.read()
        return tuple(
            Envelope(
                device=identity.device,
                epoch=identity.epoch,
                command_id=command_id,
                incarnation=incarnation,
                seq=seq,
                base_version=base,
                applied_as=applied_as,
                applied_short=None if short is None else json.loads(short),
                parked_before=bool(parked),
                staff=staff,
                approver=approver,
                till_time=datetime.fromisoformat(till_time),
                site_ahead_ms=max(-MOST_AHEAD_MS, min(identity.site_clock_ahead_ms, MOST_AHEAD_MS)),
                payload_kind=PayloadKind(kind),
                payload=payload,
                payload_hash=payload_hash,
                previous_hash=previous,
            )
            for (
                command_id, incarnation, seq, base, staff, approver, till_time, kind, payload, payload_hash,
                previous, applied_as, short, parked,
            ) in rows
        )  # fmt: skip

    def answer(self, result: Result, at: datetime) -> str | None:
        """Keep the site's answer, `at` by its clock; the order it is about, None for others or when known."""
        row = self._file.raw.execute(
            "SELECT state, order_id FROM outbox WHERE command_id = ?", (result.command_id,)
        ).fetchone()
        if row is None or row[0] not in (OutboxState.PENDING, OutboxState.PARKED):
            return None
        self._maybe_sent.discard(result.command_id)
        kept = result.model_copy(update={"order": None}).model_dump_json()
        self._file.raw.execute(
            "UPDATE outbox SET state = ?, result = ?, answered_at = ? WHERE command_id = ?",
            (result.kind.value, kept, at.isoformat(), result.command_id),
        )
        return str(row[1]) if row[1] else None

    def let_go(self, command_id: str) -> None:
        """A parked command came to its end at the site, whose copy of the order says how."""
        self._file.raw.execute(
            "UPDATE outbox SET state = 'rejected' WHERE command_id = ? AND state = 'parked'", (command_id,)
        )

    def waiting(self, order_id: str) -> tuple[Waiting, ...]:
        """The order's commands that are not in the site's copy yet, in the order made."""
        rows = self._file.raw.execute(
            "SELECT command_id, payload, state FROM outbox "
            "WHERE order_id = ? AND state IN ('pending', 'parked') ORDER BY place",
            (order_id,),
        ).fetchall()
        return tuple(
            Waiting(COMMAND.load(payload), OutboxState(state), command_id in self._maybe_sent)
            for command_id, payload, state in rows
        )

    def unsettled(self, order_id: str) -> tuple[Command, ...]:
        """The order's commands that were refused and whose problem nobody has ended, in the order made."""
        rows = self._file.raw.execute(
            "SELECT payload FROM outbox WHERE order_id = ?1 AND payload_kind = 'order' AND command_id IN "
            "(SELECT command_id FROM problems WHERE state = 'open' AND order_id = ?1) ORDER BY place",
            (order_id,),
        )
        return tuple(COMMAND.load(row[0]) for row in rows)

    def has_left(self, order_id: str) -> bool:
        """Whether a command of an order may have left this till, even before its start, without an answer."""
        # The plus keeps the index by state, in which all that waits stands, from being taken for the order's.
        rows = self._file.raw.execute(
            "SELECT command_id FROM outbox WHERE order_id = ? AND +state = 'pending'", (order_id,)
        )
        return any(row[0] in self._maybe_sent for row in rows)

    def send_again(self) -> int:
        """After a restore of the site: all that it had taken and that is kept goes to it once more."""
        with self._file.transaction():
            changed = self._file.raw.execute(
                "UPDATE outbox SET state = 'pending' WHERE state IN ('applied', 'parked')"
            )
            self._file.after_rollback(self._forget)
            rows = self._file.raw.execute("SELECT command_id FROM outbox WHERE state = 'pending'")
            self._maybe_sent = {row[0] for row in rows}
            return changed.rowcount

    def forget_before(self, moment: datetime) -> int:
        """Drop what was applied before a moment; the newest row stays, as the sequence hangs on it."""
        with self._file.transaction():
            gone = self._file.raw.execute(
                "DELETE FROM outbox WHERE state = 'applied' AND answered_at < ? "
                "AND place < (SELECT max(place) FROM outbox)",
                (moment.isoformat(),),
            )
            return gone.rowcount

    def pending_count(self) -> int:
        """How many commands the site has not answered."""
        row = self._file.raw.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()
        return int(row[0])

    def sent(self, command_id: str) -> Sent | None:
        """What a command of this till was sent as."""
        row = self._file.raw.execute(
            "SELECT payload_kind, payload, staff, till_time FROM outbox WHERE command_id = ?", (command_id,)
        ).fetchone()
        if row is None:
            return None
        return Sent(PayloadKind(row[0]), str(row[1]), str(row[2]), datetime.fromisoformat(row[3]))

    def new_orders(self) -> int:
        """Customer orders this till made, also out of quotes, that the site has not answered."""
        row = self._file.raw.execute(_NEW_ORDERS).fetchone()
        return int(row[0])

    def drawing(self) -> tuple[tuple[str, PayloadKind, str], ...]:
        """Id, kind and JSON of what waits and draws on leases or gives units of them back."""
        rows = self._file.raw.execute(
            "SELECT command_id, payload_kind, payload FROM outbox WHERE state = 'pending' "
            "AND (payload_kind = 'lease' OR payload LIKE '%\"leased\":[{%') ORDER BY place"
        )
        return tuple((command_id, PayloadKind(kind), payload) for command_id, kind, payload in rows)

    def newest_first(self, limit: int = 100) -> tuple[tuple[str, OutboxState, str], ...]:
        """Command id, state and time of the newest commands, for the status screen."""
        rows = self._file.raw.execute(
            "SELECT command_id, state, till_time FROM outbox ORDER BY place DESC LIMIT ?", (limit,)
        )
        return tuple((command_id, OutboxState(state), at) for command_id, state, at in rows)


def _fitting(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The first of some sealed rows that are not too large together; the very first whatever its size."""
    found: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        size += len(row[_PAYLOAD])
        if found and size > MOST_CHARACTERS:
            break
        found.append(row)
    return found
