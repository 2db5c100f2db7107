"""Amounts, quantities and times as the back office shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal

from site_sync.domain.money import Money, minor_digits
from site_sync.domain.quantities import PIECE, Unit, text_of

LOCALE = Locale("en", "GB")
MINUS = "−"


def money(amount: Money) -> str:
    """An amount with its currency, the minus as wide as a plus."""
    whole = Decimal(amount.amount).scaleb(-minor_digits(amount.currency))
    return str(format_currency(whole, amount.currency, locale=LOCALE)).replace("-", MINUS)


def plain(amount: int, currency: str) -> str:
    """Minor units as a number that can be typed again."""
    digits = minor_digits(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return str(format_decimal(value, locale=LOCALE)).replace("-", MINUS)


def quantity(value: int, unit: Unit = PIECE, *, signed: bool = False) -> str:
    """A quantity of an item's smallest units as people write it; `signed` shows a plus too."""
    text = text_of(value, unit).replace("-", MINUS)
    text = f"+{text}" if signed and value > 0 else text
    return text if unit.decimals == 0 else f"{text} {unit.code}"


def percent(basis_points: int) -> str:
    """Basis points as a percentage, without digits that say nothing."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + " %" if part else f"{whole} %"


@dataclass(frozen=True, slots=True)
class Clock:
    """Times as they read on a shop's clock."""

    zone: str
    now: datetime

    def local(self, moment: datetime) -> datetime:
        """That moment on the clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def moment(self, moment: datetime | None) -> str:
        """A time with its day, the day left out when it is today's."""
        if moment is None:
            return ""
        local, today = self.local(moment), self.local(self.now).date()
        time = f"{local:%H:%M}"
        away = (local.date() - today).days
        if away in (-1, 0, 1):
            return f"{('yesterday', 'today', 'tomorrow')[away + 1]} {time}"
        return f"{self.day(local.date())} {time}"

    def day(self, day: date) -> str:
        """A day, its year only when it is not this one."""
        this_year = day.year == self.local(self.now).year
        return str(format_date(day, "EEE d MMM" if this_year else "d MMM y", locale=LOCALE))

    def full(self, moment: datetime | None) -> str:
        """A time in full."""
        if moment is None:
            return ""
        return str(format_datetime(self.local(moment), "EEEE d MMMM y, HH:mm:ss", locale=LOCALE))

    def ago(self, moment: datetime | None) -> str:
        """How long ago, roughly; "now" within a minute."""
        if moment is None:
            return "never"
        gone = self.now - moment
        if gone < timedelta(minutes=1):
            return "now"
        return f"{format_timedelta(gone, locale=LOCALE, threshold=1.5)} ago"


def minutes(value: int | None) -> str:
    """A number of minutes, hours split off."""
    if value is None:
        return "–"
    return f"{value} min" if value < 60 else f"{value // 60} h {value % 60:02d}"
