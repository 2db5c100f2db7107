"""Working what connectors sent: one transaction each, to the state that the newest document asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from site_sync.domain.commands import Act, Command
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.orders import DeliveryMode, Order
from site_sync.domain.permissions import SHOP_RIGHTS, Right
from site_sync.protocol.changes import RecordKind
from site_sync.service import connector_register, orders, transfers
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connectors import receipts, steps
from site_sync.service.connectors.reading import Doc, DocumentOdd
from site_sync.service.connectors.receipts import Outcome, ReceiptState
from site_sync.service.connectors.shop_order import KNOWN, Deleted, Known, Refunded, ShopOrder, Told
from site_sync.service.connectors.shopify import read_shopify
from site_sync.service.connectors.standard import read_standard
from site_sync.service.connectors.target import (
    TARGET,
    Means,
    NeedsMapping,
    Target,
    make_target,
    mapping_of,
)
from site_sync.service.connectors.woocommerce import read_woocommerce
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.links import Links
from site_sync.service.numbering import WebNumbers, numbered
from site_sync.service.orders import Authority
from site_sync.service.sentences import said
from site_sync.service.web_order_words import BUILT_IN, Numbered, home_store
from site_sync.service.web_orders import Caller
from site_sync.service.wiring import Site

READERS: dict[ConnectorKind, Callable[[Doc], Told | None]] = {
    ConnectorKind.WOOCOMMERCE: read_woocommerce,
    ConnectorKind.SHOPIFY: read_shopify,
    ConnectorKind.STANDARD: read_standard,
}
AUTHORITY = Authority(
    SHOP_RIGHTS | {Right.ORDER_REPRICE, Right.SALE_DISCOUNT, Right.DEPOSIT_REFUND_OTHER_TENDER}, apart=True
)
"""A shop's own prices, discounts and refunds are kept as it says; its order ids are no other shop's."""
_O = t.connector_orders.c


class ReceiptWorker:
    """Works receipts one by one; two workers never work one order at the same time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._numbers = WebNumbers(site.database)
        self._spare: deque[int] = deque(maxlen=64)

    def work(self, receipt_id: str) -> bool:
        """Work one receipt; False when it was done meanwhile."""
        counter = self._spare.popleft() if self._spare else self._numbers.next()
        used: list[bool] = []

        def working(tx: Transaction, counter: int) -> bool:
            used.clear()
            row = receipts.take(tx, receipt_id, self._site.now())
            if row is None:
                return False
            outcome, made = self._outcome(tx, row, counter)
            used.append(made)
            receipts.settle(tx, row, outcome, self._site.now())
            return True

        write = self._site.database.write
        done = self._numbers.used_by(lambda one: write(lambda tx: working(tx, one)), counter)
        if not any(used):
            self._spare.append(counter)
        return done

    def give_up(self, receipt_id: str, why: str) -> None:
        """Write down that working it broke, so that it does not hold up the others; it is tried again."""
        outcome = Outcome(ReceiptState.FAILED, error=why, again=True)

        def failing(tx: Transaction) -> None:
            row = receipts.take(tx, receipt_id, self._site.now())
            if row is not None:
                receipts.settle(tx, row, outcome, self._site.now())

        self._site.database.write(failing)

    def _outcome(self, tx: Transaction, row: Any, counter: int) -> tuple[Outcome, bool]:
        """What becomes of a receipt, and whether the number was used."""
        connector = connector_register.find(tx, row.connector)
        if connector is None:
            return Outcome(ReceiptState.FAILED, error=said("the connector is gone")), False
        try:
            told = READERS[connector.kind](Doc.parse(bytes(row.body)))
        except DocumentOdd as odd:
            return Outcome(ReceiptState.FAILED, error=str(odd)), False
        if told is None:
            return Outcome(ReceiptState.IGNORED, error=said("not about an order")), False
        external_id = told.id if isinstance(told, ShopOrder) else told.order_id
        link = _link(tx, connector.id, external_id)
        before = KNOWN.load(link.known) if link.known else Known()
        known = _with(before, told, row.content_hash)
        _keep(tx, link, known=KNOWN.text(known))
        return self._bring(tx, (connector, link, known), counter)

    def _bring(
        self, tx: Transaction, about: tuple[Connector, Any, Known], counter: int
    ) -> tuple[Outcome, bool]:
        connector, link, known = about
        if known.newest is None:
            text = said("kept until the order comes")
            return Outcome(ReceiptState.WORKED, link.external_id, text), False
        if not known.was_live and not link.order_id:
            return Outcome(ReceiptState.IGNORED, link.external_id, said("not yet an order to prepare")), False
        try:
            target = make_target(known, known.newest, _means(tx, connector, known.newest))
            wanted = TARGET.text(target)
            if wanted == link.applied:
                return Outcome(ReceiptState.WORKED, link.external_id), False
            with tx.savepoint():
                order_id = _Bringing(self._site, tx, connector, self._links).bring(link, target, counter)
        except NeedsMapping as missing:
            state = ReceiptState.NEEDS_MAPPING
            return Outcome(state, link.external_id, str(missing), missing.facts), False
        except DocumentOdd as odd:
            return Outcome(ReceiptState.FAILED, link.external_id, str(odd)), False
        except Refused as refused:
            return _refused(link.external_id, refused.refusal), False
        _keep(tx, link, order_id=order_id, applied=wanted)
        return Outcome(ReceiptState.WORKED, link.external_id), order_id != link.order_id


