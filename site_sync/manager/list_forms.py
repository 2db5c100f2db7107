"""Delivery methods, sources, reasons and tenders as forms: their fields as texts, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money, minor_digits
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import (
    DeliveryField,
    DeliveryMethod,
    Reason,
    ReasonFor,
    Source,
    Tender,
    TenderKind,
)
from site_sync.domain.shop_rules import LONGEST_NAME, Listed
from site_sync.manager.formats import percent, plain
from site_sync.manager.policy_form import scaled
from site_sync.manager.speech import LANGUAGES, later, say
from site_sync.protocol.changes import RecordKind

Texts = dict[str, str]
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One of the lists: its kind, its title, what adds one, the icon when it is empty, what it is for."""

    kind: RecordKind
    title: str
    add: str
    new: str
    icon: str
    text: str


LISTS = {
    "methods": ListPage(
        RecordKind.DELIVERY_METHOD,
        later("Delivery methods"),
        later("Add a delivery method"),
        later("A new delivery method"),
        "truck",
        later("How goods reach the customer: what staff must ask for, what it costs, who carries it."),
    ),
    "sources": ListPage(
        RecordKind.SOURCE,
        later("Sources"),
        later("Add a source"),
        later("A new source"),
        "inbox",
        later("Where orders come from, to be chosen at the till and searched for later."),
    ),
    "reasons": ListPage(
        RecordKind.REASON,
        later("Reasons"),
        later("Add a reason"),
        later("A new reason"),
        "message-square",
        later(
            "What staff choose from when they must say why; the words also stand on papers and in reports."
        ),
    ),
    "tenders": ListPage(
        RecordKind.TENDER,
        later("Tenders"),
        later("Add a tender"),
        later("A new tender"),
        "wallet",
        later("The ways to pay, in the order in which tills show them."),
    ),
}


class Unreadable(ValueError):
    """A field that cannot be read; the text says what would do."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def texts(one: Listed, currency: str) -> Texts:
    """Every field of a record as its form shows it; ticks are `yes` or empty."""
    given = {
        "code": one.code,
        "order": str(one.order),
        "active": "yes" if one.active else "",
        **{f"name_{language}": one.names.get(language, "") for language in LANGUAGES},
    }
    if isinstance(one, DeliveryMethod | Source):
        given |= {"kinds": " ".join(one.kinds)}
    if isinstance(one, DeliveryMethod):
        given |= {
            "mode": one.mode.value,
            "fee": plain(one.fee.amount, one.fee.currency) if one.fee else "",
            "fee_tax_rate": "" if one.fee_tax_rate is None else percent(one.fee_tax_rate).removesuffix(" %"),
            "needs_address": "yes" if one.needs_address else "",
            "needs_store": "yes" if one.needs_store else "",
            "required": " ".join(one.required),
            "carriers": "\n".join(one.carriers),
        }
    elif isinstance(one, Reason):
        given |= {"used_for": one.used_for.value, "stock_to": one.stock_to.value}
    elif isinstance(one, Tender):
        given |= {
            "kind": one.kind.value,
            "rounding": plain(one.rounding, currency),
            "opens_drawer": "yes" if one.opens_drawer else "",
        }
    return given


def blank(kind: RecordKind) -> Listed:
    """What a form for a new record begins with."""
    fresh: dict[RecordKind, Listed] = {
        RecordKind.DELIVERY_METHOD: DeliveryMethod("", {}),
        RecordKind.SOURCE: Source("", {}),
        RecordKind.REASON: Reason("", ReasonFor.CANCEL, {}),
        RecordKind.TENDER: Tender("", TenderKind.CARD, {}),
    }
    return fresh[kind]


def told(kind: RecordKind, given: Mapping[str, str], known: Listed, currency: str) -> Listed:
    """The record that a form tells of; Unreadable names the field that says nothing.

    Names in languages that the form does not show stay as they are `known`.
    """
    makers: dict[RecordKind, Callable[[_Read], Listed]] = {
        RecordKind.DELIVERY_METHOD: _method,
        RecordKind.SOURCE: lambda read: Source(read.code, read.names, read.order, read.active, read.kinds),
        RecordKind.REASON: _reason,
        RecordKind.TENDER: _tender,
    }
    return makers[kind](_Read(given, known, currency))


@dataclass(frozen=True, slots=True)
class _Read:
    """A form that is read field by field."""

    given: Mapping[str, str]
    known: Listed
    currency: str

    @property
    def code(self) -> str:
        """The record's code."""
        return self.given["code"]

    @property
    def names(self) -> dict[str, str]:
        """Names by language, without the empty ones."""
        typed = {language: self.given[f"name_{language}"] for language in LANGUAGES}
        others = {one: name for one, name in self.known.names.items() if one not in LANGUAGES}
        return {language: name for language, name in typed.items() if name} | others

    @property
    def active(self) -> bool:
        """Whether it is offered."""
        return self.tick("active")

    @property
    def order(self) -> int:
        """Its place in the list."""
        return self.number("order", 0)

    @property
    def kinds(self) -> tuple[OrderKind, ...]:
        """What it is offered for."""
        return tuple(kind for kind in OrderKind if kind.value in self.given["kinds"].split())

    def tick(self, field: str) -> bool:
        """Whether a box is ticked."""
        return self.given[field] == "yes"

    def number(self, field: str, digits: int) -> int:
        """A number with so many digits behind its point, in units of the last of them."""
        try:
            return scaled(self.given[field], digits)
        except ValueError as wrong:
            raise Unreadable(field, str(wrong)) from wrong

    def choice(self, field: str, choices: type[Choice]) -> Choice:
        """One of some words."""
        if self.given[field] not in set(choices):
            raise Unreadable(field, say("Choose one of the list."))
        return choices(self.given[field])


