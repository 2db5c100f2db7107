"""Customers and the people who collect for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """Who an order is for; `phone` is E.164, `language` an ISO 639-1 code, `id` empty for a guest.

    `account_limit` is what the customer may owe in minor units: 0 is nobody who buys on account.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    member_card: str = ""
    language: str = "en"
    account_limit: int = 0

    @property
    def initials(self) -> str:
        """First letters of the first and last word of the name."""
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else ""

    @property
    def reachable(self) -> bool:
        """Whether a message can reach the customer."""
        return bool(self.email or self.phone)


@dataclass(frozen=True, slots=True)
class Collector:
    """Another person named to collect the order."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a shipped or delivered order goes."""

    __pydantic_config__ = {"extra": "forbid"}

    street: str
    postcode: str
    city: str
    country: str
    extra: str = ""
