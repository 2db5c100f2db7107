"""Acts on an order that the back office offers: from the fields of a form to a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from site_sync.domain.code_issues import next_code
from site_sync.domain.commands import (
    Act,
    ActKind,
    AddNote,
    Arrive,
    Cancel,
    Command,
    Deliver,
    Extend,
    ReleasePicking,
    Remind,
    Ship,
)
from site_sync.domain.errors import Refusal
from site_sync.domain.later_acts import SendMessage
from site_sync.domain.lifecycle import Decision
from site_sync.domain.orders import ArrivalState, Order
from site_sync.domain.policies import DepositAtEnd
from site_sync.manager.formats import Clock
from site_sync.manager.speech import say
from site_sync.manager.visit import Change, Missing
from site_sync.service import orders
from site_sync.service.database.transaction import Transaction
from site_sync.service.order_enquiry import Deadlines
from site_sync.service.orders import Authority

Errors = dict[str, str]
"""What is wrong with a form, by field."""
Made = Act | Errors


def _note(change: Change, _order: Order, _clock: Clock) -> Made:
    text = change.text("text")
    if not text:
        return {"text": say("Write something.")}
    return AddNote(text, for_customer=change.text("for_customer") == "yes")


def _extend(change: Change, _order: Order, clock: Clock) -> Made:
    try:
        local = datetime.fromisoformat(f"{change.text('day')}T{change.text('time') or '00:00'}")
        return Extend(local.replace(tzinfo=ZoneInfo(clock.zone)).astimezone(ZoneInfo("UTC")))
    except (ValueError, OverflowError):  # the clock of a shop may lead out of the years that there are
        return {"day": say("Give a day and a time.")}


def _cancel(change: Change, _order: Order, _clock: Clock) -> Made:
    reason = change.text("reason")
    if not reason:
        return {"reason": say("Say why.")}
    offered = {choice.value: choice for choice in DepositAtEnd if choice is not DepositAtEnd.REFUND}
    deposit = offered.get(change.text("deposit") or DepositAtEnd.LEAVE.value)
    if deposit is None:
        return {"deposit": say("Choose one of these.")}
    return Cancel(reason, deposit=deposit, movement_id=change.visit.site.new_id())


def _release(_change: Change, _order: Order, _clock: Clock) -> Made:
    return ReleasePicking()


def _arrive(_change: Change, _order: Order, _clock: Clock) -> Made:
    return Arrive(ArrivalState.HERE)


def _remind(_change: Change, order: Order, _clock: Clock) -> Made:
    return Remind(order.reminders + 1)


def _ship(change: Change, _order: Order, _clock: Clock) -> Made:
    return Ship(change.text("tracking"), change.text("carrier"))


def _send_message(_change: Change, _order: Order, _clock: Clock) -> Made:
    return SendMessage()


def _issue_code(change: Change, order: Order, _clock: Clock) -> Made:
    return next_code(change.visit.site.keys.code_key, order)


def _deliver(_change: Change, _order: Order, _clock: Clock) -> Made:
    return Deliver()


FORMS: dict[ActKind, Callable[[Change, Order, Clock], Made]] = {
    ActKind.EXTEND: _extend,
    ActKind.REMIND: _remind,
    ActKind.ARRIVE: _arrive,
    ActKind.RELEASE: _release,
    ActKind.SHIP: _ship,
    ActKind.DELIVER: _deliver,
    ActKind.SEND_MESSAGE: _send_message,
    ActKind.ISSUE_CODE: _issue_code,
    ActKind.NOTE: _note,
    ActKind.CANCEL: _cancel,
}
"""Acts without goods or money in the hand, in the order the page offers them."""

ELSEWHERE = frozenset({ActKind.EXPIRE})
"""Acts of the site's own jobs, which nobody does by hand."""


def act_of(name: str, change: Change, order: Order, clock: Clock) -> Made:
    """The act that a form asks for, or what is wrong with its fields; Missing when it is none of ours."""
    make = FORMS.get(ActKind(name)) if name in set(ActKind) else None
    if make is None:
        raise Missing
    return make(change, order, clock)


def apply(change: Change, order: Order, act: Act) -> Decision | Refusal | None:
    """Apply an act in the person's name; None when the order is not any more as the form knew it."""
    visit, version = change.visit, change.text("version")
    now = visit.now()
    command = Command(visit.site.new_id(), order.id, now, visit.actor, act, store=order.work_store)

    def work(tx: Transaction) -> Decision | Refusal | None:
        current = orders.load_locked(tx, order.id)
        if current is None or str(current.version) != version:
            return None
        return orders.apply(tx, command, Authority(visit.rights), now)

    return visit.write(work)


def usual_deadline(order: Order, due: Deadlines, clock: Clock) -> datetime:
    """A new deadline to offer: the shop's usual extension after the old one, on the shop's clock."""
    hours = due.policies.for_order(order.work_store, order.delivery.method).extension_hours
    old = order.collect_by or order.expires_at or clock.now
    return clock.local(max(old, clock.now) + timedelta(hours=hours))
