"""What a shop has settled: deposits, deadlines, reservation, identity, offline limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from site_sync.domain.numbers import AS_SHIPPED, Numbering


class Prepay(StrEnum):
    """Whether an order is paid in full before it is prepared."""

    NEVER = "never"
    ASK = "ask"
    ALWAYS = "always"


class Adjustment(StrEnum):
    """How the end of the collecting time is moved."""

    NONE = "none"
    FIXED_TIME = "fixed_time"
    END_OF_BUSINESS = "end_of_business"


class OnShortage(StrEnum):
    """What happens to units that are not free; back order goes up to the item's allowance."""

    REFUSE = "refuse"
    PARTIAL = "partial"
    BACK_ORDER = "back_order"


class NotFree(StrEnum):
    """What an order is to become whose units are not all free, unless whoever saves it says so themselves."""

    ASK = "ask"
    REFUSE = "refuse"
    BACK_ORDER = "back_order"
    PARTIAL = "partial"

    @property
    def unasked(self) -> OnShortage:
        """What it comes to where nobody can be asked."""
        return OnShortage.REFUSE if self is NotFree.ASK else OnShortage(self.value)

    @property
    def when_sold(self) -> tuple[OnShortage, ...]:
        """What is tried in turn for an order that a shop has sold already, which cannot be refused."""
        patient = (OnShortage.BACK_ORDER,) if self is NotFree.BACK_ORDER else ()
        return (*patient, OnShortage.PARTIAL)


class DepositAtEnd(StrEnum):
    """What becomes of money held when an order is cancelled or expires."""

    REFUND = "refund"
    CREDIT = "credit"
    FORFEIT = "forfeit"
    LEAVE = "leave"


class IdentityCheck(StrEnum):
    """What is asked of somebody who cannot show the code."""

    RECORD = "record"
    APPROVAL = "approval"


class OnSilence(StrEnum):
    """What becomes of a substitute that the customer said nothing to."""

    LEAVE_OUT = "leave_out"
    PUT_IN = "put_in"


class ReceiptWanted(StrEnum):
    """How a customer wants a receipt."""

    PRINT = "print"
    EMAIL = "email"
    NONE = "none"


class OfflineCollect(StrEnum):
    """Whether a till that is cut off from the site hands over orders."""

    NEVER = "never"
    WITH_APPROVAL = "with_approval"
    ALWAYS = "always"


class QuoteReserves(StrEnum):
    """Whether a quote promises goods; softly reserved units give way to whoever takes them."""

    NONE = "none"
    SOFTLY = "softly"


@dataclass(frozen=True, slots=True)
class DepositPolicy:
    """The least to pay before an order is saved; percent in basis points, amount in minor units."""

    __pydantic_config__ = {"extra": "forbid"}

    allowed: bool = True
    minimum_percent: int = 0
    minimum_amount: int = 0
    prepay: Prepay = Prepay.NEVER


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How long goods wait: hours from ready, then adjusted to a time of day or the end of business."""

    __pydantic_config__ = {"extra": "forbid"}

    hours: int = 48
    adjustment: Adjustment = Adjustment.END_OF_BUSINESS
    fixed_time: time = time(18, 0)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything `decide` needs to know of a shop's settings for one order.

    Goods that another store must send take `transfer_hours` (0: none are sent for web orders).
    Opening hours are parted into slots of `slot_minutes` (0: whole days), each for `slot_capacity` orders
    (0: as many as come). While it is cut off a till takes orders and deposits up to a limit, so many orders,
    for so many hours (0: without limit); it is lent `lease_percent` of what is available of an item, divided
    among the tills of its store, each at most `lease_most` (0: nothing). What an order or a quote `…_needs_…`
    is chosen by staff; of what it does not need the usual one is taken.
    """

    __pydantic_config__ = {"extra": "forbid"}

    deposit: DepositPolicy = field(default_factory=DepositPolicy)
    quote_deposit: DepositPolicy = field(default_factory=DepositPolicy)
    deadline: DeadlineRule = field(default_factory=DeadlineRule)
    identity: IdentityCheck = IdentityCheck.RECORD
    deposit_at_expiry: DepositAtEnd = DepositAtEnd.LEAVE
    quote_days: int = 30
    order_days: int = 180
    extension_hours: int = 48
    customer_extensions: int = 1
    reminder_hours: int = 24
    last_reminder_hours: int = 4
    quote_keeps_prices: bool = True
    quote_reserves: QuoteReserves = QuoteReserves.NONE
    preparation_minutes: int = 120
    cash_rounding: int = 1
    claim_minutes: int = 30
    substitute_minutes: int = 30
    substitute_unanswered: OnSilence = OnSilence.LEAVE_OUT
    offline_refund_limit: int = 10_000
    offline_collect: OfflineCollect = OfflineCollect.WITH_APPROVAL
    needs_contact: bool = True
    slot_minutes: int = 0
    slot_capacity: int = 0
    receipt: ReceiptWanted = ReceiptWanted.PRINT
    offline_gift_cards: bool = False
    offline_order_limit: int = 0
    offline_deposit_limit: int = 0
    offline_orders: int = 0
    offline_hours: int = 0
    offline_sign_in_hours: int = 72
    lease_percent: int = 0
    lease_most: int = 0
    prices_include_tax: bool = True
    transfer_hours: int = 0
    order_needs_source: bool = False
    order_needs_method: bool = False
    quote_needs_source: bool = False
    quote_needs_method: bool = False
    not_free: NotFree = NotFree.ASK


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """An exception from the general policy for some stores or delivery methods; empty means every one."""

    __pydantic_config__ = {"extra": "forbid"}

    policy: Policy
    store: str = ""
    delivery_method: str = ""

    @property
    def narrowness(self) -> int:
        """How narrow it is: a store weighs more than a delivery method, both together most."""
        return 2 * bool(self.store) + bool(self.delivery_method)


@dataclass(frozen=True, slots=True)
class Policies:
    """The general policy and its exceptions, the narrowest of which counts; how orders are numbered."""

    __pydantic_config__ = {"extra": "forbid"}

    general: Policy = field(default_factory=Policy)
    rules: tuple[PolicyRule, ...] = ()
    numbers: Numbering = AS_SHIPPED

    @property
    def quotes_reserve(self) -> bool:
        """Whether quotes reserve softly anywhere, so that it is worth looking at them."""
        every = (self.general, *(rule.policy for rule in self.rules))
        return any(policy.quote_reserves is QuoteReserves.SOFTLY for policy in every)

    def for_order(self, store: str, delivery_method: str) -> Policy:
        """The policy of the narrowest rule that fits store and delivery method; else the general one."""
        return self.fitting(store, delivery_method)[0].policy

    def fitting(self, store: str, delivery_method: str) -> tuple[PolicyRule, ...]:
        """The rules that fit store and delivery method, the one that counts first, the general one last."""
        fits = [
            rule
            for rule in self.rules
            if rule.store in ("", store) and rule.delivery_method in ("", delivery_method)
        ]
        narrow = [rule for rule in fits if rule.narrowness]
        return (*sorted(narrow, key=lambda rule: -rule.narrowness), PolicyRule(self.general))
