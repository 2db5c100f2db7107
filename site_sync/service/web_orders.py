"""Orders of web shops: made, paid, changed and cancelled, each only by its own connector."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from site_sync.domain.commands import (
    Act,
    AddNote,
    Cancel,
    Command,
    NameCollector,
    RefundPayment,
    TakePayment,
)
from site_sync.domain.customers import Collector
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.orders import Order, PaymentKind
from site_sync.domain.particulars import Actor, ActorKind, LineQuantity
from site_sync.domain.permissions import SHOP_RIGHTS
from site_sync.protocol import web_shop
from site_sync.protocol.problems import ProblemFound, of_call, of_refusal
from site_sync.protocol.web_shop import AmendRequest, CancelRequest, OrderRequest
from site_sync.service import holds, orders, transfers, web_order_words
from site_sync.service.availability import known_items
from site_sync.service.customer_acts import may_name_collector
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.links import Links
from site_sync.service.numbering import WebNumbers, numbered
from site_sync.service.orders import Authority
from site_sync.service.web_order_shop import shop_for
from site_sync.service.web_order_words import CANCELLED_BY_SHOP, Numbered, Shop
from site_sync.service.wiring import Site

_AUTHORITY = Authority(SHOP_RIGHTS)
_ONCE = t.idempotency.c
_REMEMBER = {
    "sqlite": Prepared(
        sqlite.insert(t.idempotency).on_conflict_do_nothing().returning(_ONCE.key), _ONCE.keys()
    ),
    "postgresql": Prepared(
        postgresql.insert(t.idempotency).on_conflict_do_nothing().returning(_ONCE.key), _ONCE.keys()
    ),
}
_REMEMBERED = select(_ONCE.body_hash, _ONCE.subject)


@dataclass(frozen=True, slots=True)
class Caller:
    """The connector that calls, by its key's name: keys that replace one another see the same orders."""

    name: str

    @property
    def id(self) -> str:
        """How the connector is named on its orders, apart from staff."""
        return f"api:{self.name}"

    @property
    def actor(self) -> Actor:
        """The connector as the one who acts."""
        return Actor(ActorKind.SHOP, self.id, self.name)

    def owns(self, order: Order) -> bool:
        """Whether the order came through this connector."""
        return order.staff == self.id


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a creation happen once: the caller's key and the hash of the body."""

    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The order as it is now, and whether this call changed it."""

    order: Order
    fresh: bool


def _refused(refusal: Refusal) -> ProblemFound:
    return ProblemFound(of_refusal(refusal))


class WebOrders:
    """Every change goes through `orders.apply`; a refusal is raised as its problem and leaves nothing."""

    def __init__(self, site: Site, links: Links) -> None:
        self._site = site
        self._links = links
        self._numbers = WebNumbers(site.database)
        self._spare: deque[int] = deque(maxlen=64)

    def create(self, caller: Caller, once: Once, request: OrderRequest) -> Outcome:
        """Make the order and reserve its lines; the same key and body give the same order again."""
        order_id, counter = self._site.new_id(), self._number()

        def made(counter: int) -> Outcome:
            return self._twice(lambda tx: self._create(tx, caller, (once, request), (order_id, counter)))

        try:
            outcome = self._numbers.used_by(made, counter)
        except ProblemFound:
            self._spare.append(counter)
            raise
        if not outcome.fresh:
            self._spare.append(counter)
        return outcome

    def _number(self) -> int:
        """A counter that a refused order left over, else a new one."""
        try:
            return self._spare.popleft()
        except IndexError:
            return self._numbers.next()

    def _twice(self, work: Callable[[Transaction], Outcome]) -> Outcome:
        """Two calls with one external id may pass each other's check; the second then finds the first one."""
        try:
            return self._site.database.write(work)
        except IntegrityError:
            return self._site.database.write(work)

    def _create(
        self,
        tx: Transaction,
        caller: Caller,
        asked: tuple[Once, OrderRequest],
        made: tuple[str, int],
    ) -> Outcome:
        (once, request), (order_id, counter) = asked, made
        if earlier := self._remember(tx, caller, once, order_id):
            return Outcome(earlier, False)
        try:
            shop = shop_for(tx, request, self._site.now())
            number = numbered(counter, shop.settled.policies.numbers)
            hashes = self._links.hashes(order_id)
            named = Numbered(number, *hashes, self._links.first_collector(order_id))
            act = web_order_words.create_act(request, shop, named)
            store = web_order_words.home_store(act.delivery, shop.settled)
        except Refused as refused:
            raise _refused(refused.refusal) from refused
        if request.hold is not None:
            self._take_over(tx, caller, request, (order_id, store))
        act = transfers.brought(tx, act, shop.settled, self._site.now())
        order = self._apply(tx, caller, (order_id, store), act, bool(act.payments))
        for payment in request.payments:
            if payment.kind is web_shop.PaymentKind.AUTHORISED:
                note = AddNote(web_order_words.authorised_note(payment))
                order = self._apply(tx, caller, (order_id, store), note)
        return Outcome(order, True)

    def _take_over(self, tx: Transaction, caller: Caller, request: OrderRequest, at: tuple[str, str]) -> None:
        """Let the hold go into the order, whose lines must fit; a refused order leaves it as it was."""
        wanted: dict[str, int] = {}
        for line in request.lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        taking = holds.Taking(
            caller.id, *at, wanted, holds.Cause(at[0], self._site.new_id(), self._site.now())
        )
        holds.take_over(tx, request.hold or "", taking)

    def _remember(self, tx: Transaction, caller: Caller, once: Once, order_id: str) -> Order | None:
        """Keep the key, or find the order it made before; a key with another body is refused."""
        row = {
            "owner": caller.id,
            "key": once.key,
            "body_hash": once.body_hash,
            "subject": order_id,
            "at": self._site.now(),
        }
        if _REMEMBER[tx.connection.dialect.name].rows(tx, row):
            return None
        known = tx.execute(_REMEMBERED.where(_ONCE.owner == caller.id, _ONCE.key == once.key)).one()
        if known.body_hash != once.body_hash:
            raise ProblemFound(of_call("idempotency_key_reused"))
        return orders.load(tx, known.subject)

    def _apply(
        self, tx: Transaction, caller: Caller, at: tuple[str, str], act: Act, recorded: bool = False
    ) -> Order:
        """Give one command; `at` is the order's id and its store."""
        now = self._site.now()
        command = Command(self._site.new_id(), at[0], now, caller.actor, act, store=at[1])
        outcome = orders.apply(tx, command, _AUTHORITY, now, recorded=recorded)
        if isinstance(outcome, Refusal):
            raise _refused(_discreet(tx, caller, outcome))
        return outcome.order

    def own(self, db: Executor, caller: Caller, reference: str) -> Order:
        """The caller's order of that id or number; anybody else's is not there."""
        order = orders.find(db, reference) if web_order_words.may_be_reference(reference) else None
        if order is None or not caller.owns(order):
            raise ProblemFound(of_call("not_found"))
        return order

    def _own_locked(self, tx: Transaction, caller: Caller, reference: str) -> Order:
        locked = orders.load_locked(tx, self.own(tx, caller, reference).id)
        if locked is None:
            raise ProblemFound(of_call("not_found"))
        return locked

    def pay(self, caller: Caller, reference: str, words: web_shop.Payment) -> Outcome:
        """Record money taken, set aside or given back; a reference is recorded once."""

        def work(tx: Transaction) -> Outcome:
            order = self._own_locked(tx, caller, reference)
            if _known_payment(order, words):
                return Outcome(order, False)
            try:
                act = _money_act(order, words)
            except Refused as refused:
                raise _refused(refused.refusal) from refused
            recorded = not isinstance(act, AddNote)
            return Outcome(self._apply(tx, caller, (order.id, order.store), act, recorded), True)

        return self._site.database.write(work)

    def cancel(self, caller: Caller, reference: str, words: CancelRequest) -> Outcome:
        """Cancel the order or units of it; a cancelled order stays as it is."""

        def work(tx: Transaction) -> Outcome:
            order = self._own_locked(tx, caller, reference)
            if words.lines is None and order.cancelled_at is not None:
                return Outcome(order, False)
            parts = None if words.lines is None else _parts(words.lines)
            act = Cancel(words.reason or CANCELLED_BY_SHOP, parts)
            return Outcome(self._apply(tx, caller, (order.id, order.store), act), True)

        return self._site.database.write(work)

    def amend(self, caller: Caller, reference: str, version: int, words: AmendRequest) -> Outcome:
        """Change the order if it is still the version that the caller saw."""

        def work(tx: Transaction) -> Outcome:
            order = self._own_locked(tx, caller, reference)
            if order.version != version:
                raise ProblemFound(of_call("stale_version", version=order.version))
            try:
                items = known_items(tx, (line.sku for line in words.add_lines))
                shop = Shop(records.settled(tx), items, None, self._site.now())
                act = web_order_words.amend_act(words, order, shop)
                act = transfers.brought_later(tx, act, order, shop.settled, shop.now)
            except Refused as refused:
                raise _refused(refused.refusal) from refused
            named = self._named(order, act.collector)
            if named:
                self._apply(tx, caller, (order.id, order.store), named)
                act = replace(act, collector=None)
            return Outcome(self._apply(tx, caller, (order.id, order.store), act), True)

        return self._site.database.write(work)

    def _named(self, order: Order, collector: Collector | None) -> NameCollector | None:
        """The act that names another collector with a code of their own, as the customer's page does."""
        same = collector == order.collector and order.collector_hash
        if collector is None or same or not may_name_collector(order):
            return None
        return NameCollector(collector, *self._links.new_collector(order))


