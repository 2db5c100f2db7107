"""Holding a command to what a till may do while it is cut off from the site."""

from __future__ import annotations

from collections.abc import Iterator

from site_sync.domain import deposits, offline
from site_sync.domain.commands import ActKind, Collect, Command
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.lifecycle.deciding import Deciding
from site_sync.domain.money import Money
from site_sync.domain.offline import OfflineAct, Standing
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.shop import CASH_TENDER
from site_sync.domain.totals import total_of

CUT_OFF = "cut_off"
"""Why a hand-over has to be approved that anybody may do while the site is reached."""
CHANGES = frozenset(
    {
        ActKind.AMEND, ActKind.CONVERT_QUOTE, ActKind.CANCEL, ActKind.EXTEND, ActKind.REPRICE,
        ActKind.REOPEN, ActKind.TAKE_PAYMENT, ActKind.NAME_COLLECTOR, ActKind.ISSUE_CODE,
    }
)  # fmt: skip
"""Acts that change an order as such; preparing and handing over are the collect store's own."""


def check(before: Order | None, working: Deciding) -> None:
    """Refuse what the table of the offline acts or its limits keep from a till that is cut off."""
    standing = working.context.cut_off
    if standing is None:
        return
    for against in _refusals(before, working, standing):
        if against is not None:
            raise Refused(against.code, **against.facts)
    collects = before is not None and _collect(before, working.command) is not None
    if collects and offline.needs_approval(working.context.policy, standing):
        right = Right.ORDER_COLLECT_UNVERIFIED
        if not working.may(right):
            raise Refused(Code.RIGHT_NEEDED, right=right.value, why=CUT_OFF)


def _refusals(before: Order | None, working: Deciding, standing: Standing) -> Iterator[Refusal | None]:
    command, policy, after = working.command, working.context.policy, working.order
    kind = command.act.kind

    def against(act: OfflineAct, amount: Money | None = None) -> Refusal | None:
        return offline.refusal(act, policy, standing, amount)

    def money(amount: int) -> Money:
        return Money(amount, after.currency)

    if kind is ActKind.CREATE:
        act = OfflineAct.QUOTE if after.kind is OrderKind.QUOTE else OfflineAct.ORDER
        yield against(act, money(total_of(after)))
    elif before is not None:
        if kind in CHANGES:
            yield against(offline.change_of(before, command.store), offline.grown_to(before, after))
        if kind is ActKind.CONVERT_QUOTE:
            yield against(OfflineAct.ORDER, money(total_of(after)))
        if _collect(before, command) is not None:
            yield offline.collect_refusal(before, command.store, policy, standing)
    if kind is ActKind.KEEP_CREDIT:
        yield against(OfflineAct.KEEP_CREDIT)
    more = deposits.held(after) - (deposits.held(before) if before is not None else 0)
    if more > 0:
        yield against(OfflineAct.DEPOSIT, money(more))
    for tender, amount in _refunds(command).items():
        yield against(
            OfflineAct.REFUND_CASH if tender == CASH_TENDER else OfflineAct.REFUND_OTHER, money(amount)
        )


def _collect(before: Order, command: Command) -> Collect | None:
    """The hand-over of a saved order that a command is or contains; a quote's goods were never promised."""
    if before.kind is OrderKind.QUOTE:
        return None
    act = command.act
    return act if isinstance(act, Collect) else getattr(act, "collect", None)


def _refunds(command: Command) -> dict[str, int]:
    """What a command pays out, by tender."""
    found: dict[str, int] = {}
    for one in getattr(command.act, "refunds", ()):
        found[one.tender] = found.get(one.tender, 0) + one.amount.amount
    return found
