"""The demo shop's orders played back: each row's intent as the commands that people would have given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from site_sync.domain import commands as acts
from site_sync.domain import deposits
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.commands import Act, ActKind, Command, Create, Extend
from site_sync.domain.customers import Address, Collector, Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.lifecycle import Context, decide
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number, web_number
from site_sync.domain.orders import ArrivalState, Delivery, Order, OrderKind, PaymentKind
from site_sync.domain.particulars import (
    Actor,
    ActorKind,
    BagPlace,
    Identity,
    IdentityBy,
    LineQuantity,
    NewLine,
    Refunded,
    ShortNext,
    Tendered,
)
from site_sync.domain.permissions import CUSTOMER_RIGHTS, JOB_RIGHTS, SHOP_RIGHTS, Right, Role
from site_sync.domain.policies import DepositAtEnd, OnShortage
from site_sync.domain.shop import DeliveryMethod, StaffMember
from site_sync.domain.totals import total_of
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.links import Links
from site_sync.service.numbering import begin_after
from site_sync.service.orders import Authority
from site_sync.service.wiring import Site

FIRST_NUMBER = 301
_AGO = re.compile(r"^-(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$")
_SUPERVISING = (Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR)

Row = Mapping[str, Any]


class DemoBroken(Exception):
    """The demo shop's files ask for something that the rules refuse."""


def ago(text: str) -> timedelta:
    """How long ago `-3d21h` is."""
    match = _AGO.match(text)
    if match is None:
        raise DemoBroken(f"{text!r} is no time before now")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


@dataclass(frozen=True, slots=True)
class _Play:
    """One order of the file: its row, its id, its customer and its store."""

    row: Row
    order_id: str
    customer: Customer
    store: str


