"""What a problem means for customer, money and stock, and the ways it can end, at till and site alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.commands import Act, ActKind, Collect, Command
from site_sync.domain.errors import Code
from site_sync.domain.orders import Stage
from site_sync.domain.problem_stock import NO_LEVELS, Levels, ways
from site_sync.domain.problems import Choice, MoneyMoved, ProblemRecord


class Nature(StrEnum):
    """What kind of problem it is.

    An act was refused; it waits for another one; it stands, and something of it is to be settled; something
    is wrong with a till itself.
    """

    REFUSED = "refused"
    WAITING = "waiting"
    STANDS = "stands"
    ALARM = "alarm"


class Meaning(StrEnum):
    """One consequence, each a sentence in every language."""

    ORDER_NOT_KEPT = "order_not_kept"
    ORDER_UNCHANGED = "order_unchanged"
    GOODS_GONE = "goods_gone"
    STILL_RESERVED = "still_reserved"
    NOTHING_RESERVED = "nothing_reserved"
    MONEY_TAKEN = "money_taken"
    MONEY_PAID_OUT = "money_paid_out"
    SALE_NOT_BOOKED = "sale_not_booked"
    SHIFT_NOT_BOOKED = "shift_not_booked"
    MAIL_NOT_SENT = "mail_not_sent"
    WAITS = "waits"
    ACT_STANDS = "act_stands"
    MONEY_WAITS = "money_waits"
    TILL_IN_DOUBT = "till_in_doubt"
    AUDIT_BEGUN = "audit_begun"
    SETTLED_BEFORE = "settled_before"
    LOOK_CLOSELY = "look_closely"


FILE_BEGUN = "audit_begun"
"""A till says that its audit begins anew, as the file it was in was damaged."""
ALARMS = frozenset(
    {
        "command_id_reused", "seq_reused", "chain_broken", "audit_lost", "audit_changed", "audit_broken",
        FILE_BEGUN,
    }
)  # fmt: skip
PARKED = frozenset({"depends_on_rejected", "internal"})
_NEVER_AGAIN = frozenset(
    {
        "malformed", "payload_damaged", "not_this_till", Code.ORDER_EXISTS, Code.ALREADY_COLLECTED,
        Code.HANDED_OVER_TWICE, Code.CODE_REPLACED, Code.PAYMENT_REPEATED, Code.PROBLEM_SETTLED, *ALARMS,
    }
)  # fmt: skip
"""Refusals that the same act would only meet again, whatever changes meanwhile."""

OF_SALE, OF_SHIFT, OF_MAIL, OF_PROBLEM = "sale", "shift", "mail", "problem"
"""What stands for the act where a command was none of an order."""

_OTHER: dict[str, Meaning] = {
    OF_SALE: Meaning.SALE_NOT_BOOKED,
    OF_SHIFT: Meaning.SHIFT_NOT_BOOKED,
    OF_MAIL: Meaning.MAIL_NOT_SENT,
    OF_PROBLEM: Meaning.SETTLED_BEFORE,
}
_HANDS_OVER = frozenset({ActKind.COLLECT, ActKind.SHIP})
_ENDS_ORDER = frozenset({ActKind.CANCEL, ActKind.EXPIRE})


@dataclass(frozen=True, slots=True)
class Outlook:
    """A problem with its nature, what it means, and how it can end, the first choice first."""

    nature: Nature
    meanings: tuple[Meaning, ...]
    choices: tuple[Choice, ...]


def money_of(act: Act) -> tuple[MoneyMoved, ...]:
    """What changed hands in an act: payments it took, refunds it paid out."""
    moved = [MoneyMoved(one.tender, one.amount, one.id) for one in getattr(act, "payments", ())]
    moved += [MoneyMoved(one.tender, -one.amount, one.id) for one in getattr(act, "refunds", ())]
    within = getattr(act, "collect", None)
    if isinstance(within, Collect):
        moved += money_of(within)
    return tuple(moved)


def nature_of(record: ProblemRecord) -> Nature:
    """What kind of problem it is; what no command was refused for stands."""
    if record.code in ALARMS:
        return Nature.ALARM
    if not record.of_command:
        return Nature.STANDS
    return Nature.WAITING if record.code in PARKED else Nature.REFUSED


def outlook(
    record: ProblemRecord, command: Command | None, *, order_known: bool, levels: Levels = NO_LEVELS
) -> Outlook:
    """What a problem means and how it can end.

    `command` is the order command it is about, None where it is not at hand; `order_known` says whether the
    centre has the order, `levels` where the goods it was refused for might come from.
    """
    nature = nature_of(record)
    if nature in (Nature.STANDS, Nature.ALARM):
        return Outlook(nature, _standing(record, nature), (Choice.SETTLED,))
    choices = [Choice.GIVE_UP]
    if order_known and _of_order(record):
        choices.insert(0, Choice.KEEP_NOTE)
    if command is not None and record.code not in _NEVER_AGAIN:
        choices = [Choice.TRY_AGAIN, *ways(record, command.act, levels), *choices]
    return Outlook(nature, _refused(record, command, nature, order_known=order_known), tuple(choices))


def _standing(record: ProblemRecord, nature: Nature) -> tuple[Meaning, ...]:
    if nature is Nature.ALARM:
        return (Meaning.AUDIT_BEGUN if record.code == FILE_BEGUN else Meaning.TILL_IN_DOUBT,)
    if record.code == Code.MONEY_FOR_ENDED:
        return (Meaning.MONEY_WAITS,)
    return (Meaning.ACT_STANDS,) if record.command_id else (Meaning.LOOK_CLOSELY,)


def _of_order(record: ProblemRecord) -> bool:
    return bool(record.order_id) and record.act not in _OTHER


def _refused(
    record: ProblemRecord, command: Command | None, nature: Nature, *, order_known: bool
) -> tuple[Meaning, ...]:
    found: list[Meaning] = [Meaning.WAITS] if nature is Nature.WAITING else []
    if not _of_order(record):
        found.append(_OTHER.get(record.act, Meaning.LOOK_CLOSELY))
    elif not order_known:
        found += [Meaning.ORDER_NOT_KEPT, Meaning.NOTHING_RESERVED]
    elif record.act in _ENDS_ORDER and record.facts.get("stage") != Stage.DONE:
        found.append(Meaning.STILL_RESERVED)
    else:
        found.append(Meaning.ORDER_UNCHANGED)
    if record.act in _HANDS_OVER or (command is not None and getattr(command.act, "collect", None)):
        found.append(Meaning.GOODS_GONE)
    if record.act != OF_SALE:
        found += _of_money(record.money)
    return tuple(found)


def _of_money(money: tuple[MoneyMoved, ...]) -> list[Meaning]:
    found = [Meaning.MONEY_TAKEN] if taken(money) else []
    return [*found, Meaning.MONEY_PAID_OUT] if any(one.amount.amount < 0 for one in money) else found


def taken(money: tuple[MoneyMoved, ...]) -> tuple[MoneyMoved, ...]:
    """What was taken of a customer and is to be paid back when the act is given up."""
    return tuple(one for one in money if one.amount.amount > 0)
