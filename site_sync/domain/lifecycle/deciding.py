"""What a decision needs and gives, and the order as it grows while it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from site_sync.domain.commands import ActKind, Command
from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import Event, UnitsMoved
from site_sync.domain.lifecycle.evolve import evolve
from site_sync.domain.lifecycle.table import allowed
from site_sync.domain.offline import Standing
from site_sync.domain.orders import RESERVING, Bag, Bucket, Line, Order
from site_sync.domain.particulars import ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.quantities import MOST
from site_sync.domain.shop import DeliveryMethod, Source
from site_sync.domain.stock import StockLevel, StockMove, StockReason

NO_BAG = Bag(0)


@dataclass(frozen=True, slots=True)
class Context:
    """What the deciding side knows.

    `available` is the stock of the touched (store, SKU) pairs, None where it is not known; `recorded` says
    that the act already happened elsewhere, so that money facts are kept even if they leave a surplus.
    `slot_taken` counts the other orders in the slot that is asked for, None where it is not known.
    `leases` is what the acting till may promise by itself of those pairs; it is part of what is available.
    `cut_off` says how a till stands that does not reach the site, None where that does not matter.
    `short` are the units by line that an order content with part of its goods went without when this was
    decided before: it takes no more now.
    """

    now: datetime
    rights: frozenset[Right]
    policy: Policy = field(default_factory=Policy)
    approver_rights: frozenset[Right] = frozenset()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    available: Mapping[tuple[str, str], StockLevel] | None = None
    recorded: bool = False
    methods: Mapping[str, DeliveryMethod] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    slot_taken: int | None = None
    leases: Mapping[tuple[str, str], int] = field(default_factory=dict)
    cut_off: Standing | None = None
    short: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The order after the command, and what happened.

    `drawn` is what it promises out of the till's leases by store and SKU, `shared` what it promises by line
    of the stock that is everybody's.
    """

    order: Order
    events: tuple[Event, ...]
    drawn: Mapping[tuple[str, str], int] = field(default_factory=dict)
    shared: Mapping[int, int] = field(default_factory=dict)


def stock_change(line: Line, source: Bucket | None, target: Bucket | None, quantity: int) -> tuple[int, int]:
    """(reserved, on hand) change when units go from one bucket to another; None is outside the order."""
    if not line.stocked:
        return 0, 0
    reserved = (target in RESERVING) - (source in RESERVING)
    on_hand = (source is Bucket.COLLECTED) - (target is Bucket.COLLECTED)
    return reserved * quantity, on_hand * quantity


def stock_for(line: Line, change: tuple[int, int], reason: StockReason) -> tuple[StockMove, ...]:
    """The stock move of a line, none when nothing changes or the line holds no stock."""
    reserved, on_hand = change
    if not line.stocked or (not reserved and not on_hand):
        return ()
    return (StockMove(line.id, line.sku, line.source_store, reserved, on_hand, reason),)


class Deciding:
    """An order while a command is decided: each event is applied as it is added."""

    def __init__(self, order: Order, command: Command, context: Context) -> None:
        self.order = order
        self.command = command
        self.context = context
        self.events: list[Event] = []
        self._spoken_for: dict[tuple[str, str], int] = {}
        self._drawn: dict[tuple[str, str], int] = {}
        self._shared: dict[int, int] = {}

    @property
    def at(self) -> datetime:
        """When the act happened."""
        return self.command.at

    def add(self, event: Event) -> None:
        """Something happened."""
        self.events.append(event)
        self.order = evolve(self.order, event)

    def need_stage(self, act: ActKind) -> None:
        """Refuse what has no place in the stage the order has come to, also as a part of another act."""
        stage = self.order.stage
        if not allowed(stage, act):
            raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=stage.value, act=act.value)

    def may(self, right: Right) -> bool:
        """Whether requester or approver hold the right."""
        return right in self.context.rights or (
            self.command.approver is not None and right in self.context.approver_rights
        )

    def need(self, right: Right) -> None:
        """Refuse unless requester or approver hold the right."""
        if not self.may(right):
            raise Refused(Code.RIGHT_NEEDED, right=right.value)

    def need_reason(self) -> None:
        """Refuse an exception that a person made without a reason."""
        if self.command.by.kind is ActorKind.STAFF and not self.command.reason.strip():
            raise Refused(Code.REASON_NEEDED)

    def move(
        self,
        line_id: int,
        path: tuple[Bucket, Bucket],
        quantity: int,
        reason: StockReason | None,
        *,
        bag: Bag = NO_BAG,
    ) -> None:
        """Units of a line go from one bucket to another, perhaps of a bag, with what that does to stock."""
        if quantity == 0:
            return
        line = self.order.line(line_id)
        source, target = path
        change = stock_change(line, source, target, quantity)
        stock = stock_for(line, change, reason) if reason else ()
        self.add(UnitsMoved(line_id, source, target, quantity, reason, stock, bag.number, bag.sent_from))

    def reservable(self, line: Line, quantity: int, *, back_order: bool) -> int:
        """How many of `quantity` units the line can reserve at its source store; counts what it gives.

        What the till was lent is promised first, whatever became of the shelf meanwhile.
        """
        if not line.stocked or self.context.available is None:
            return quantity
        key = (line.source_store, line.sku)
        level = self.context.available.get(key, StockLevel(line.sku, line.source_store))
        lent = self.context.leases.get(key, 0)
        drawn = min(quantity, lent - self._drawn.get(key, 0))
        free = (level.reservable if back_order else level.available) - lent - self._spoken_for.get(key, 0)
        given = max(0, min(quantity - drawn, free))
        if drawn:
            self._drawn[key] = self._drawn.get(key, 0) + drawn
        if given:
            self._spoken_for[key] = self._spoken_for.get(key, 0) + given
            self._shared[line.id] = self._shared.get(line.id, 0) + given
        return drawn + given

    def decision(self) -> Decision:
        """The finished decision: one version further, changed when it was decided, not when it happened.

        Where nothing happened, as two people wanted the same, the order stays the version it is.
        """
        if not self.events:
            return Decision(self.order, ())
        order = replace(self.order, version=self.order.version + 1, updated_at=self.context.now)
        return Decision(order, tuple(self.events), self._drawn, self._shared)


def check_quantity(quantity: int) -> None:
    """Refuse quantities that are no quantity."""
    if not 0 < quantity <= MOST:
        raise Refused(Code.QUANTITY_INVALID, quantity=quantity)


def check_text(text: str, most: int = 1000) -> None:
    """Refuse texts that are too long or carry control characters."""
    if len(text) > most or any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise Refused(Code.TEXT_INVALID, most=most)
