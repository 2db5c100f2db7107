"""The details of an order as a form to fill, and what was filled in as details again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pos_app.operations.orders import Details
from pos_app.ui.screens.order_details.views import (
    AddressForm,
    MethodChoice,
    OrderDetailsForm,
    SourceChoice,
)
from pos_app.ui.views.order_filters import named
from pos_app.ui.wording import money, refused, say
from site_sync.domain.customers import Address, Collector, Customer
from site_sync.domain.delivery_rules import Asked, missing
from site_sync.domain.errors import Refused
from site_sync.domain.offering import check_method, check_source
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryField, DeliveryMethod, Source

_CUSTOMER = frozenset({DeliveryField.NAME, DeliveryField.PHONE, DeliveryField.EMAIL})
_FIELDS = {DeliveryField.REQUESTED: "day", DeliveryField.COMMENT: "customer_comment"}


def method_choice(one: DeliveryMethod, among: tuple[OrderKind, ...] = ()) -> MethodChoice:
    """A delivery method with its fee, what it asks for, and which of some kinds it is for alone."""
    parts = [f"+ {money(one.fee)}" if one.fee else "", _only(one, among)]
    fee = " · ".join(part for part in parts if part)
    icon = "truck" if one.mode is DeliveryMode.SHIP else "store"
    needs_address = one.needs_address or one.mode is DeliveryMode.SHIP
    return MethodChoice(one.code, named(one.code, one.names), fee, one.needs_store, needs_address, icon)


def source_choice(one: Source, among: tuple[OrderKind, ...]) -> SourceChoice:
    """A source, and which of some kinds it is for alone."""
    name, only = named(one.code, one.names), _only(one, among)
    return SourceChoice(one.code, f"{name} ({only})" if only else name)


def _only(one: DeliveryMethod | Source, among: tuple[OrderKind, ...]) -> str:
    """In words for which of some kinds something is, empty where it is for all of them."""
    fits = [kind for kind in among if kind in one.kinds]
    return say(f"order_details.only_{fits[0]}") if len(fits) == 1 < len(among) else ""


def form_of(details: Details) -> OrderDetailsForm:
    """The details as they stand in the form."""
    address = details.delivery.address
    collector = details.collector
    return OrderDetailsForm(
        method=details.delivery.method,
        store=details.delivery.store,
        source=details.source,
        staff_comment=details.comment_staff,
        customer_comment=details.comment_customer,
        collector_name=collector.name if collector else "",
        collector_phone=collector.phone if collector else "",
        address=AddressForm(address.street, address.extra, address.postcode, address.city, address.country)
        if address
        else AddressForm(),
    )


def with_form(
    details: Details, form: OrderDetailsForm, wanted: tuple[datetime | None, datetime | None]
) -> Details:
    """The details as the form says; an address belongs to what is shipped."""
    typed = form.address
    address = None
    if details.delivery.mode is DeliveryMode.SHIP and typed != AddressForm():
        country = typed.country.strip().upper()
        address = Address(typed.street, typed.postcode, typed.city, country, typed.extra)
    delivery = replace(
        details.delivery,
        method=form.method,
        store=form.store,
        address=address,
        requested_at=wanted[0],
        requested_until=wanted[1],
    )
    collector = Collector(form.collector_name, form.collector_phone) if form.collector_name else None
    return replace(
        details,
        delivery=delivery,
        source=form.source or details.source,
        collector=collector,
        comment_staff=form.staff_comment,
        comment_customer=form.customer_comment,
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """What the details are chosen from, and the settings they are to keep."""

    methods: tuple[DeliveryMethod, ...] = ()
    sources: tuple[Source, ...] = ()
    policy: Policy = field(default_factory=Policy)


def not_chosen(details: Details, listed: Listed) -> dict[str, str]:
    """Words for a source or delivery method that is needed, or not for orders of that kind."""
    kind, method, policy = details.kind, details.delivery.method, listed.policy
    methods = {one.code: one for one in listed.methods}
    sources = {one.code: one for one in listed.sources}
    found = {
        "method": _words(lambda: check_method(kind, method, methods, policy)),
        "source": _words(lambda: check_source(kind, details.source, sources, policy)),
    }
    return {name: words for name, words in found.items() if words}


def _words(check: Callable[[], None]) -> str:
    """What a rule says against it, empty when nothing."""
    try:
        check()
    except Refused as against:
        return refused(against.refusal.code.value)
    return ""


def lacking(details: Details, customer: Customer | None, method: DeliveryMethod | None) -> dict[str, str]:
    """Words for each field that is needed and empty, by the names of the form."""
    asked = Asked(customer or Customer(), details.delivery, details.comment_customer)
    errors: dict[str, str] = {}
    wanted = []
    for one in missing(asked, method):
        if one in _CUSTOMER:
            wanted.append(say(f"order_details.needs_{one}"))
        else:
            errors[_FIELDS.get(one, one.value)] = say(f"order_details.needed_{one}")
    if wanted:
        errors["customer"] = say("order_details.customer_lacks", what=", ".join(wanted))
    return errors
