"""Amounts, quantities, rates and times as people of a language write them."""

from __future__ import annotations

from datetime import datetime

from site_sync.domain.documents.wording import language_of, month, weekday, word
from site_sync.domain.money import Money, minor_digits
from site_sync.domain.quantities import Unit, text_of

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "DKK": "kr.", "SEK": "kr", "NOK": "kr"}
_SEPARATORS = {"en": (",", "."), "de": (".", ","), "da": (".", ",")}
_MINUS = "-"


def amount(minor: int, currency: str, language: str) -> str:
    """An amount in minor units without its currency: `1.234,50`."""
    grouping, point = _SEPARATORS[language_of(language)]
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    text = f"{whole:,}".replace(",", grouping)
    if digits:
        text += f"{point}{part:0{digits}d}"
    return f"{_MINUS}{text}" if minor < 0 else text


def money(value: Money, language: str) -> str:
    """An amount with its currency where the language puts it: `€1,234.50`, `1.234,50 kr.`"""
    bare = amount(abs(value.amount), value.currency, language)
    sign = _MINUS if value.amount < 0 else ""
    symbol = _SYMBOLS.get(value.currency, value.currency)
    if language_of(language) != "en":
        return f"{sign}{bare} {symbol}"
    return f"{sign}{symbol}{bare}" if symbol in {"€", "£", "$"} else f"{sign}{value.currency} {bare}"


def quantity(count: int, unit: Unit, language: str) -> str:
    """A quantity as people write it, with the unit where it is not pieces: `3`, `0,250 kg`."""
    text = text_of(count, unit, _SEPARATORS[language_of(language)][1])
    return text if unit.decimals == 0 else f"{text} {unit.code}"


def percent(basis_points: int, language: str) -> str:
    """A tax rate: `25 %`, `5,5 %`."""
    whole, part = divmod(basis_points, 100)
    text = str(whole)
    if part:
        text += _SEPARATORS[language_of(language)][1] + f"{part:02d}".rstrip("0")
    return f"{text}%" if language_of(language) == "en" else f"{text} %"


def date(local: datetime, language: str) -> str:
    """A day: `6 Mar 2026`, `06.03.2026`."""
    if language_of(language) == "en":
        return f"{local.day} {month(local.month)} {local.year}"
    return f"{local:%d.%m.%Y}"


def time(local: datetime, language: str) -> str:
    """A time of day: `18:00`, in Danish `18.00`."""
    return f"{local:%H.%M}" if language_of(language) == "da" else f"{local:%H:%M}"


def moment(local: datetime, language: str) -> str:
    """A day and a time: `6 Mar 2026, 18:00`."""
    form = word(language, "time_of_day")
    return form.format(date=date(local, language), time=time(local, language))


def deadline(local: datetime, language: str) -> str:
    """A day with its weekday and a time: `Fri 6 Mar 2026, 18:00`."""
    return f"{weekday(language, local.weekday())} {moment(local, language)}"