def _refused(external_id: str, refusal: Refusal) -> Outcome:
    return Outcome(
        ReceiptState.FAILED, external_id, refusal.code.value, {"refusal": dict(refusal.facts)}, again=True
    )


def _with(known: Known, told: Told, content_hash: str) -> Known:
    match told:
        case Refunded():
            return known.with_refund(told.refund)
        case Deleted():
            return Known(known.newest, known.key, known.was_live, True, known.refunds)
    return known.with_order(told, content_hash)


def _link(tx: Transaction, connector: str, external_id: str) -> Any:
    """What is known of a shop's order, held still until the transaction ends."""
    insert_of = postgresql.insert if tx.postgres else sqlite.insert
    fresh = {"connector": connector, "external_id": external_id, "order_id": "", "known": "", "applied": ""}
    tx.execute(insert_of(t.connector_orders).values(**fresh).on_conflict_do_nothing())
    query = select(t.connector_orders).where(_O.connector == connector, _O.external_id == external_id)
    return tx.execute(query.with_for_update()).one()


def _keep(tx: Transaction, link: Any, **values: str) -> None:
    where = _O.connector == link.connector, _O.external_id == link.external_id
    tx.execute(update(t.connector_orders).where(*where).values(**values))


def _means(tx: Transaction, connector: Connector, order: ShopOrder) -> Means:
    skus = {mapping_of(connector, line).sku for line in order.lines}
    items = records.some(tx, RecordKind.ITEM, sorted(sku for sku in skus if sku))
    modes: dict[str, DeliveryMode] = dict(BUILT_IN)
    modes |= {method.code: method.mode for method in records.every(tx, RecordKind.DELIVERY_METHOD)}
    return Means(connector, records.settled(tx), items, modes)


class _Bringing:
    """One order brought to what its shop wants, act by act; Refused takes all of them back."""

    def __init__(self, site: Site, tx: Transaction, connector: Connector, links: Links) -> None:
        self._site = site
        self._tx = tx
        self._connector = connector
        self._links = links
        self._caller = Caller(connector.id)

    def bring(self, link: Any, target: Target, counter: int) -> str:
        """Make or change the order; returns its id, empty when it ended before it could be made."""
        order = orders.load_locked(self._tx, link.order_id) if link.order_id else None
        if order is None:
            order = self._create(link.external_id, target, counter)
            if order is None:
                return ""
        elif link.applied:
            amend = steps.amend_act(order, TARGET.load(link.applied), target)
            order = self._act(order, amend) if amend else order
        for act in steps.money_acts(order, target, self._connector.settings.tender):
            order = self._act(order, act, recorded=True)
        if cancel := steps.cancel_act(order, target):
            order = self._act(order, cancel)
        for act in steps.refund_acts(order, target):
            order = self._act(order, act, recorded=True)
        return order.id

    def _create(self, external_id: str, target: Target, counter: int) -> Order | None:
        order_id = self._site.new_id()
        settled = records.settled(self._tx)
        named = Numbered(numbered(counter, settled.policies.numbers), *self._links.hashes(order_id))
        act = steps.create_act(target, named, (self._connector.source, external_id))
        act = transfers.brought(self._tx, act, settled, self._site.now())
        settings = self._connector.settings
        store = settings.store if not target.delivery.store else ""
        home = store or home_store(target.delivery, settled)
        rule = settled.policies.for_order(home, target.delivery.method).not_free
        ways = list(rule.when_sold)
        while True:
            try:
                return self._give(order_id, home, replace(act, on_shortage=ways.pop(0)))
            except Refused as refused:
                short = refused.refusal.code is Code.INSUFFICIENT_STOCK
                if short and not ways and target.cancelled:
                    return None
                if not short or not ways:
                    raise

    def _act(self, order: Order, act: Act, *, recorded: bool = False) -> Order:
        return self._give(order.id, order.store, act, recorded=recorded)

    def _give(self, order_id: str, store: str, act: Act, *, recorded: bool = False) -> Order:
        now: datetime = self._site.now()
        command = Command(self._site.new_id(), order_id, now, self._caller.actor, act, store=store)
        outcome = orders.apply(self._tx, command, AUTHORITY, now, recorded=recorded)
        if isinstance(outcome, Refusal):
            raise Refused(outcome.code, **outcome.facts)
        return outcome.order
