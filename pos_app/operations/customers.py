"""Customers at the till: found, made, with their orders."""

from __future__ import annotations

from dataclasses import replace

import phonenumbers

from pos_app.operations.desk import Acting, Desk
from pos_app.store.audit import AuditEntry
from pos_app.store.order_list import OrderFilter
from pos_app.store.order_rows import OrderRow
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Stage

MOST_CHARACTERS = 200


def search(desk: Desk, typed: str) -> tuple[Customer, ...]:
    """Customers by name, phone, e-mail or card."""
    return desk.store.customers.search(typed)


def by_card(desk: Desk, card: str) -> Customer | None:
    """The customer who holds a member card."""
    return desk.store.customers.by_card(card)


def create(desk: Desk, acting: Acting, customer: Customer) -> Customer | Refusal:
    """Keep a new customer, the phone number in E.164; the site hears of them with their first order."""
    tidy = tidied(desk, customer)
    if isinstance(tidy, Refusal):
        return tidy
    made = replace(tidy, id=desk.new_id())
    with desk.store.file.transaction():
        desk.store.customers.add(made)
        desk.store.audit.add(AuditEntry(desk.now(), acting.staff.id, "customer_created", made.id))
    return made


def tidied(desk: Desk, customer: Customer) -> Customer | Refusal:
    """The customer with texts trimmed and the phone in E.164; refused when nobody could be reached by it."""
    name, email = customer.name.strip(), customer.email.strip()
    if not (name or email or customer.phone.strip()):
        return Refusal(Code.CONTACT_NEEDED)
    for text in (name, email, customer.phone, customer.member_card):
        if len(text) > MOST_CHARACTERS or not (text.isprintable() or not text):
            return Refusal(Code.TEXT_INVALID, {"most": MOST_CHARACTERS})
    if email and not _is_address(email):
        return Refusal(Code.TEXT_INVALID, {"field": "email"})
    phone = phone_number(customer.phone, desk.store.settings.get("country") or _country(desk))
    if phone is None:
        return Refusal(Code.TEXT_INVALID, {"field": "phone"})
    return replace(customer, name=name, email=email, phone=phone, member_card=customer.member_card.strip())


def _is_address(email: str) -> bool:
    name, at, domain = email.rpartition("@")
    inner = domain.strip(".")
    return bool(at and name) and inner == domain and "." in domain and not set(email) & set(" ,;<>")


_COUNTRIES = {"Europe/Copenhagen": "DK", "Europe/Berlin": "DE", "Europe/Vienna": "AT", "Europe/London": "GB"}


def _country(desk: Desk) -> str:
    """The country a store's local phone numbers belong to, read off its clock."""
    return _COUNTRIES.get(desk.here.calendar.timezone, "DK")


def phone_number(typed: str, country: str) -> str | None:
    """A typed phone number in E.164, '' for none, None when it cannot be one."""
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def orders_of(desk: Desk, customer_id: str, *, open_only: bool = True) -> tuple[OrderRow, ...]:
    """A customer's orders as this till knows them."""
    rows = desk.store.lists.rows(OrderFilter(customer_id=customer_id))
    return tuple(row for row in rows if not open_only or row.stage is not Stage.DONE)
