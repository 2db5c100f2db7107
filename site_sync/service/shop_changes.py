"""Changes of what the shop has settled: its stores and the settings of its customer orders."""

from __future__ import annotations

import re
from dataclasses import replace

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policies, Policy, PolicyRule
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author, Subject

LONGEST_TEXT = 200
SHELVES = 500
STORE_CODE = re.compile(r"[A-Z][A-Z0-9]{0,3}", re.ASCII)
LIMITS: dict[str, tuple[int, int]] = {
    "quote_days": (1, 3650),
    "order_days": (1, 3650),
    "extension_hours": (1, 2160),
    "customer_extensions": (0, 10),
    "reminder_hours": (0, 720),
    "last_reminder_hours": (0, 720),
    "preparation_minutes": (0, 43_200),
    "transfer_hours": (0, 720),
    "cash_rounding": (1, 1000),
    "claim_minutes": (1, 1440),
    "substitute_minutes": (1, 10_080),
    "slot_minutes": (0, 1440),
    "slot_capacity": (0, 10_000),
    "offline_refund_limit": (0, 100_000_000),
    "offline_order_limit": (0, 100_000_000),
    "offline_deposit_limit": (0, 100_000_000),
    "offline_orders": (0, 10_000),
    "offline_hours": (0, 2160),
    "lease_percent": (0, 100),
    "lease_most": (0, 10_000),
}
"""Least and most of the numbers of a policy."""
DEADLINE_HOURS = (1, 8760)
MINIMUM_PERCENT = (0, 10_000)
MINIMUM_AMOUNT = (0, 100_000_000)


def save_store(tx: Transaction, author: Author, store: Store, *, new: bool = False) -> Refusal | None:
    """Keep a store as given, or a new one whose code order numbers begin with; its tills hear of it."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    known = records.find(tx, RecordKind.STORE, store.code)
    if new and (known is not None or not STORE_CODE.fullmatch(store.code)):
        return Refusal(Code.TEXT_INVALID, {"field": "code", "taken": known is not None})
    if new and records.policies(tx).numbers.takes(store.code):
        return Refusal(Code.TEXT_INVALID, {"field": "code", "numbers": True})
    if not new and known is None:
        return Refusal(Code.STORE_UNKNOWN, {"store": store.code})
    if not store.name.strip() or any(len(text) > LONGEST_TEXT for text in (store.name, store.address)):
        return Refusal(Code.TEXT_INVALID, {"field": "name", "most": LONGEST_TEXT})
    if len(store.shelves) > SHELVES or len(set(store.shelves)) != len(store.shelves):
        return Refusal(Code.TEXT_INVALID, {"field": "shelves", "most": SHELVES})
    settings_audit.keep(tx, author, RecordKind.STORE, store)
    return None


def policy_refusal(policy: Policy) -> Refusal | None:
    """What of a policy is out of its limits, None when all is well."""
    numbers = {name: (getattr(policy, name), limits) for name, limits in LIMITS.items()}
    numbers["deadline_hours"] = (policy.deadline.hours, DEADLINE_HOURS)
    for prefix, deposit in (("deposit", policy.deposit), ("quote_deposit", policy.quote_deposit)):
        numbers[f"{prefix}_minimum_percent"] = (deposit.minimum_percent, MINIMUM_PERCENT)
        numbers[f"{prefix}_minimum_amount"] = (deposit.minimum_amount, MINIMUM_AMOUNT)
    for name, (value, (least, most)) in numbers.items():
        if not least <= value <= most:
            return Refusal(Code.QUANTITY_INVALID, {"field": name, "least": least, "most": most})
    return None


def save_policy(tx: Transaction, author: Author, rule: PolicyRule) -> Refusal | None:
    """Keep the policy of a store and delivery method; with neither, the general one."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    if refusal := policy_refusal(rule.policy):
        return refusal
    known = records.policies(tx)
    before = known.general if _place(rule) == ("", "") else _kept(known, _place(rule))
    if not rule.store and not rule.delivery_method:
        changed = replace(known, general=rule.policy)
    else:
        others = tuple(old for old in known.rules if _place(old) != _place(rule))
        changed = replace(known, rules=(*others, rule))
    if changed != known:
        records.save(tx, RecordKind.POLICIES, changed)
        _note(tx, author, _place(rule), (before, rule.policy))
    return None


def drop_policy(tx: Transaction, author: Author, store: str, method: str) -> Refusal | None:
    """Take an exception away, so that the next wider policy counts."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    known: Policies = records.policies(tx)
    left = tuple(rule for rule in known.rules if _place(rule) != (store, method))
    if left == known.rules:
        return Refusal(Code.NOTHING_CHANGED)
    records.save(tx, RecordKind.POLICIES, replace(known, rules=left))
    _note(tx, author, (store, method), (_kept(known, (store, method)), None))
    return None


def _kept(known: Policies, place: tuple[str, str]) -> Policy | None:
    """The policy of the exception for a store and delivery method, None when there is none."""
    return next((rule.policy for rule in known.rules if _place(rule) == place), None)


def _note(
    tx: Transaction, author: Author, place: tuple[str, str], change: tuple[Policy | None, Policy | None]
) -> None:
    """Write down a change of one policy, by the settings in it alone."""
    before, after = (None if one is None else _facts(one) for one in change)
    key = "/".join(part or "*" for part in place)
    settings_audit.note(tx, author, Subject(RecordKind.POLICIES.value, key), (before, after))


def _facts(policy: Policy) -> settings_audit.Facts:
    """The settings of a policy by their path."""
    told = settings_audit.facts_of(RecordKind.POLICIES, Policies(policy))
    mine = {name: value for name, value in told.items() if name.startswith("general.")}
    return {name.removeprefix("general."): value for name, value in mine.items()}


def _place(rule: PolicyRule) -> tuple[str, str]:
    return rule.store, rule.delivery_method
