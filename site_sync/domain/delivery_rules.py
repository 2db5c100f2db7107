"""What a delivery asks for: the fields its method requires, and a time that can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from site_sync.domain.customers import Address, Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Code, Refused
from site_sync.domain.orders import Delivery, DeliveryMode
from site_sync.domain.shop import DeliveryField, DeliveryMethod

Slot = tuple[datetime, datetime]
_F = DeliveryField
NOWHERE = Address("", "", "", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: by whom, how to be delivered, with which words for the customer's order."""

    customer: Customer
    delivery: Delivery
    comment: str = ""


def missing(asked: Asked, method: DeliveryMethod | None) -> tuple[DeliveryField, ...]:
    """The fields that are needed and empty; an address is needed whole, its country as two letters."""
    customer, delivery = asked.customer, asked.delivery
    address = delivery.address or NOWHERE
    given = {
        _F.NAME: customer.name,
        _F.PHONE: customer.phone,
        _F.EMAIL: customer.email,
        _F.REQUESTED: delivery.requested_at,
        _F.COMMENT: asked.comment,
        _F.STREET: address.street,
        _F.POSTCODE: address.postcode,
        _F.CITY: address.city,
        _F.COUNTRY: len(address.country) == 2 and address.country.isalpha() and address.country,
    }
    needed = set(method.required) if method else set()
    if delivery.mode is DeliveryMode.SHIP or (method and method.needs_address):
        needed |= {_F.STREET, _F.POSTCODE, _F.CITY, _F.COUNTRY}
    return tuple(one for one in DeliveryField if one in needed and not str(given[one] or "").strip())


def check_fields(asked: Asked, method: DeliveryMethod | None) -> None:
    """Refuse a delivery whose fields are not all there; the refusal names them."""
    lacking = missing(asked, method)
    if lacking:
        raise Refused(Code.FIELDS_NEEDED, fields=[one.value for one in lacking])


def slots(day: date, calendar: Calendar, minutes: int) -> tuple[Slot, ...]:
    """The opening hours of a day in parts of so many minutes; what is left over is no slot."""
    found: list[Slot] = []
    length = timedelta(minutes=minutes)
    for opens, closes in calendar.open_moments(day) if minutes > 0 else ():
        while opens + length <= closes:
            found.append((opens, opens + length))
            opens += length
    return tuple(found)


def _day(moment: datetime, calendar: Calendar | None) -> date:
    return calendar.local(moment).date() if calendar else moment.date()


def check_requested(delivery: Delivery, at: datetime, most_days: int, calendar: Calendar | None) -> None:
    """Refuse a day or slot that is over when it is asked for, or that lies beyond the life of an order."""
    requested, until = delivery.requested_at, delivery.requested_until
    if requested is None:
        return
    over = until <= max(at, requested) if until else _day(requested, calendar) < _day(at, calendar)
    if over:
        raise Refused(Code.DATE_PAST, what="requested", at=requested.isoformat())
    _check_not_too_far(requested, at, most_days)


def check_promised(promised: datetime | None, at: datetime, most_days: int) -> None:
    """Refuse to promise what is past, or what lies beyond the life of an order."""
    if promised is None:
        return
    if promised < at:
        raise Refused(Code.DATE_PAST, what="promised", at=promised.isoformat())
    _check_not_too_far(promised, at, most_days)


def _check_not_too_far(moment: datetime, at: datetime, most_days: int) -> None:
    latest = at + timedelta(days=most_days)
    if moment > latest:
        raise Refused(Code.DATE_TOO_FAR, latest=latest.isoformat())


def check_slot(delivery: Delivery, taken: int | None, capacity: int) -> None:
    """Refuse a slot that as many orders have as it holds; what is not known is not refused."""
    if delivery.requested_until and taken is not None and 0 < capacity <= taken:
        raise Refused(Code.SLOT_FULL, capacity=capacity)