class DemoOrders:
    """Plays the orders of the file into one transaction, everything at its own time."""

    def __init__(
        self, tx: Transaction, site: Site, currency: str, shelves: Mapping[tuple[str, str], str]
    ) -> None:
        self._tx, self._site, self._currency, self._shelves = tx, site, currency, shelves
        self._now = site.now()
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._items: dict[str, Item] = {item.sku: item for item in records.every(tx, RecordKind.ITEM)}
        self._people: dict[str, StaffMember] = {
            member.id: member for member in records.every(tx, RecordKind.STAFF)
        }
        self._methods: dict[str, DeliveryMethod] = {
            method.code: method for method in records.every(tx, RecordKind.DELIVERY_METHOD)
        }
        self._policies = records.policies(tx)
        self._numbers: dict[str, int] = {}

    def play(self, rows: list[Row]) -> None:
        """Play all orders, their steps in the order of time."""
        steps: list[tuple[datetime, _Play, Row | None]] = []
        for row in rows:
            play = self._begin(row)
            steps.append((self._at(row["created"]), play, None))
            steps += [(self._at(step["at"]), play, step) for step in row["steps"]]
        for at, play, step in sorted(steps, key=lambda entry: entry[0]):
            if step is None:
                self._create(play, at)
            else:
                self._step(play, step, at)
        if "web" in self._numbers:
            begin_after(self._tx, self._numbers["web"])
        for row, play in [(play.row, play) for _, play, step in steps if step is None]:
            self._check(row, play)

    def _at(self, text: str) -> datetime:
        return self._now - ago(text)

    def _begin(self, row: Row) -> _Play:
        customer = records.customer(self._tx, row["customer"]) or Customer()
        store = row["store"] or row["delivery"].get("store") or "S01"
        return _Play(row, self._site.new_id(), customer, store)

    def _check(self, row: Row, play: _Play) -> None:
        order = orders.load(self._tx, play.order_id)
        closed_as = order.closed_as.value if order is not None and order.closed_as else None
        stage = order.stage.value if order is not None else None
        if (stage, closed_as) != (row["stage"], row["closed_as"]):
            raise DemoBroken(f"{row['key']} ended as {stage}/{closed_as}, not as its row says")

    def _number(self, play: _Play) -> str:
        till = str(play.row["till"] or "web").rpartition("-")[2]
        place = "web" if till == "web" else f"{play.store}-{till}"
        counter = self._numbers[place] = self._numbers.get(place, FIRST_NUMBER - 1) + 1
        if place == "web":
            return web_number(counter)
        return till_number(play.store, till, counter, quote=play.row["kind"] == "quote")

    def _line(self, row: Row, store: str) -> NewLine:
        item = self._items[row["sku"]]
        price = Money(row["unit_price"], self._currency) if "unit_price" in row else item.price
        shelf = self._shelves.get((store, item.sku), "")
        return NewLine(
            item.sku,
            item.name,
            row["quantity"],
            price,
            item.tax_rate,
            unit=item.unit,
            kind=item.kind,
            shelf=shelf,
        )

    def _delivery(self, row: Row) -> tuple[Delivery, tuple[NewLine, ...]]:
        """The delivery, and the line of its fee."""
        method = self._methods[row["method"]]
        address = Address(**row["address"]) if row.get("address") else None
        delivery = Delivery(method.code, method.mode, row.get("store") or "", address)
        if method.fee is None:
            return delivery, ()
        fee = NewLine("", method.names["en"], 1, method.fee, 2500, kind=ItemKind.FEE)
        return delivery, (fee,)

    def _create(self, play: _Play, at: datetime) -> None:
        row = play.row
        delivery, fees = self._delivery(row["delivery"])
        work_store = delivery.store or play.store
        code_hash, page_hash = self._links.hashes(play.order_id)
        collector = row["collector"]
        act = Create(
            order_kind=OrderKind(row["kind"]),
            number=self._number(play),
            currency=self._currency,
            customer=play.customer,
            delivery=delivery,
            lines=(*(self._line(line, work_store) for line in row["lines"]), *fees),
            source=row["source"],
            on_shortage=OnShortage.BACK_ORDER,
            collector=Collector(**collector) if isinstance(collector, dict) else None,
            comment_staff=row["comment_staff"],
            comment_customer=row["comment_customer"],
            external_id=row["external_id"],
            code_hash=code_hash,
            page_hash=page_hash,
        )
        command = self._command(play, at, act, row)
        payments = tuple(self._paid(part, self._trial(command)) for part in row["payments"])
        self._apply(play, replace(command, act=replace(act, payments=payments)))

    def _trial(self, command: Command) -> Order:
        """The order as it would be without payments, to know what it costs."""
        context = Context(command.at, frozenset(Right), self._policies.general)
        outcome = decide(None, replace(command, reason="trial"), context)
        if isinstance(outcome, Refusal):
            raise DemoBroken(f"{outcome.code} {dict(outcome.facts)}")
        return outcome.order

    def _paid(self, row: Row, order: Order, due: int = 0) -> Tendered:
        amount = row["amount"]
        if amount == "total":
            amount = total_of(order)
        elif amount == "minimum":
            policy = self._policies.for_order(order.work_store, order.delivery.method)
            amount = deposits.minimum(total_of(order), policy.deposit, order.delivery.mode)
        elif amount == "due":
            amount = due
        return Tendered(self._site.new_id(), row["tender"], Money(amount, self._currency))

    def _command(self, play: _Play, at: datetime, act: Act, row: Row) -> Command:
        till = str(row.get("till") or play.row["till"] or "").rpartition("-")[2]
        by = self._actor(play, act, row)
        approver = None
        reason = play.row["override"] or "" if isinstance(act, Create) else ""
        if reason and by.kind is ActorKind.STAFF and self._people[by.id].role not in _SUPERVISING:
            approver = self._supervisor(play.store)
        return Command(
            self._site.new_id(),
            play.order_id,
            at,
            by,
            act,
            play.store,
            till,
            "demo" if till else "",
            approver,
            reason,
        )

    def _supervisor(self, store: str) -> Actor:
        member = next(
            m for m in self._people.values() if m.role in _SUPERVISING and store in (m.stores or (store,))
        )
        return Actor(ActorKind.STAFF, member.id, member.name)

    def _actor(self, play: _Play, act: Act, row: Row) -> Actor:
        if row.get("staff"):
            member = self._people[row["staff"]]
            return Actor(ActorKind.STAFF, member.id, member.name)
        if isinstance(act, Create):
            return Actor(ActorKind.SHOP, "web-shop", "Web shop")
        if act.kind is ActKind.ARRIVE or row.get("by") == "customer":
            return Actor(ActorKind.CUSTOMER, play.customer.id, play.customer.name)
        return Actor(ActorKind.JOB, act.kind.value, "Site")

    def _rights(self, actor: Actor | None) -> frozenset[Right]:
        if actor is None:
            return frozenset()
        if actor.kind is ActorKind.STAFF:
            return self._people[actor.id].rights
        return {
            ActorKind.SHOP: SHOP_RIGHTS,
            ActorKind.CUSTOMER: CUSTOMER_RIGHTS,
            ActorKind.JOB: JOB_RIGHTS,
        }[actor.kind]

    def _apply(self, play: _Play, command: Command) -> None:
        authority = Authority(self._rights(command.by), self._rights(command.approver))
        outcome = orders.apply(self._tx, command, authority, command.at)
        if isinstance(outcome, Refusal):
            what = f"{play.row['key']}: {command.act.kind.value}"
            raise DemoBroken(f"{what} was refused as {outcome.code.value} {dict(outcome.facts)}")

    def _step(self, play: _Play, step: Row, at: datetime) -> None:
        order = orders.load(self._tx, play.order_id)
        if order is None:
            raise DemoBroken(f"{play.row['key']} has a step before it begins")
        act = self._act(order, step)
        if act.kind is ActKind.EXPIRE and order.collect_by is not None and order.collect_by > at:
            self._end_sooner(play, order, at)
        command = self._command(play, at, act, step)
        self._apply(play, replace(command, store=order.work_store) if not step.get("till") else command)

    def _end_sooner(self, play: _Play, order: Order, at: datetime) -> None:
        """Opening hours may put a deadline after the demo's expiry: staff end the time a minute before it."""
        until = Extend(at - timedelta(minutes=1))
        boss = self._supervisor(order.work_store)
        sooner = self._command(play, at - timedelta(hours=1), until, {"staff": boss.id})
        self._apply(play, replace(sooner, store=order.work_store))

    def _act(self, order: Order, step: Row) -> Act:
        match ActKind(step["act"]):
            case ActKind.CLAIM:
                return acts.ClaimPicking()
            case ActKind.PICK:
                return acts.Pick(step["line"], step["quantity"], step.get("bag", 1))
            case ActKind.SHORT:
                return acts.ReportShort(step["line"], step["quantity"], ShortNext(step.get("next", "drop")))
            case ActKind.CONFIRM_PICKING:
                return acts.ConfirmPicking(tuple(BagPlace(bag["bag"], bag["shelf"]) for bag in step["bags"]))
            case ActKind.ARRIVE:
                return acts.Arrive(ArrivalState(step["state"]))
            case ActKind.REMIND:
                return acts.Remind(step["level"])
            case ActKind.EXPIRE:
                return acts.Expire(self._site.new_id())
            case ActKind.SHIP:
                return acts.Ship(step["tracking"])
            case ActKind.DELIVER:
                return acts.Deliver()
            case ActKind.PUT_BACK:
                return acts.PutBack(_parts(step["lines"]))
            case ActKind.NOTE:
                return acts.AddNote(step["text"], step.get("for_customer", False))
        return self._money_act(order, step)

    def _money_act(self, order: Order, step: Row) -> Act:
        match ActKind(step["act"]):
            case ActKind.EXTEND:
                old = order.collect_by or order.expires_at or order.updated_at
                return acts.Extend(old + timedelta(hours=step["hours"]))
            case ActKind.COLLECT:
                return self._collect(order, step)
            case ActKind.TAKE_PAYMENT:
                return acts.TakePayment(tuple(self._paid(part, order) for part in step["payments"]))
            case ActKind.CANCEL:
                deposit = DepositAtEnd(step.get("deposit", "leave"))
                refunds = self._refunds(order) if deposit is DepositAtEnd.REFUND else ()
                return acts.Cancel(
                    step["reason"], deposit=deposit, refunds=refunds, movement_id=self._site.new_id()
                )
        raise DemoBroken(f"the demo shop knows no step {step['act']}")

    def _collect(self, order: Order, step: Row) -> acts.Collect:
        by = IdentityBy(step["identity"])
        lines = _parts(step["lines"]) if step.get("lines") else None
        quantities = (
            {line.id: line.quantities.open for line in order.lines}
            if lines is None
            else {part.line: part.quantity for part in lines}
        )
        due = deposits.due_now(order, quantities)
        payments = tuple(self._paid(part, order, due) for part in step.get("payments", []))
        return acts.Collect(Identity(by, order.code_hash if by is IdentityBy.CODE else ""), lines, payments)

    def _refunds(self, order: Order) -> tuple[Refunded, ...]:
        return tuple(
            Refunded(self._site.new_id(), paid.id, paid.tender, paid.amount)
            for paid in order.payments
            if paid.kind is PaymentKind.PAYMENT
        )


def _parts(rows: list[Row]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(row["line"], row["quantity"]) for row in rows)
