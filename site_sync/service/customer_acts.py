"""What a customer may do with their order on its page, and the commands that do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from site_sync.domain.codes import clean
from site_sync.domain.commands import (
    Act,
    ActKind,
    AnswerSubstitute,
    Arrive,
    Cancel,
    Command,
    Extend,
    NameCollector,
)
from site_sync.domain.customers import Collector
from site_sync.domain.deadlines import collect_by
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.lifecycle import allowed_actions
from site_sync.domain.orders import ArrivalState, DeliveryMode, Order, OrderKind
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import CUSTOMER_RIGHTS, Right
from site_sync.domain.policies import Policy
from site_sync.domain.shop import Store
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.links import Links
from site_sync.service.order_view import Situation, situation
from site_sync.service.orders import Authority
from site_sync.service.sentences import said
from site_sync.service.wiring import Site

CUSTOMER = Actor(ActorKind.CUSTOMER, "customer")
"""The customer's name stays with the order, out of its history."""
NAMING = CUSTOMER_RIGHTS | {Right.ORDER_CHANGE}
"""Rights for naming another collector, the one change that the page makes to an order's particulars."""
LONGEST_NAME = 100
CANCELLED_ON_PAGE = said("cancelled by the customer")
_OPEN = frozenset({Situation.TO_PICK, Situation.PICKING, Situation.TO_COLLECT})


class Press(StrEnum):
    """The buttons of the page, as they stand in its addresses."""

    ON_THE_WAY = "on-the-way"
    HERE = "here"
    EXTEND = "extend"
    CANCEL = "cancel"
    COLLECTOR = "collector"
    NO_COLLECTOR = "no-collector"
    SUBSTITUTE = "substitute"


def may_name_collector(order: Order) -> bool:
    """Whether another collector can be named, with a code of their own."""
    named = ActKind.NAME_COLLECTOR in allowed_actions(order, NAMING)
    return named and situation(order) in _OPEN and order.delivery.mode is DeliveryMode.COLLECT


def offered(order: Order, policy: Policy) -> frozenset[Press]:
    """The buttons that have a place on the page now, read off the transition table."""
    acts, now = allowed_actions(order, NAMING), situation(order)
    presses: set[Press] = set()
    if ActKind.ARRIVE in acts and now is Situation.TO_COLLECT:
        presses |= {Press.ON_THE_WAY, Press.HERE}
    waits = now in (Situation.TO_COLLECT, Situation.EXPIRED) and order.kind is OrderKind.CUSTOMER_ORDER
    if ActKind.EXTEND in acts and waits and order.extensions < policy.customer_extensions:
        presses.add(Press.EXTEND)
    if ActKind.CANCEL in acts and now in _OPEN:
        presses.add(Press.CANCEL)
    if may_name_collector(order):
        presses |= {Press.COLLECTOR, Press.NO_COLLECTOR} if order.collector else {Press.COLLECTOR}
    if ActKind.ANSWER_SUBSTITUTE in acts and order.asked:
        presses.add(Press.SUBSTITUTE)
    return frozenset(presses)


Form = Mapping[str, str]
"""What was typed or chosen with a button."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A pressed button with its form, and what the shop has settled for the order."""

    press: Press
    form: Form
    policy: Policy
    store: Store | None


def _named(site: Site, order: Order, form: Form) -> Act:
    """Another collector, with a code of their own."""
    given = clean(form.get("name", ""))[:LONGEST_NAME]
    if not given:
        raise Refused(Code.TEXT_INVALID, most=LONGEST_NAME)
    code_hash, issue = Links("", site.keys.code_key).new_collector(order)
    return NameCollector(Collector(given), code_hash, issue)


def _answered(form: Form) -> Act:
    """Yes or no to a substitute."""
    line, answer = form.get("line", ""), form.get("answer", "")
    if not (line.isascii() and line.isdigit()) or answer not in ("yes", "no"):
        raise Refused(Code.NOTHING_ASKED)
    return AnswerSubstitute(int(line[:9]), answer == "yes")


def _act(press: Press, order: Order, until: datetime) -> Act:
    match press:
        case Press.ON_THE_WAY:
            return Arrive(ArrivalState.ON_THE_WAY)
        case Press.HERE:
            return Arrive(ArrivalState.HERE)
        case Press.EXTEND:
            return Extend(until)
        case Press.CANCEL:
            return Cancel(CANCELLED_ON_PAGE)
        case _:
            return NameCollector(None)


def _later(order: Order, policy: Policy, store: Store | None, now: datetime) -> datetime:
    """The deadline after an extension, adjusted as the first one was."""
    rule = replace(policy.deadline, hours=policy.extension_hours)
    begin = max(order.collect_by or now, now)
    return collect_by(begin, rule, store.calendar) if store else begin


def _wanted(site: Site, order: Order, asked: Asked) -> Act:
    match asked.press:
        case Press.COLLECTOR:
            return _named(site, order, asked.form)
        case Press.SUBSTITUTE:
            return _answered(asked.form)
    return _act(asked.press, order, _later(order, asked.policy, asked.store, site.now()))


def press(site: Site, page_hash: str, pressed: Press, form: Form) -> bool | None:
    """Do what a button says: whether it could be done; None when no page has that token."""

    def work(tx: Transaction) -> bool | None:
        order, now = orders.by_page(tx, page_hash), site.now()
        if order is None:
            return None
        settled = records.settled(tx)
        policy = settled.policies.for_order(order.work_store, order.delivery.method)
        if pressed not in offered(order, policy):
            return False
        try:
            act = _wanted(site, order, Asked(pressed, form, policy, settled.stores.get(order.work_store)))
        except Refused:
            return False
        rights = NAMING if act.kind is ActKind.NAME_COLLECTOR else CUSTOMER_RIGHTS
        command = Command(site.new_id(), order.id, now, CUSTOMER, act, store=order.work_store)
        return not isinstance(orders.apply(tx, command, Authority(rights), now), Refusal)

    return site.database.write(work)
