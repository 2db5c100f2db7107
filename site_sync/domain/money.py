"""Money as integer minor units of one currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.errors import CurrencyMismatch

BASIS_POINTS = 10_000
ABSURD_AMOUNT = 100_000_000
"""Minor units above which an amount typed or sent is taken for a mistake."""

_MINOR_DIGITS = {
    "BHD": 3, "CLP": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0,
}  # fmt: skip


class Rounding(StrEnum):
    """How a fraction of a minor unit is settled."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


def minor_digits(currency: str) -> int:
    """Digits after the decimal point of an ISO 4217 currency (2 unless it is one of the exceptions)."""
    return _MINOR_DIGITS.get(currency, 2)


def divide(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """numerator / denominator as a whole number, symmetric around zero; denominator > 0."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    double = 2 * rest
    if rounding is Rounding.DOWN:
        up = False
    elif rounding is Rounding.HALF_EVEN:
        up = double > denominator or (double == denominator and whole % 2 == 1)
    else:
        up = double >= denominator
    return sign * (whole + (1 if up else 0))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole number by weights with the largest remainder, so that the parts add up to the total.

    Weights are >= 0; when all are 0 nothing can hold a share and every part is 0. A negative total is shared
    as its mirror image.
    """
    if total < 0:
        return [-part for part in split(-total, weights)]
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in order[:left]:
        parts[index] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (`amount`) of an ISO 4217 currency (`currency`)."""

    __pydantic_config__ = {"extra": "forbid"}

    amount: int
    currency: str

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.amount != 0

    def percent(self, basis_points: int, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """The given share of this amount, in basis points (2 000 = 20 %)."""
        return Money(divide(self.amount * basis_points, BASIS_POINTS, rounding), self.currency)

    def shares(self, weights: Sequence[int]) -> list[Money]:
        """This amount split by weights with the largest remainder."""
        return [Money(part, self.currency) for part in split(self.amount, weights)]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero of that currency when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def tax_in(gross: int, rate: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Tax contained in a price with tax; rate in basis points."""
    return divide(gross * rate, BASIS_POINTS + rate, rounding)


def tax_on(net: int, rate: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Tax added on top of a price without tax; rate in basis points."""
    return divide(net * rate, BASIS_POINTS, rounding)


CASH_STEPS = {"DKK": 50, "SEK": 100, "NOK": 100, "CHF": 5, "CZK": 100, "HUF": 500}
"""The smallest coin in minor units where it is not one; euro cents are rounded by choice of the shop."""


def cash_step(currency: str, chosen: int) -> int:
    """What cash is rounded to: as the shop chose, else by the coins there are of the currency."""
    return chosen if chosen > 1 else CASH_STEPS.get(currency, 1)


def round_to_step(amount: int, step: int) -> int:
    """Cash rounding: the nearest multiple of `step` minor units, halves up; step 1 changes nothing."""
    return divide(amount, step) * step if step > 1 else amount
