"""What the payment screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.money import Money


class CardState(StrEnum):
    """What the card terminal said of an attempt."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Receipt(StrEnum):
    """What the customer wants as a receipt."""

    PRINT = "print"
    EMAIL = "email"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PaymentHead:
    """What is paid: title and second line; `due` is what is left, negative when money goes back."""

    title: str
    detail: str
    total: Money
    due: Money


@dataclass(frozen=True, slots=True)
class TenderChoice:
    """A way to pay; `may_exceed` gives change, `reference` names a number to type or scan."""

    code: str
    text: str
    icon: str = "wallet"
    detail: str = ""
    may_exceed: bool = False
    reference: str = ""
    possible: bool = True


@dataclass(frozen=True, slots=True)
class TakenPayment:
    """One part of a split payment that was taken."""

    payment_id: str
    text: str
    amount: Money
    detail: str = ""
    removable: bool = False


@dataclass(frozen=True, slots=True)
class CardView:
    """One attempt at the card terminal; `detail` is what the terminal says."""

    state: CardState
    amount: Money
    detail: str = ""
    may_cancel: bool = True
    may_decide: bool = False
