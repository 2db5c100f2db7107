"""The shapes of the JSON that the public API answers with."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class MoneyAnswer(TypedDict):
    """An amount in minor units; below zero where money flows back."""

    amount: int
    currency: str


class LineAnswer(TypedDict):
    """One line; its quantities in smallest sale units add up to `ordered`; `returned` are collected ones."""

    line: int
    external_line: str
    sku: str
    name: str
    unit: str
    kind: str
    store: str
    ordered: int
    to_pick: int
    picked: int
    collected: int
    short: int
    cancelled: int
    to_put_back: int
    put_back: int
    returned: int
    unit_price: MoneyAnswer
    discount: MoneyAnswer
    tax_rate: str
    total: MoneyAnswer
    price_differs: bool
    note: str


class PaymentAnswer(TypedDict):
    """Money that was taken, given back, or kept."""

    reference: str
    kind: Literal["captured", "refund", "credit", "forfeit"]
    tender: str
    amount: MoneyAnswer
    refund_of: str | None
    at: str


class BagAnswer(TypedDict):
    """A packed bag and where it waits."""

    bag: int
    shelf: str
    lines: list[dict[str, int]]


class AddressAnswer(TypedDict):
    """Where a shipped order goes."""

    street: str
    postcode: str
    city: str
    country: str
    extra: str


class DeliveryAnswer(TypedDict):
    """How the goods reach the customer."""

    method: str
    store: str | None
    address: AddressAnswer | None
    requested_at: str | None
    tracking: str


class CustomerAnswer(TypedDict):
    """Who the order is for."""

    name: str
    email: str
    phone: str
    member_card: str
    language: str


class CollectorAnswer(TypedDict):
    """Another person named to collect."""

    name: str
    phone: str


class TotalsAnswer(TypedDict):
    """Sums over what is live: charged, paid, owed either way."""

    lines: MoneyAnswer
    discount: MoneyAnswer
    tax: MoneyAnswer
    total: MoneyAnswer
    paid: MoneyAnswer
    balance: MoneyAnswer
    refundable: MoneyAnswer


class OrderAnswer(TypedDict):
    """A customer order as a web shop sees it."""

    id: str
    number: str
    version: int
    kind: str
    stage: str
    closed_as: str | None
    source: str
    external_id: str
    delivery: DeliveryAnswer
    customer: CustomerAnswer
    collector: CollectorAnswer | None
    comment: str
    collect_by: str | None
    ready_at: str | None
    promised_at: str | None
    expires_at: str | None
    lines: list[LineAnswer]
    totals: TotalsAnswer
    prices_include_tax: bool
    payments: list[PaymentAnswer]
    bags: list[BagAnswer]
    allowed_actions: list[str]
    customer_page: str | None
    created_at: str
    updated_at: str


class OrdersAnswer(TypedDict):
    """A page of orders; `next` goes into the next request as `cursor`."""

    orders: list[OrderAnswer]
    next: str | None


class CancelAnswer(TypedDict):
    """The order after cancelling, and what is to be given back."""

    order: OrderAnswer
    refundable: MoneyAnswer


class StoreAnswer(TypedDict):
    """A store; hours are local `[from, to]` texts for monday to sunday."""

    code: str
    name: str
    address: str
    phone: str
    latitude: float | None
    longitude: float | None
    timezone: str
    click_and_collect: bool
    opening_hours: dict[str, list[list[str]]]
    closed_days: list[str]
    hours_to_collect: int
    preparation_minutes: int
    distance_km: float | None


class StoresAnswer(TypedDict):
    """The stores asked for."""

    stores: list[StoreAnswer]


class UnitAnswer(TypedDict):
    """A unit of sale; quantities count 10^-decimals of it."""

    code: str
    decimals: int


class ItemAnswer(TypedDict):
    """An item; its price is per whole unit."""

    sku: str
    name: str
    barcodes: list[str]
    price: MoneyAnswer
    tax_rate: str
    unit: UnitAnswer
    kind: str
    removed: bool


class ItemsAnswer(TypedDict):
    """A page of items."""

    items: list[ItemAnswer]
    next: str | None


class LineAvailability(TypedDict):
    """How much of one item a store can promise now."""

    sku: str
    requested: int
    available: int
    short: int


class StoreAvailability(TypedDict):
    """What one store can hand over, and when it would be ready."""

    store: str
    can_collect: Literal["all", "some", "none"]
    ready_at: str | None
    lines: list[LineAvailability]


class AvailabilityAnswer(TypedDict):
    """The store named, or all that offer collection."""

    stores: list[StoreAvailability]


class HoldLine(TypedDict):
    """How much of one item is held."""

    sku: str
    quantity: int


class HoldAnswer(TypedDict):
    """A checkout hold; its token goes into the order as `hold`."""

    hold: str
    store: str
    expires_at: str
    lines: list[HoldLine]


class EndpointAnswer(TypedDict):
    """An outgoing subscription."""

    id: str
    url: str
    events: list[str]
    active: bool
    created_at: str


class NewEndpointAnswer(EndpointAnswer):
    """A fresh subscription with its signing secret, which is shown this once."""

    secret: str


class EndpointsAnswer(TypedDict):
    """All subscriptions of a key's connector."""

    webhook_endpoints: list[EndpointAnswer]
