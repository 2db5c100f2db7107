"""What a web shop may ask of the site: the strict words of requests to the public API."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from site_sync.domain.customers import Customer as Person
from site_sync.domain.money import ABSURD_AMOUNT
from site_sync.domain.money import Money as Amount
from site_sync.domain.orders import Stage
from site_sync.domain.policies import NotFree, OnShortage
from site_sync.domain.quantities import MOST
from site_sync.protocol.codec import PRINTABLE, Malformed, Words, pointer_errors

MOST_LINES = 200
MOST_HOLD_MINUTES = 60
PARAGRAPH = r"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$"
"""Text that may hold line breaks."""
NEAR = r"^-?[0-9]{1,2}(\.[0-9]{1,8})?,-?[0-9]{1,3}(\.[0-9]{1,8})?$"
_CODE = r"^[A-Za-z0-9._:-]+$"

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=_CODE)]
Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
Reference = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
Short = Annotated[str, Field(max_length=200, pattern=PRINTABLE)]
Long = Annotated[str, Field(max_length=1000, pattern=PARAGRAPH)]
Count = Annotated[int, Field(ge=1, le=MOST)]
LineNumber = Annotated[int, Field(ge=1, le=1_000_000)]
TaxRate = Annotated[str, Field(pattern=r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)$", examples=["25.00"])]
Email = Annotated[
    str,
    Field(max_length=200, pattern=r"^$|^[^\s\u0000-\u001F@<>,;:\"\\()\[\]]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$"),
]
Phone = Annotated[str, Field(max_length=20, pattern=r"^$|^\+[1-9][0-9]{5,14}$")]
HoldToken = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("2000-01-01T00:00:00Z"),
                                        le=datetime.fromisoformat("2200-01-01T00:00:00Z"))]  # fmt: skip


class Money(Words):
    """An amount in minor units of an ISO 4217 currency."""

    amount: int = Field(ge=0, le=ABSURD_AMOUNT, examples=[12900])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])

    def value(self) -> Amount:
        """The amount as the domain knows it."""
        return Amount(self.amount, self.currency)


class Address(Words):
    """Where a shipped order goes."""

    street: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    postcode: Annotated[str, Field(min_length=1, max_length=20, pattern=PRINTABLE)]
    city: Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
    country: str = Field(pattern=r"^[A-Z]{2}$")
    extra: Short = ""


class Delivery(Words):
    """How the goods reach the customer; `store` is the collect store."""

    method: Code = "collect"
    store: Code | None = None
    address: Address | None = None
    requested_at: Moment | None = None


class Customer(Words):
    """Who the order is for; phone in E.164, language in ISO 639-1, its country left aside."""

    name: Short | None = None
    email: Email | None = None
    phone: Phone | None = None
    member_card: Annotated[str, Field(max_length=32, pattern=r"^[A-Za-z0-9-]*$")] | None = None
    language: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")

    def value(self, customer_id: str = "") -> Person:
        """The customer as the domain knows them."""
        return Person(
            id=customer_id,
            name=self.name or "",
            phone=self.phone or "",
            email=self.email or "",
            member_card=self.member_card or "",
            language=self.language[:2],
        )


class Collector(Words):
    """Another person named to collect the order."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    phone: Phone = ""


class OrderLine(Words):
    """One ordered item in smallest sale units; prices are kept as given, the item's price when left out."""

    external_line: Short = ""
    sku: Sku
    quantity: Count
    unit_price: Money | None = None
    discount: Money | None = Field(default=None, description="Taken off the whole line.")
    tax_rate: TaxRate | None = None
    note: Long = ""


class PaymentKind(StrEnum):
    """What happened to the money: taken, set aside by the card's bank, given back."""

    CAPTURED = "captured"
    AUTHORISED = "authorised"
    REFUND = "refund"


class Payment(Words):
    """A payment made in the shop's own checkout; recorded once by its reference."""

    reference: Reference
    kind: PaymentKind = PaymentKind.CAPTURED
    tender: Code = "online"
    amount: Money
    refund_of: Reference | None = Field(default=None, description="The reference of the payment given back.")


class OrderRequest(Words):
    """A customer order made in a web shop."""

    external_id: Annotated[str, Field(max_length=100, pattern=PRINTABLE)] = ""
    source: Code = "web-shop"
    placed_at: Moment | None = None
    delivery: Delivery
    customer: Customer
    collector: Collector | None = None
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    prices_include_tax: bool = True
    payments: Annotated[tuple[Payment, ...], Field(max_length=20)] = ()
    hold: HoldToken | None = Field(default=None, description="A checkout hold that this order takes over.")
    comment: Long | None = None
    allow_partial: bool | None = Field(
        default=None, description="Older word for on_shortage: true is partial, false is refuse."
    )
    on_shortage: OnShortage | None = Field(
        default=None,
        description="What becomes of units that are not free; left out: as the shop has settled.",
    )

    def shortage(self, settled: NotFree) -> OnShortage:
        """What becomes of units that are not free, as the request says or else as the shop has settled."""
        if self.on_shortage is not None:
            return self.on_shortage
        if self.allow_partial is not None:
            return OnShortage.PARTIAL if self.allow_partial else OnShortage.REFUSE
        return settled.unasked


