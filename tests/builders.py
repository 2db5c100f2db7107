"""Orders, lines and commands for tests, with the particulars a test does not care about filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Act, Command
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import (
    Delivery,
    DeliveryMode,
    Line,
    Order,
    OrderKind,
    Payment,
    PaymentKind,
    Quantities,
)
from site_sync.domain.particulars import Actor, ActorKind, NewLine, Tendered
from site_sync.domain.quantities import PIECE, Unit

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Monday, eleven o'clock in Copenhagen."""

CLERK = Actor(ActorKind.STAFF, "clerk", "Karl Clerk")
BOSS = Actor(ActorKind.STAFF, "boss", "Bodil Boss")
MARIA = Customer(id="c1", name="Maria Jensen", phone="+4520304050", email="maria@example.com")
KILO = Unit("kg", 3)

_ids = count(1)


def fresh_id(prefix: str = "id") -> str:
    """An id no other value of this test run has."""
    return f"{prefix}-{next(_ids)}"


def later(hours: float = 1) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=hours)


def euro(amount: int) -> Money:
    """An amount in cents."""
    return Money(amount, "EUR")


def line(number: int = 1, price: int = 1_000, *, store: str = "S01", discount: int = 0, **held: int) -> Line:
    """A line of goods; `held` names its quantities (one to pick unless said)."""
    return Line(
        id=number,
        sku=f"SKU{number}",
        description=f"Item {number}",
        unit_price=euro(price),
        tax_rate=2_500,
        quantities=Quantities(**(held or {"to_pick": 1})),
        discount=euro(discount),
        source_store=store,
    )


def service(number: int = 9, price: int = 500, **held: int) -> Line:
    """A line that holds no stock and keeps no order open."""
    return replace(line(number, price, store="", **held), kind=ItemKind.SERVICE)


def new_line(sku: str = "SKU1", quantity: int = 1, price: int = 1_000, *, store: str = "S01") -> NewLine:
    """A line to be ordered."""
    return NewLine(sku, f"Item {sku}", quantity, euro(price), 2_500, source_store=store, unit=PIECE)


def payment(amount: int, tender: str = "cash", kind: PaymentKind = PaymentKind.PAYMENT) -> Payment:
    """A payment (or, by kind, a refund) at the counter."""
    return Payment(fresh_id("pay"), kind, tender, euro(amount), NOW, "S01", "01", "shift-1", CLERK.id)


def tendered(amount: int, tender: str = "cash") -> Tendered:
    """Money handed in with a command."""
    return Tendered(fresh_id("pay"), tender, euro(amount))


def order(
    *lines: Line, paid: int = 0, mode: DeliveryMode = DeliveryMode.COLLECT, store: str = "S01"
) -> Order:
    """A customer order of Maria's taken at S01 and collected at `store`."""
    return Order(
        id=fresh_id("order"),
        number=till_number("S01", "02", 318),
        kind=OrderKind.CUSTOMER_ORDER,
        currency="EUR",
        created_at=NOW,
        updated_at=NOW,
        store="S01",
        source="till",
        customer=MARIA,
        delivery=Delivery(mode.value, mode, store),
        lines=lines or (line(),),
        till="02",
        staff=CLERK.id,
        payments=(payment(paid),) if paid else (),
    )


def quote(*lines: Line) -> Order:
    """A quote for Maria."""
    return replace(order(*lines), kind=OrderKind.QUOTE, expires_at=later(24 * 30))


def command(order_id: str, act: Act, *, by: Actor = CLERK, at: datetime = NOW, reason: str = "") -> Command:
    """An act at till 01 of store S01."""
    return Command(fresh_id("command"), order_id, at, by, act, "S01", "01", "shift-1", None, reason)
