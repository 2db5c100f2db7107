"""The notes and coins a drawer may hold, per currency."""

from __future__ import annotations

from site_sync.domain.money import Money, minor_digits

_PIECES = {
    "EUR": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "DKK": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50),
    "SEK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100),
    "NOK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 100),
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "CHF": (100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1),
}
"""Minor units, largest first; legal tender in 2026."""

_SERIES = (500, 200, 100, 50, 20, 10, 5, 2, 1)


def pieces(currency: str) -> tuple[Money, ...]:
    """Every note and coin of a currency, largest first; a 1-2-5 series where we do not know them."""
    whole = 10 ** minor_digits(currency)
    unknown = tuple(value * whole for value in _SERIES)
    return tuple(Money(value, currency) for value in _PIECES.get(currency, unknown))
