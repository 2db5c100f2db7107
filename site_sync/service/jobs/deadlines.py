"""The ladder of an order that waits: reminder, last reminder, expired; and questions nobody answered.

After a restore all of it waits for the tills: they bring hand-overs and extensions that the backup lacks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.exc import InterfaceError, OperationalError

from site_sync.domain.commands import Act, AnswerSubstitute, Command, Expire, Remind
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import JOB_RIGHTS
from site_sync.domain.policies import OnSilence, Policies, Policy
from site_sync.protocol.codec import ORDER
from site_sync.service import enrolment, orders
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.order_enquiry import orders_of
from site_sync.service.orders import Authority
from site_sync.service.sentences import said
from site_sync.service.wiring import Site

AT_ONCE = 100
REMINDERS = 2
JOB_AUTHORITY = Authority(JOB_RIGHTS)
_UNREADY = (Stage.QUOTE.value, Stage.TO_PICK.value, Stage.PICKING.value)

JOBS = {"expiry": said("Expiry"), "reminders": said("Reminders"), "answers": said("Answers")}
"""Under which name each job acts."""

_log = structlog.get_logger(__name__)


def _is_incomplete(site: Site) -> bool:
    """Whether tills have still to bring what they did with orders, as the site was restored."""
    return site.database.read(partial(enrolment.awaits, now=site.now()))


def _overdue(db: Executor, now: datetime) -> list[Order]:
    o = t.orders.c
    due = or_(
        and_(o.stage == Stage.TO_COLLECT.value, o.collect_by <= now),
        and_(o.stage == Stage.TO_COLLECT.value, o.collect_by.is_(None), o.expires_at <= now),
        and_(o.stage.in_(_UNREADY), o.expires_at <= now),
    )
    # Sorted here: the database would walk all orders there ever were in that order to find a few.
    found = db.execute(select(o.id, o.updated_at).where(t.STILL_OPEN, due)).all()
    first = sorted(found, key=lambda row: (row.updated_at, row.id))[:AT_ONCE]
    overdue = orders_of(db, [row.id for row in first])
    return [overdue[row.id] for row in first if row.id in overdue]


def expire_orders(site: Site) -> int:
    """Expire the orders whose time is over; returns how many."""
    if _is_incomplete(site):
        return 0
    overdue = site.database.read(lambda db: _overdue(db, site.now()))
    return sum(_act(site, "expiry", order, Expire(movement_id=site.new_id())) for order in overdue)


def _unanswered(db: Executor, now: datetime) -> list[tuple[Order, int]]:
    """Orders with a substitute whose time to answer is over, and its line."""
    o = t.orders.c
    query = select(o.body).where(t.STILL_OPEN, o.stage == Stage.PICKING.value)
    found = (ORDER.load(body) for body in db.execute(query).scalars())
    asked = ((order, one) for order in found for one in order.asked)
    late = [(order, one.line) for order, one in asked if one.until is not None and one.until <= now]
    return late[:AT_ONCE]


def answer_for_customers(site: Site) -> int:
    """Answer for customers who said nothing to a substitute, as the shop has settled; returns how many."""
    if _is_incomplete(site):
        return 0
    late = site.database.read(lambda db: _unanswered(db, site.now()))
    policies = site.database.read(records.policies)
    done = 0
    for order, line in late:
        policy = policies.for_order(order.work_store, order.delivery.method)
        accepted = policy.substitute_unanswered is OnSilence.PUT_IN
        done += _act(site, "answers", order, AnswerSubstitute(line, accepted))
    return done


def reminder_due(order: Order, policy: Policy, now: datetime) -> int:
    """The reminder the customer should get now, counted from 1; 0 for none.

    None is sent for a moment that was over before the goods were ready, as the ready message just came.
    """
    if order.stage is not Stage.TO_COLLECT or order.collect_by is None or now >= order.collect_by:
        return 0
    hours = (policy.reminder_hours, policy.last_reminder_hours)
    for level in range(REMINDERS, order.reminders, -1):
        moment = order.collect_by - timedelta(hours=hours[level - 1])
        if hours[level - 1] and moment <= now and (order.ready_at is None or order.ready_at < moment):
            return level
    return 0


def _to_remind(db: Executor, now: datetime) -> list[tuple[Order, int]]:
    o, policies = t.orders.c, records.policies(db)
    soon = now + timedelta(hours=_longest(policies))
    query = (
        select(o.body)
        .where(
            o.stage == Stage.TO_COLLECT.value,
            o.reminders < REMINDERS,
            o.collect_by > now,
            o.collect_by <= soon,
        )
        .order_by(o.collect_by)
    )
    found = [ORDER.load(body) for body in db.execute(query).scalars()]
    levels = [
        (order, reminder_due(order, policies.for_order(order.work_store, order.delivery.method), now))
        for order in found
    ]
    return [(order, level) for order, level in levels if level][:AT_ONCE]


def _longest(policies: Policies) -> int:
    every = (policies.general, *(rule.policy for rule in policies.rules))
    return max(max(policy.reminder_hours, policy.last_reminder_hours) for policy in every)


def remind_customers(site: Site) -> int:
    """Remind those whose time to collect ends soon; the message is queued with the command."""
    if _is_incomplete(site):
        return 0
    due = site.database.read(lambda db: _to_remind(db, site.now()))
    return sum(_act(site, "reminders", order, Remind(level)) for order, level in due)


def _act(site: Site, job: str, order: Order, act: Act) -> bool:
    """Give the job's command; False when the order went on meanwhile."""
    now = site.now()
    by = Actor(ActorKind.JOB, job, JOBS[job])
    command = Command(site.new_id(), order.id, now, by, act, store=order.work_store)

    def work(tx: Transaction) -> bool:
        outcome = orders.apply(tx, command, JOB_AUTHORITY, now)
        if isinstance(outcome, Refusal):
            _log.info("a job came too late", job=job, order=order.id, code=outcome.code.value)
        return not isinstance(outcome, Refusal)

    try:
        return site.database.write(work)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # outermost loop: of one order, which must not hold up the others
        _log.error("a job could not work an order", job=job, order=order.id, error=repr(error))
        return False