class AvailabilityLine(Words):
    """How many units of an item are asked about."""

    sku: Sku
    quantity: Count


class AvailabilityRequest(Words):
    """Which stores could hand these lines over; the one named, or all that offer collection."""

    store: Code | None = None
    lines: Annotated[tuple[AvailabilityLine, ...], Field(min_length=1, max_length=MOST_LINES)]


class HoldRequest(Words):
    """Reserve for a checkout; all lines or none."""

    store: Code
    lines: Annotated[tuple[AvailabilityLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    minutes: Annotated[int, Field(ge=1, le=MOST_HOLD_MINUTES)] = 15


class PartOfLine(Words):
    """Some units of one line."""

    line: LineNumber
    quantity: Count


class CancelRequest(Words):
    """Cancel the order, or some units of it."""

    lines: Annotated[tuple[PartOfLine, ...], Field(min_length=1, max_length=MOST_LINES)] | None = None
    reason: Annotated[str, Field(max_length=200, pattern=PRINTABLE)] = ""


class LineAmend(Words):
    """A line's new quantity (0 takes it off) or note."""

    line: LineNumber
    quantity: Annotated[int, Field(ge=0, le=MOST)] | None = None
    note: Long | None = None


class DeliveryAmend(Words):
    """Another collect store or requested time; what is left out stays."""

    store: Code | None = None
    requested_at: Moment | None = None


class AmendRequest(Words):
    """What of an order shall be different; what is left out stays."""

    customer: Customer | None = None
    collector: Collector | None = None
    delivery: DeliveryAmend | None = None
    lines: Annotated[tuple[LineAmend, ...], Field(max_length=MOST_LINES)] = ()
    add_lines: Annotated[tuple[OrderLine, ...], Field(max_length=MOST_LINES)] = ()
    comment: Long | None = None


class OrdersQuery(Words):
    """Which orders a page shall hold; `cursor` is the `next` of the page before."""

    external_id: Reference | None = None
    updated_since: Moment | None = None
    stage: Stage | None = None
    store: Code | None = None
    cursor: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ItemsQuery(Words):
    """Which items a page shall hold; with `updated_since` those taken off sale are told as well."""

    cursor: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    updated_since: Moment | None = None


class StoresQuery(Words):
    """Which stores, and what they shall be near to (latitude, longitude in degrees)."""

    click_and_collect: bool | None = None
    near: Annotated[str, Field(max_length=60, pattern=NEAR, examples=["55.68,12.59"])] | None = None


class WebhookEvent(StrEnum):
    """What an endpoint can subscribe to."""

    ORDER_CREATED = "order.created"
    ORDER_CHANGED = "order.changed"
    ORDER_PICKING = "order.picking"
    ORDER_READY = "order.ready"
    ORDER_SHORT = "order.short"
    ORDER_PARTLY_COLLECTED = "order.partly_collected"
    ORDER_COLLECTED = "order.collected"
    ORDER_SHIPPED = "order.shipped"
    ORDER_DELIVERED = "order.delivered"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REMINDED = "order.reminded"
    ORDER_EXTENDED = "order.extended"
    ORDER_EXPIRED = "order.expired"
    ORDER_PUT_BACK = "order.put_back"
    PAYMENT_RECORDED = "payment.recorded"
    REFUND_DUE = "refund.due"
    REFUND_MADE = "refund.made"
    STOCK_CHANGED = "stock.changed"


class EndpointRequest(Words):
    """Where outgoing events shall be sent; no events named means all of them."""

    url: str = Field(
        max_length=2000,
        pattern=r"^https?://[A-Za-z0-9.\[\]:-]+(/[!-~]*)?$",
        examples=["https://shop.example.com/hooks/handover"],
    )
    events: Annotated[tuple[WebhookEvent, ...], Field(max_length=40)] = ()


W = TypeVar("W", bound=BaseModel)


class Reader(Generic[W]):
    """Reads one kind of request body in a single validation pass."""

    def __init__(self, words: type[W]) -> None:
        self.words = words
        self._adapter: TypeAdapter[W] = TypeAdapter(words)

    def read(self, body: bytes) -> W:
        """The request; Malformed with JSON pointers when it is not one."""
        try:
            return self._adapter.validate_json(body)
        except ValidationError as error:
            raise Malformed(self.words.__name__, pointer_errors(error)) from error


def basis_points(rate: str) -> int:
    """A tax rate as it is written ("25.00") in basis points."""
    whole, _, part = rate.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def rate_text(points: int) -> str:
    """Basis points as a tax rate is written: 2500 → "25.00"."""
    return f"{points // 100}.{points % 100:02d}"
