"""The details of an order as a form to fill, and what was filled in as details again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pos_app.operations.orders import Details
from pos_app.ui.screens.order_details.views import AddressForm, MethodChoice, OrderDetailsForm
from pos_app.ui.views.order_filters import named
from pos_app.ui.wording import money, say
from site_sync.domain.customers import Address, Collector, Customer
from site_sync.domain.delivery_rules import Asked, missing
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.shop import DeliveryField, DeliveryMethod

_CUSTOMER = frozenset({DeliveryField.NAME, DeliveryField.PHONE, DeliveryField.EMAIL})
_FIELDS = {DeliveryField.REQUESTED: "day", DeliveryField.COMMENT: "customer_comment"}


def method_choice(one: DeliveryMethod) -> MethodChoice:
    """A delivery method with its fee and what it asks for."""
    fee = f"+ {money(one.fee)}" if one.fee else ""
    icon = "truck" if one.mode is DeliveryMode.SHIP else "store"
    needs_address = one.needs_address or one.mode is DeliveryMode.SHIP
    return MethodChoice(one.code, named(one.code, one.names), fee, one.needs_store, needs_address, icon)


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
