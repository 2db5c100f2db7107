"""Changes of what the shop has settled: its stores and the settings of its customer orders."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policies, Policy, PolicyRule
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction

LONGEST_TEXT = 200
SHELVES = 500
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
    "offline_refund_limit": (0, 100_000_000),
}
"""Least and most of the numbers of a policy."""
DEADLINE_HOURS = (1, 8760)
MINIMUM_PERCENT = (0, 10_000)
MINIMUM_AMOUNT = (0, 100_000_000)


def save_store(tx: Transaction, rights: frozenset[Right], store: Store) -> Refusal | None:
    """Keep a store as given; its tills hear of it."""
    if Right.SETTINGS_MANAGE not in rights:
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.SETTINGS_MANAGE.value})
    if records.find(tx, RecordKind.STORE, store.code) is None:
        return Refusal(Code.STORE_UNKNOWN, {"store": store.code})
    if not store.name.strip() or any(len(text) > LONGEST_TEXT for text in (store.name, store.address)):
        return Refusal(Code.TEXT_INVALID, {"field": "name", "most": LONGEST_TEXT})
    if len(store.shelves) > SHELVES or len(set(store.shelves)) != len(store.shelves):
        return Refusal(Code.TEXT_INVALID, {"field": "shelves", "most": SHELVES})
    records.save(tx, RecordKind.STORE, store)
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


def save_policy(tx: Transaction, rights: frozenset[Right], rule: PolicyRule) -> Refusal | None:
    """Keep the policy of a store and delivery method; with neither, the general one."""
    if Right.SETTINGS_MANAGE not in rights:
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.SETTINGS_MANAGE.value})
    if refusal := policy_refusal(rule.policy):
        return refusal
    known = records.policies(tx)
    if not rule.store and not rule.delivery_method:
        changed = replace(known, general=rule.policy)
    else:
        others = tuple(old for old in known.rules if _place(old) != _place(rule))
        changed = replace(known, rules=(*others, rule))
    records.save(tx, RecordKind.POLICIES, changed)
    return None


def drop_policy(tx: Transaction, rights: frozenset[Right], store: str, method: str) -> Refusal | None:
    """Take an exception away, so that the next wider policy counts."""
    if Right.SETTINGS_MANAGE not in rights:
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.SETTINGS_MANAGE.value})
    known: Policies = records.policies(tx)
    left = tuple(rule for rule in known.rules if _place(rule) != (store, method))
    if left == known.rules:
        return Refusal(Code.NOTHING_CHANGED)
    records.save(tx, RecordKind.POLICIES, replace(known, rules=left))
    return None


def _place(rule: PolicyRule) -> tuple[str, str]:
    return rule.store, rule.delivery_method
