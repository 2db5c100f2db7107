"""Codes that open an order: a new one for its customer, one for another person who collects."""

from __future__ import annotations

from site_sync.domain.commands import IssueCode, NameCollector
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import CodeIssued, CollectorNamed, MessageAsked
from site_sync.domain.lifecycle.deciding import Deciding, check_text
from site_sync.domain.lifecycle.taking_back import has_use, message_of


def issue_code(working: Deciding, act: IssueCode) -> None:
    """The customer gets a new code and page link, told at once; whatever opened the order before is void."""
    order = working.order
    if not has_use(order, act.kind):
        raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=order.stage.value, act=act.kind.value)
    if not (act.code_hash and act.page_hash):
        raise Refused(Code.CODE_WRONG, number=order.number)
    if act.issue <= order.code_issue:
        raise Refused(Code.CODE_REPLACED, number=order.number, issue=order.code_issue)
    working.add(CodeIssued(act.code_hash, act.page_hash, act.issue))
    message = message_of(order)
    if message is not None and order.customer.reachable:
        working.add(MessageAsked(message))


def name_collector(working: Deciding, act: NameCollector) -> None:
    """Somebody else may collect: their new code voids the one before; None takes the right away again."""
    if act.collector is not None:
        check_text(act.collector.name, 100)
        check_text(act.collector.phone, 40)
        if not act.collector.name.strip():
            raise Refused(Code.TEXT_INVALID, most=100)
    before = working.order.collector_issue
    if act.code_hash and act.issue <= before:
        raise Refused(Code.CODE_WRONG, issue=act.issue, most=before)
    working.add(CollectorNamed(act.collector, act.code_hash, max(act.issue, before)))
