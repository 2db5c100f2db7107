"""Commands on their way up: the envelope a till seals, and what the site answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from site_sync.domain.orders import Order
from site_sync.protocol.codec import Words, sha256

PROTOCOL = 3
"""The version of the words on the wire; the service understands the two before it.

Whoever raises it writes down what tills of the one before could read: docs/service.md says how.
"""

MOST_IN_PAYLOAD = 500_000
"""Characters of one command: some two thousand lines."""
MOST_AHEAD_MS = 100 * 365 * 86_400_000
UnitsByLine = dict[Annotated[str, Field(pattern=r"^[0-9]{1,9}$")], Annotated[int, Field(ge=0)]]


class PayloadKind(StrEnum):
    """What an envelope carries: an order command, a finished sale, an act of a shift, a receipt to mail, the
    end of a problem, units of a lease given back.
    """

    ORDER = "order"
    SALE = "sale"
    SHIFT = "shift"
    MAIL = "mail"
    PROBLEM = "problem"
    LEASE = "lease"


class Envelope(Words):
    """One command of one till, sealed: `payload` is the JSON text exactly as hashed.

    `seq` counts 1, 2, 3 … per device and incarnation without a gap; `base_version` is the order version the
    till decided on (None for a new order, a sale or a shift act); `previous_hash` is the chain hash of the
    envelope before ("" at 1). `site_ahead_ms` is by how much the site's clock was ahead of the till's when
    the till last heard of it. `applied_as` is the version that the order had after this command when the site
    took it in an earlier epoch (None: it never did, or the till does not know), `applied_short` the units by
    line that an order content with part of its goods did not get then (None: any other command).
    `parked_before` says that an earlier epoch had it and parked it.
    """

    device: str = Field(max_length=64)
    incarnation: int = Field(ge=1)
    seq: int = Field(ge=1)
    command_id: str = Field(pattern=r"^[!-~]{1,64}$")
    epoch: str = Field(max_length=64)
    base_version: int | None = None
    applied_as: int | None = Field(default=None, ge=1)
    applied_short: UnitsByLine | None = None
    parked_before: bool = False
    staff: str = Field(max_length=64)
    approver: str | None = Field(default=None, max_length=64)
    till_time: datetime
    site_ahead_ms: int = Field(default=0, ge=-MOST_AHEAD_MS, le=MOST_AHEAD_MS)
    schema_version: int = PROTOCOL
    payload_kind: PayloadKind
    payload: str = Field(max_length=MOST_IN_PAYLOAD)
    payload_hash: str = Field(pattern=r"^[!-~]{0,64}$")
    previous_hash: str = Field(pattern=r"^[ -~]{0,64}$")

    @property
    def chain_hash(self) -> str:
        """The hash that the next envelope of this till names as its previous one."""
        return sha256(
            self.previous_hash,
            self.device,
            str(self.incarnation),
            str(self.seq),
            self.command_id,
            self.payload_hash,
        )

    @property
    def intact(self) -> bool:
        """Whether the payload is the one that was sealed."""
        return sha256(self.payload) == self.payload_hash


class Push(Words):
    """Some envelopes in the order of their seq."""

    protocol: int = PROTOCOL
    envelopes: tuple[Envelope, ...] = Field(min_length=1, max_length=500)


class ResultKind(StrEnum):
    """What became of a command."""

    APPLIED = "applied"
    REJECTED = "rejected"
    PARKED = "parked"


ENDED = "ended"
"""Among the facts of a refusal that is told again: its problem as it was ended meanwhile."""
STILL_OPEN = "still_open"
"""Among the facts of a refused command that was made to end a problem and did not: that problem."""


class Result(Words):
    """The site's answer to one command: the order as it is now, or the refusal with its facts.

    `version` is the one that the command gave its order when it was applied, `short` the units by line that
    an order content with part of its goods did not get.
    """

    command_id: str
    seq: int
    kind: ResultKind
    code: str = ""
    facts: dict[str, object] = Field(default_factory=dict)
    order: Order | None = None
    version: int | None = None
    short: UnitsByLine | None = None


class PushAnswer(Words):
    """Results in the order sent; `send_from` names the seq the site waits for when there was a gap.

    With `wait` nothing is missing: a restored site waits for other tills first, and that command may come
    again, as it is sealed, after so many seconds.
    """

    service: str
    epoch: str
    site_time: datetime
    results: tuple[Result, ...] = ()
    send_from: int | None = None
    wait: float | None = Field(default=None, ge=0, le=60)