def _parts(lines: tuple[web_shop.PartOfLine, ...]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(part.line, part.quantity) for part in lines)


def _discreet(tx: Transaction, caller: Caller, refusal: Refusal) -> Refusal:
    """A refusal that names no other connector's order."""
    if refusal.code is not Code.ORDER_EXISTS:
        return refusal
    order = orders.load(tx, str(refusal.facts.get("order", "")))
    return refusal if order is not None and caller.owns(order) else Refusal(refusal.code)


def _known_payment(order: Order, words: web_shop.Payment) -> bool:
    """Whether the reference was recorded already; refused when it was for other money."""
    if words.kind is web_shop.PaymentKind.AUTHORISED:
        note = web_order_words.authorised_note(words)
        return any(kept.text == note for kept in order.notes)
    refund = words.kind is web_shop.PaymentKind.REFUND
    wanted = web_order_words.refund_id(words.reference) if refund else words.reference
    for payment in order.payments:
        if payment.id == wanted and (payment.kind is PaymentKind.REFUND) == refund:
            if payment.amount != words.amount.value():
                raise _refused(Refusal(Code.PAYMENT_REPEATED, {"payment": words.reference}))
            return True
    return False


def _money_act(order: Order, words: web_shop.Payment) -> Any:
    match words.kind:
        case web_shop.PaymentKind.CAPTURED:
            return TakePayment((web_order_words.tendered(words),))
        case web_shop.PaymentKind.REFUND:
            return RefundPayment((web_order_words.refunded(order, words),))
    return AddNote(web_order_words.authorised_note(words))