def _method(read: _Read) -> DeliveryMethod:
    fee = read.number("fee", minor_digits(read.currency)) if read.given["fee"] else 0
    required = read.given["required"].split()
    return DeliveryMethod(
        read.code,
        read.names,
        read.choice("mode", DeliveryMode),
        Money(fee, read.currency) if fee else None,
        read.tick("needs_address"),
        read.tick("needs_store"),
        read.order,
        tuple(field for field in DeliveryField if field.value in required),
        tuple(line.strip() for line in read.given["carriers"].splitlines() if line.strip()),
        read.number("fee_tax_rate", 2) if read.given["fee_tax_rate"] else None,
        read.active,
        read.kinds,
    )


def _reason(read: _Read) -> Reason:
    used_for = read.choice("used_for", ReasonFor)
    goods = read.choice("stock_to", ReturnTo) if used_for is ReasonFor.RETURN else ReturnTo.ON_HAND
    return Reason(read.code, used_for, read.names, goods, read.order, read.active)


def _tender(read: _Read) -> Tender:
    kind = read.choice("kind", TenderKind)
    coins = kind is TenderKind.CASH
    rounding = read.number("rounding", minor_digits(read.currency)) if coins else 1
    return Tender(
        read.code, kind, read.names, read.order, rounding, read.tick("opens_drawer"), read.active
    )  # fmt: skip


FROM_TO = later("From {least} to {most}.")
_NAME = later("A name of up to {most} letters.")
_SAID = {
    "code": later("Small letters, digits, - and _, up to 40."),
    "name_en": later("A name in English is needed, up to {most} letters."),
    "needs_address": later("Goods that are shipped need an address."),
    "needs_store": later("Goods that are collected need a store."),
    "carriers": later("One a line, each once, up to 20."),
    "active": later("Cash stays: change is given in it."),
    "kind": later("There is one cash, with the code cash; every other tender is of another kind."),
    "fee": later("This is not a fee."),
    "kinds": later("Tick at least one; what is offered for neither is retired instead."),
}


def problem(refused: Refusal, currency: str) -> tuple[str, str] | None:
    """A refusal as its field and a sentence; None when it is about no field of a form."""
    field, facts = str(refused.facts.get("field", "")), refused.facts
    if not field:
        return None
    if facts.get("taken"):
        same_code = field == "code"
        return field, say("Another one has this code already.") if same_code else say(
            "Another one has this name already."
        )
    if refused.code is Code.QUANTITY_INVALID:
        least, most = (facts[name] for name in ("least", "most"))
        if field == "rounding" and isinstance(least, int) and isinstance(most, int):
            return field, say(FROM_TO, least=plain(least, currency), most=plain(most, currency))
        return field, say(FROM_TO, least=least, most=most)
    return field, say(_SAID.get(field, _NAME), most=LONGEST_NAME)
