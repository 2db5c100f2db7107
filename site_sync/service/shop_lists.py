"""Changes of the shop's lists: delivery methods, sources, reasons and tenders, each checked, told, noted."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.shop import DeliveryMethod, Reason, Tender
from site_sync.domain.shop_rules import Listed, listed_refusal, same_words
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author


def listed(db: Executor, kind: RecordKind) -> list[Listed]:
    """All records of a list as they are shown: what is retired last, else in their order."""
    every: list[Listed] = records.every(db, kind)
    return sorted(every, key=lambda one: (not one.active, one.order, one.code))


def save(
    tx: Transaction, author: Author, kind: RecordKind, one: Listed, *, new: bool = False
) -> Refusal | None:
    """Keep a record of a list; what a record is used for or comes down to stays as it was made."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    known: Listed | None = records.find(tx, kind, one.code)
    if new and known is not None:
        return Refusal(Code.TEXT_INVALID, {"field": "code", "taken": True})
    if not new:
        if known is None:
            return Refusal(Code.TEXT_INVALID, {"field": "code"})
        one = _settled(known, one)
    if refusal := listed_refusal(one):
        return refusal
    language = same_words(one, records.every(tx, kind)) if one.active else ""
    if language:
        return Refusal(Code.TEXT_INVALID, {"field": f"name_{language}", "taken": True})
    settings_audit.keep(tx, author, kind, one)
    return None


def _settled(known: Listed, one: Listed) -> Listed:
    """The record with what cannot change any more: orders and receipts go by it."""
    if isinstance(one, DeliveryMethod) and isinstance(known, DeliveryMethod):
        return replace(one, mode=known.mode)
    if isinstance(one, Reason) and isinstance(known, Reason):
        return replace(one, used_for=known.used_for)
    if isinstance(one, Tender) and isinstance(known, Tender):
        return replace(one, kind=known.kind)
    return one
