"""Amounts, quantities and times as the back office shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

from site_sync.domain.money import Money, minor_digits
from site_sync.domain.quantities import PIECE, Unit, text_of
from site_sync.manager.speech import ENGLISH, language, locale, say

MINUS = "−"


def point() -> str:
    """What stands before the decimals."""
    return str(get_decimal_symbol(locale()))


def _dotted(pattern: str) -> str:
    """A pattern of a day as the language writes its number: `2 May`, `2. Mai`."""
    return pattern if language() == ENGLISH else pattern.replace("d ", "d. ")


def money(amount: Money) -> str:
    """An amount with its currency, the minus as wide as a plus."""
    whole = Decimal(amount.amount).scaleb(-minor_digits(amount.currency))
    return str(format_currency(whole, amount.currency, locale=locale())).replace("-", MINUS)


def plain(amount: int, currency: str) -> str:
    """Minor units as a number that can be typed again."""
    digits = minor_digits(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}".replace(".", point())


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return str(format_decimal(value, locale=locale())).replace("-", MINUS)


def quantity(value: int, unit: Unit = PIECE, *, signed: bool = False) -> str:
    """A quantity of an item's smallest units as people write it; `signed` shows a plus too."""
    text = text_of(value, unit, point()).replace("-", MINUS)
    text = f"+{text}" if signed and value > 0 else text
    return text if unit.decimals == 0 else f"{text} {unit.code}"


def percent(basis_points: int) -> str:
    """Basis points as a percentage, without digits that say nothing."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}{point()}{part:02d}".rstrip("0") + " %" if part else f"{whole} %"


@dataclass(frozen=True, slots=True)
class Clock:
    """Times as they read on a shop's clock."""

    zone: str
    now: datetime

    def local(self, moment: datetime) -> datetime:
        """That moment on the clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def midnight(self, text: str, days: int = 0) -> datetime | None:
        """When a day that was typed begins, so many days later, in UTC; None for what is no day."""
        try:
            day = date.fromisoformat(text) + timedelta(days=days)
        except (ValueError, OverflowError):
            return None
        begun = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return begun.astimezone(UTC) if day.year > 1 else None

    def moment(self, moment: datetime | None) -> str:
        """A time with its day, the day left out when it is today's."""
        if moment is None:
            return ""
        local, today = self.local(moment), self.local(self.now).date()
        time = f"{local:%H:%M}"
        away = (local.date() - today).days
        if away in (-1, 0, 1):
            near = (say("yesterday"), say("today"), say("tomorrow"))[away + 1]
            return f"{near} {time}"
        return f"{self.day(local.date())} {time}"

    def day(self, day: date) -> str:
        """A day, its year only when it is not this one."""
        this_year = day.year == self.local(self.now).year
        return str(format_date(day, _dotted("EEE d MMM" if this_year else "d MMM y"), locale=locale()))

    def full(self, moment: datetime | None) -> str:
        """A time in full."""
        if moment is None:
            return ""
        pattern = _dotted("EEEE d MMMM y, HH:mm:ss")
        return str(format_datetime(self.local(moment), pattern, locale=locale()))

    def ago(self, moment: datetime | None) -> str:
        """How long ago, roughly; "now" within a minute."""
        if moment is None:
            return say("never")
        gone = self.now - moment
        if gone < timedelta(minutes=1):
            return say("now")
        return str(format_timedelta(-gone, locale=locale(), threshold=1.5, add_direction=True))


def minutes(value: int | None) -> str:
    """A number of minutes, hours split off."""
    if value is None:
        return "–"
    if value < 60:
        return say("{number} min", number=value)
    return say("{hours} h {minutes}", hours=value // 60, minutes=f"{value % 60:02d}")
