"""What operations work with: store, clock, ids, who acts, and the one way a command is decided and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pos_app.store.identity import Identity
from pos_app.store.orders import place_of
from pos_app.store.store import NOTHING_BESIDE, Beside, Store
from site_sync.domain.card_numbers import mask_written
from site_sync.domain.commands import Act, Amend, Command, Create
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import Event
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context, Decision
from site_sync.domain.offline import Standing
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.problems import Ends
from site_sync.domain.shop import StaffMember
from site_sync.domain.shop import Store as ShopStore


@dataclass(frozen=True, slots=True)
class Desk:
    """The till as its operations see it; lives on the database thread."""

    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    online: Callable[[], bool]

    @property
    def identity(self) -> Identity:
        """Which till this is."""
        return self.store.identity.read()

    @property
    def here(self) -> ShopStore:
        """This till's store; a bare one until the site has told of it."""
        code = self.identity.store
        return self.store.shop.store(code) or ShopStore(code, code)

    @property
    def currency(self) -> str:
        """The currency this till sells in: its items' own, by setting before there are any."""
        return self.store.settings.get("currency") or self.store.catalogue.currency() or "EUR"

    def policy(self, store: str = "", delivery_method: str = "") -> Policy:
        """The policy for a store (this one unless named) and a delivery method."""
        return self.store.shop.policies().for_order(store or self.identity.store, delivery_method)

    def standing(self, order_id: str = "") -> Standing | None:
        """How this till stands while it is cut off, seen from an order; None while it reaches the site."""
        if self.online():
            return None
        alone = bool(order_id) and self.store.orders.site_version(order_id) is None
        alone = alone and not self.store.outbox.has_left(order_id)
        orders, hours = self.store.outbox.new_orders(), self.store.contact.hours(self.now())
        return Standing(orders, hours, alone=alone)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, in which shift, and who approved this one act for which reason."""

    staff: StaffMember
    shift: str = ""
    approver: StaffMember | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        mask_written(self)

    @property
    def by(self) -> Actor:
        """The person as commands name them."""
        return actor(self.staff)

    def may(self, right: Right) -> bool:
        """Whether the person, or who approved, holds a right."""
        approved = self.approver is not None and right in self.approver.rights
        return right in self.staff.rights or approved


@dataclass(frozen=True, slots=True)
class Changed:
    """An order after an act: what happened to it, and the print jobs queued with it."""

    record: OrderRecord
    command: Command
    events: tuple[Event, ...]
    jobs: tuple[str, ...] = ()

    @property
    def order(self) -> Order:
        """The order as it is now."""
        return self.record.order


@dataclass(frozen=True, slots=True)
class Bringing:
    """What is kept in the same transaction as a command: drawer movements, card attempts, papers.

    `papers` queues print jobs for what was decided and returns their ids; `ends` is the problem that the
    command brings to an end.
    """

    beside: Beside = field(default=NOTHING_BESIDE)
    papers: Callable[[Changed], tuple[str, ...]] | None = None
    ends: Ends | None = None


NOTHING = Bringing()


def actor(staff: StaffMember) -> Actor:
    """A person as commands name them."""
    return Actor(ActorKind.STAFF, staff.id, staff.name)


def need(acting: Acting, right: Right) -> Refusal | None:
    """A refusal when neither the person nor an approver holds the right."""
    if acting.approver is not None and acting.approver.id == acting.staff.id:
        return Refusal(Code.APPROVER_IS_REQUESTER)
    return None if acting.may(right) else Refusal(Code.RIGHT_NEEDED, {"right": right.value})


def command_for(desk: Desk, acting: Acting, order_id: str, act: Act, ends: Ends | None = None) -> Command:
    """The command of an act, made once."""
    identity = desk.identity
    return Command(
        id=desk.new_id(),
        order_id=order_id,
        at=desk.now(),
        by=acting.by,
        act=act,
        store=identity.store,
        till=identity.till,
        shift=acting.shift,
        approver=actor(acting.approver) if acting.approver else None,
        reason=acting.reason,
        ends=ends,
    )


def _touched(order: Order | None, command: Command) -> set[tuple[str, str]]:
    """The (store, SKU) pairs a command may reserve."""
    pairs = {(line.source_store, line.sku) for line in order.lines} if order else set()
    act = command.act
    delivery = getattr(act, "delivery", None) or (order.delivery if order else None)
    default = (delivery.store if delivery else "") or command.store
    for name in ("lines", "add"):
        for new in getattr(act, name, None) or ():
            if hasattr(new, "sku"):
                pairs.add((new.source_store or default, new.sku))
    by = getattr(act, "by", None)
    if by is not None:
        pairs.add((by.source_store or default, by.sku))
    if getattr(act, "store", "") and order is not None:
        pairs |= {(act.store, line.sku) for line in order.lines}  # type: ignore[union-attr]
    return pairs


def context_for(desk: Desk, acting: Acting, order: Order | None, command: Command) -> Context:
    """What this till knows for a decision."""
    store, method = place_of(order, command)
    touched = _touched(order, command)
    return Context(
        now=command.at,
        rights=acting.staff.rights,
        policy=desk.store.shop.policies().for_order(store, method),
        approver_rights=acting.approver.rights if acting.approver else frozenset(),
        calendars=desk.store.shop.calendars(),
        available=desk.store.catalogue.stock_at(touched),
        leases=desk.store.leases.left_at(touched),
        methods={method.code: method for method in desk.store.shop.delivery_methods()},
        sources={source.code: source for source in desk.store.shop.sources()},
        slot_taken=_slot_taken(desk, order, command),
        cut_off=desk.standing(command.order_id),
    )


def _slot_taken(desk: Desk, order: Order | None, command: Command) -> int | None:
    """Other orders in the slot that is asked for; this till knows only those of its own store."""
    delivery = command.act.delivery if isinstance(command.act, Create | Amend) else None
    if (
        delivery is None
        or delivery.requested_at is None
        or delivery.requested_until is None
        or delivery.store != desk.identity.store
    ):
        return None
    begins = delivery.requested_at
    taken = desk.store.lists.requested(delivery.store, begins, delivery.requested_until).get(begins, 0)
    return taken - (order is not None and order.delivery.requested_at == begins)


def act_on(
    desk: Desk, acting: Acting, order_id: str, act: Act, bringing: Bringing = NOTHING
) -> Changed | Refusal:
    """Decide an act on an order (or the making of one) and keep all of it in one transaction."""
    before = desk.store.orders.record(order_id)
    command = command_for(desk, acting, order_id, act, bringing.ends)
    order = before.order if before else None
    decision = decide(order, command, context_for(desk, acting, order, command))
    if isinstance(decision, Refusal):
        return decision
    return keep(desk, command, decision, before, bringing)


def make_again(
    desk: Desk, acting: Acting, order_id: str, act: Create, bringing: Bringing
) -> Changed | Refusal:
    """Make an order that the site refused to make: here it is in sight already, there it never was."""
    command = command_for(desk, acting, order_id, act, bringing.ends)
    decision = decide(None, command, context_for(desk, acting, None, command))
    return decision if isinstance(decision, Refusal) else keep(desk, command, decision, None, bringing)


def keep(
    desk: Desk, command: Command, decision: Decision, before: OrderRecord | None, bringing: Bringing
) -> Changed:
    """Keep what was decided with all it brings; durable on return unless inside a transaction.

    What it promises out of the till's leases goes with the command; what else it promises while the site is
    out of reach is still to be confirmed.
    """
    with desk.store.file.transaction():
        command = replace(command, leased=desk.store.leases.drawn(decision.drawn))
        if not desk.online():
            desk.store.leases.doubt(command.id, command.order_id, decision.shared)
        record = desk.store.keep_command(command, decision, before, bringing.beside)
        changed = Changed(record, command, decision.events)
        if bringing.papers is None:
            return changed
        jobs = bringing.papers(changed)
    return Changed(record, command, decision.events, jobs)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one order in an act on several: done, or why not."""

    order_id: str
    number: str
    refusal: Refusal | None = None


def in_bulk(
    desk: Desk, order_ids: tuple[str, ...], act: Callable[[str], Changed | Refusal]
) -> tuple[BulkResult, ...]:
    """Do an act on each of several orders; each is kept or refused by itself."""
    results = []
    for order_id in order_ids:
        order = desk.store.orders.order(order_id)
        if order is None:
            results.append(BulkResult(order_id, "", Refusal(Code.ORDER_UNKNOWN, {"order": order_id})))
            continue
        done = act(order_id)
        results.append(BulkResult(order_id, order.number, done if isinstance(done, Refusal) else None))
    return tuple(results)
