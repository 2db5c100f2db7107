"""The settings of customer orders as a form: its fields, their texts, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from site_sync.domain.money import minor_digits
from site_sync.domain.policies import (
    Adjustment,
    DeadlineRule,
    DepositAtEnd,
    DepositPolicy,
    IdentityCheck,
    NotFree,
    OfflineCollect,
    OnSilence,
    Policy,
    Prepay,
    QuoteReserves,
    ReceiptWanted,
)
from site_sync.manager.formats import percent, plain
from site_sync.manager.speech import later, say
from site_sync.manager.wording import word

LONGEST_NUMBER = 10
_TIME = re.compile(r"\d{2}:\d{2}(:00)?", re.ASCII)
"""Neither seconds nor an offset, with which no opening hours could be compared."""


class Kind(StrEnum):
    """How a setting is typed."""

    WHOLE = "whole"
    PERCENT = "percent"
    AMOUNT = "amount"
    TIME = "time"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its name in the form, its label, its unit or hint, its choices and their words."""

    name: str
    label: str
    kind: Kind = Kind.WHOLE
    hint: str = ""
    choices: type[StrEnum] | None = None
    words: str = ""


def _deposit(prefix: str) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}.allowed", say("Deposits are taken"), Kind.FLAG),
        Field(f"{prefix}.minimum_percent", say("Minimum deposit"), Kind.PERCENT, say("% of the order")),
        Field(f"{prefix}.minimum_amount", say("But at least"), Kind.AMOUNT),
        Field(f"{prefix}.prepay", say("Pay in full beforehand"), Kind.CHOICE, "", Prepay, "prepay"),
    )


GROUPS: tuple[tuple[str, str, tuple[Field, ...]], ...] = (
    (
        later("Deposits on customer orders"),
        later("What is asked for when an order is saved. Shipped orders are always paid in full."),
        (
            *_deposit("deposit"),
            Field(
                "deposit_at_expiry",
                later("When an order expires, its deposit is"),
                Kind.CHOICE,
                "",
                DepositAtEnd,
                "deposit_at_end",
            ),
        ),
    ),
    (later("Deposits on quotes"), "", _deposit("quote_deposit")),
    (
        later("What staff choose"),
        later("Ticked, nothing is preset: an order or quote is saved when staff have chosen."),
        (
            Field("order_needs_source", later("Orders: where they come from"), Kind.FLAG),
            Field("order_needs_method", later("Orders: how they are handed over"), Kind.FLAG),
            Field("quote_needs_source", later("Quotes: where they come from"), Kind.FLAG),
            Field("quote_needs_method", later("Quotes: how they are handed over"), Kind.FLAG),
        ),
    ),
    (
        later("Reservation"),
        later(
            "When an order is saved and not all of its units are free. Web orders follow it unless the shop "
            "says otherwise; nobody can be asked about them, so they are refused then."
        ),
        (Field("not_free", later("Units that are not free are"), Kind.CHOICE, "", NotFree, "not_free"),),
    ),
    (
        later("Time to collect"),
        later("Counted from the moment an order is ready, then moved as chosen."),
        (
            Field("deadline.hours", later("Hours to collect"), hint=later("hours")),
            Field("deadline.adjustment", later("Moved"), Kind.CHOICE, "", Adjustment, "adjustment"),
            Field("deadline.fixed_time", later("Fixed time of day"), Kind.TIME),
            Field("reminder_hours", later("Reminder before the end"), hint=later("hours")),
            Field("last_reminder_hours", later("Last reminder before the end"), hint=later("hours")),
            Field("extension_hours", later("An extension gives"), hint=later("hours")),
            Field("customer_extensions", later("Extensions by the customer"), hint=later("times")),
        ),
    ),
    (
        later("Expiry"),
        later("Quotes, and orders that nobody finishes, end after this time."),
        (
            Field("quote_days", later("Quotes expire after"), hint=later("days")),
            Field("order_days", later("Orders expire after"), hint=later("days")),
            Field("quote_keeps_prices", later("A quote that becomes an order keeps its prices"), Kind.FLAG),
            Field(
                "quote_reserves",
                later("Until it expires, a quote reserves"),
                Kind.CHOICE,
                "",
                QuoteReserves,
                "quote_reserves",
            ),
        ),
    ),
    (
        later("Picking and handing over"),
        "",
        (
            Field(
                "preparation_minutes",
                later("Time to prepare an order"),
                hint=later("minutes of opening time"),
            ),
            Field(
                "transfer_hours",
                later("Bringing goods from another store takes"),
                hint=later("hours; 0 to offer none"),
            ),
            Field("claim_minutes", later("A claim lapses after"), hint=later("minutes")),
            Field(
                "substitute_minutes",
                later("Customers may answer about a substitute for"),
                hint=later("minutes"),
            ),
            Field(
                "substitute_unanswered",
                later("A substitute without an answer is"),
                Kind.CHOICE,
                "",
                OnSilence,
                "on_silence",
            ),
            Field(
                "slot_minutes",
                later("Customers choose a time slot of"),
                hint=later("minutes; 0 for a day only"),
            ),
            Field("slot_capacity", later("Orders in one slot"), hint=later("0 for as many as come")),
            Field("identity", later("Without a code"), Kind.CHOICE, "", IdentityCheck, "identity_check"),
            Field("needs_contact", later("A phone number or e-mail is needed"), Kind.FLAG),
            Field("cash_rounding", later("Cash is rounded to"), hint=later("minor units")),
        ),
    ),
    (
        later("Tax"),
        later("Counts for what is sold and ordered from now on; rates come with the items."),
        (Field("prices_include_tax", later("Prices include tax"), Kind.FLAG),),
    ),
    (
        later("Receipts"),
        later("What is proposed after a payment; the customer may want it another way."),
        (Field("receipt", later("A receipt is usually"), Kind.CHOICE, "", ReceiptWanted, "receipt_wanted"),),
    ),
    (
        later("While a till is offline"),
        later(
            "What staff may do then stands at each till under Status, What works offline. 0 sets no limit, "
            "but lets nothing be kept and no money go back."
        ),
        (
            Field(
                "lease_percent",
                later("Of each item, kept for the tills of a store"),
                hint=later("% of available"),
            ),
            Field("lease_most", later("Of that each till gets at most"), hint=later("units")),
            Field("offline_order_limit", later("Orders up to"), Kind.AMOUNT),
            Field("offline_deposit_limit", later("Deposits up to"), Kind.AMOUNT),
            Field("offline_orders", later("New orders, each till"), hint=later("orders")),
            Field("offline_hours", later("Orders, hand-overs, refunds for"), hint=later("hours")),
            Field("offline_sign_in_hours", later("Staff may sign in for"), hint=later("hours")),
            Field(
                "offline_collect",
                later("Orders are handed over"),
                Kind.CHOICE,
                "",
                OfflineCollect,
                "offline_collect",
            ),
            Field("offline_refund_limit", later("Refunds up to"), Kind.AMOUNT),
            Field("offline_gift_cards", later("Gift cards may be sold"), Kind.FLAG),
        ),
    ),
)
FIELDS = {field.name: field for _, _, fields in GROUPS for field in fields}


