"""Tests of what a delivery asks for: fields, days, slots."""

from datetime import date, time, timedelta

import pytest

from site_sync.domain.commands import Amend, Create
from site_sync.domain.customers import Address, Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.delivery_rules import Asked, missing, slots
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context, Decision
from site_sync.domain.orders import Delivery, DeliveryMode, OrderKind
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryField, DeliveryMethod
from tests.builders import CLERK, MARIA, NOW, command, later, new_line, order

_F = DeliveryField
HOME = Address("Long Street 1", "8000", "Aarhus", "DK")
OPEN = Calendar("Europe/Copenhagen", (((time(9), time(18)),),) * 6 + ((),))
SHIP = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, required=(_F.PHONE,))


@pytest.mark.parametrize(
    ("customer", "address", "fields"),
    [
        (MARIA, HOME, ()),
        (Customer(name="Ann"), HOME, (_F.PHONE,)),
        (MARIA, None, (_F.STREET, _F.POSTCODE, _F.CITY, _F.COUNTRY)),
        (MARIA, Address(" ", "8000", "Aarhus", "Denmark"), (_F.STREET, _F.COUNTRY)),
    ],
)
def test_a_delivery_names_the_fields_it_lacks(
    customer: Customer, address: Address | None, fields: tuple[DeliveryField, ...]
) -> None:
    asked = Asked(customer, Delivery("ship", DeliveryMode.SHIP, address=address))
    assert missing(asked, SHIP) == fields


def test_collecting_needs_what_the_method_requires_and_nothing_else() -> None:
    asked = Asked(Customer(name="Ann"), Delivery(store="S01"))
    assert missing(asked, None) == ()
    wanted = DeliveryMethod("collect", {}, required=(_F.EMAIL, _F.REQUESTED, _F.COMMENT))
    assert missing(asked, wanted) == (_F.EMAIL, _F.REQUESTED, _F.COMMENT)


def test_opening_hours_are_parted_into_slots() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    found = slots(monday, OPEN, 120)
    assert [OPEN.local(begins).hour for begins, _ in found] == [9, 11, 13, 15]
    assert all(ends - begins == timedelta(hours=2) for begins, ends in found)
    assert slots(sunday, OPEN, 120) == slots(monday, OPEN, 0) == ()
    evening = Calendar("UTC", (((time(22), time(2)),),) * 7)
    assert len(slots(monday, evening, 60)) == 4


def _decided(delivery: Delivery, *, taken: int | None = None, by: Actor = CLERK, **words: object) -> object:
    create = Create(
        OrderKind.CUSTOMER_ORDER,
        "N-1",
        "EUR",
        MARIA,
        delivery,
        (new_line(),),
        **words,  # type: ignore[arg-type]
    )
    context = Context(
        NOW,
        frozenset(Right),
        Policy(order_days=30, slot_capacity=2),
        calendars={"S01": OPEN},
        methods={"ship": SHIP},
        slot_taken=taken,
    )
    decision = decide(None, command("o1", create, by=by), context)
    return decision.code if isinstance(decision, Refusal) else None


def _wanted(begins: float, hours: float | None = None) -> Delivery:
    until = later(begins + hours) if hours else None
    return Delivery("collect", store="S01", requested_at=later(begins), requested_until=until)


@pytest.mark.parametrize(
    ("delivery", "code"),
    [
        (_wanted(-1), None),  # earlier today is still today
        (_wanted(-24), Code.DATE_PAST),
        (_wanted(24 * 29), None),
        (_wanted(24 * 31), Code.DATE_TOO_FAR),
        (_wanted(-1, 2), None),
        (_wanted(-3, 2), Code.DATE_PAST),
        (_wanted(3, -1), Code.DATE_PAST),
        (Delivery("ship", DeliveryMode.SHIP, address=Address("", "", "", "")), Code.FIELDS_NEEDED),
    ],
)
def test_what_cannot_be_kept_is_refused_to_staff(delivery: Delivery, code: Code | None) -> None:
    assert _decided(delivery) is code


def test_what_a_shop_sends_late_is_taken_as_it_is() -> None:
    assert _decided(_wanted(-24), by=Actor(ActorKind.SHOP, "web", "Shop")) is None


def test_a_full_slot_is_refused_while_its_orders_are_known() -> None:
    assert _decided(_wanted(2, 2), taken=2) is Code.SLOT_FULL
    assert _decided(_wanted(2, 2), taken=1) is None
    assert _decided(_wanted(2, 2), taken=None) is None
    assert _decided(_wanted(2), taken=9) is None


@pytest.mark.parametrize(("hours", "code"), [(-1, Code.DATE_PAST), (1, None), (24 * 31, Code.DATE_TOO_FAR)])
def test_a_promise_lies_ahead_and_within_the_life_of_the_order(hours: float, code: Code | None) -> None:
    assert _decided(Delivery(store="S01"), promised_at=later(hours)) is code


def test_a_time_that_passed_meanwhile_does_not_hinder_other_changes() -> None:
    base = order()
    old = Delivery("collect", store="S01", requested_at=later(-48))
    base = type(base)(**{name: getattr(base, name) for name in base.__slots__} | {"delivery": old})
    context = Context(NOW, frozenset(Right), calendars={"S01": OPEN, "S02": OPEN})
    kept = decide(base, command(base.id, Amend(customer=Customer(name="Ann"))), context)
    assert isinstance(kept, Decision)
    moved = Delivery("collect", store="S02", requested_at=later(-48))
    refused = decide(base, command(base.id, Amend(delivery=moved)), context)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.DATE_PAST
