"""Money, times and opening hours as a customer reads them, in the shop's time and the customer's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from site_sync.domain.deadlines import Calendar, Span
from site_sync.domain.money import Money, minor_digits
from site_sync.domain.orders import Line
from site_sync.domain.quantities import text_of

LANGUAGES = ("en", "de", "da")
CLOSED_DAYS_AHEAD = 14
_LOCALES = {"en": "en_GB", "de": "de_DE", "da": "da_DK"}
_CLOSED = {"en": "closed", "de": "geschlossen", "da": "lukket"}
_AT = {"en": "{day}, {time}", "de": "{day}, {time} Uhr", "da": "{day} kl. {time}"}


def language_of(wanted: str) -> str:
    """The language to speak: the customer's where we have it, else English."""
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


def money_words(money: Money, language: str) -> str:
    """An amount with its currency."""
    whole = Decimal(money.amount).scaleb(-minor_digits(money.currency))
    return str(format_currency(whole, money.currency, locale=_locale(language)))


def moment_words(moment: datetime, calendar: Calendar, language: str) -> str:
    """A time on the shop's clock, with its weekday."""
    local, locale = calendar.local(moment), _locale(language)
    day = format_datetime(local, "EEEE d MMMM" if language != "de" else "EEEE, d. MMMM", locale=locale)
    if language == "da":
        day = format_datetime(local, "EEEE d. MMMM", locale=locale)
    return _AT[language].format(day=day, time=local.strftime("%H:%M"))


def quantity_words(line: Line, quantity: int, language: str) -> str:
    """A quantity with its unit, a bare number for pieces."""
    number = text_of(quantity, line.unit, "." if language == "en" else ",")
    return number if line.unit.decimals == 0 else f"{number} {line.unit.code}"


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Days that have the same hours, and the hours."""

    days: str
    hours: str
    today: bool = False


def hours_rows(calendar: Calendar, now: datetime, language: str) -> list[HoursRow]:
    """Opening hours of the week, days with the same hours together, and the closed days that come soon."""
    locale, today = _locale(language), calendar.local(now).date()
    names = locale.days["stand-alone"]["abbreviated"]
    rows: list[HoursRow] = []
    start = 0
    for day in range(1, 8):
        if day < 7 and calendar.weekly[day] == calendar.weekly[start]:
            continue
        label = names[start] if day - 1 == start else f"{names[start]} – {names[day - 1]}"
        inside = start <= today.weekday() < day and today not in calendar.closed
        rows.append(HoursRow(label, _spans(calendar.weekly[start], language), inside))
        start = day
    return rows + _closed_soon(calendar, today, language)


def _spans(spans: tuple[Span, ...], language: str) -> str:
    if not spans:
        return _CLOSED[language]
    return ", ".join(f"{opens:%H:%M} – {closes:%H:%M}" for opens, closes in spans)


def _closed_soon(calendar: Calendar, today: date, language: str) -> list[HoursRow]:
    last = today + timedelta(days=CLOSED_DAYS_AHEAD)
    soon = sorted(day for day in calendar.closed if today <= day <= last)
    pattern = "EEE d MMM" if language == "en" else "EEE d. MMM"
    return [
        HoursRow(format_date(day, pattern, locale=_locale(language)), _CLOSED[language], day == today)
        for day in soon
    ]