def _value(policy: Policy, name: str) -> Any:
    part, _, member = name.partition(".")
    value = getattr(policy, part)
    return getattr(value, member) if member else value


def texts(policy: Policy, currency: str) -> dict[str, str]:
    """Every field's text."""
    return {name: _text(_value(policy, name), field.kind, currency) for name, field in FIELDS.items()}


def shown(value: Any, field: Field, currency: str) -> str:
    """A setting's value as it is kept, in words."""
    if field.kind is Kind.FLAG:
        return say("yes") if value else say("no")
    if field.kind is Kind.CHOICE:
        return word(field.words, value)
    if field.kind is Kind.TIME:
        return str(value)[:5]
    text = _text(value, field.kind, currency)
    return f"{text} %" if field.kind is Kind.PERCENT else text


def differences(policy: Policy, general: Policy, currency: str) -> list[tuple[str, str, str]]:
    """What of a policy is not as in the general one: label, its value, the general value."""
    pairs = [(field, _value(policy, name), _value(general, name)) for name, field in FIELDS.items()]
    return [
        (say(field.label), shown(own, field, currency), shown(wide, field, currency))
        for field, own, wide in pairs
        if own != wide
    ]


def _text(value: Any, kind: Kind, currency: str) -> str:
    match kind:
        case Kind.FLAG:
            return "yes" if value else ""
        case Kind.PERCENT:
            return percent(value).removesuffix(" %")
        case Kind.AMOUNT:
            return plain(value, currency)
        case Kind.TIME:
            return f"{value:%H:%M}"
    return str(value)


def _read(text: str, field: Field, currency: str) -> Any:
    """A typed value; ValueError says in a sentence what cannot be read."""
    match field.kind:
        case Kind.FLAG:
            return text == "yes"
        case Kind.CHOICE:
            if field.choices is None or text not in set(field.choices):
                raise ValueError(say("Choose one of the list."))
            return field.choices(text)
        case Kind.TIME:
            try:
                return time.fromisoformat(text if _TIME.fullmatch(text) else "")
            except ValueError as wrong:
                raise ValueError(say("Write a time as 18:00.")) from wrong
        case Kind.PERCENT:
            return scaled(text, 2)
        case Kind.AMOUNT:
            return scaled(text, minor_digits(currency))
    return scaled(text, 0)


def scaled(text: str, digits: int) -> int:
    """A number of at most so many digits behind its point, as a whole number of the last digit."""
    cleaned = text.replace(",", ".").replace(" ", "")
    if len(cleaned) > LONGEST_NUMBER or not set(cleaned) <= set("0123456789."):
        raise ValueError(say("Write a number."))
    try:
        whole = Decimal(cleaned).scaleb(digits)
    except InvalidOperation as wrong:
        raise ValueError(say("Write a number.")) from wrong
    if whole != whole.to_integral_value():
        raise ValueError(
            say("Write a whole number.")
            if not digits
            else say("At most {digits} digits after the point.", digits=digits)
        )
    return int(whole)


def told(given: Mapping[str, str], policy: Policy, currency: str) -> tuple[Policy, dict[str, str]]:
    """The policy that a form tells of, and what is wrong with it by field; wrong ones stay as they were."""
    values, errors = {}, {}
    for name, field in FIELDS.items():
        try:
            values[name] = _read(given.get(name, ""), field, currency)
        except ValueError as wrong:
            errors[name] = str(wrong)
            values[name] = _value(policy, name)
    parts: dict[str, dict[str, Any]] = {"deposit": {}, "quote_deposit": {}, "deadline": {}}
    plain_values = {}
    for name, value in values.items():
        part, _, member = name.partition(".")
        if member:
            parts[part][member] = value
        else:
            plain_values[name] = value
    changed = replace(
        policy,
        deposit=DepositPolicy(**parts["deposit"]),
        quote_deposit=DepositPolicy(**parts["quote_deposit"]),
        deadline=DeadlineRule(**parts["deadline"]),
        **plain_values,
    )
    return changed, errors
