"""The till's words, amounts and dates in the language of who is signed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, parse_date
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

from pos_app.ui.resources import resource
from site_sync.domain.money import Money, minor_digits
from site_sync.domain.quantities import Unit, text_of


class Language(StrEnum):
    """The languages the till speaks completely."""

    ENGLISH = "en"
    GERMAN = "de"
    DANISH = "da"


class NotAnAmount(ValueError):
    """What was typed is no amount of money in this currency."""


class NotADay(ValueError):
    """What was typed is no day."""


Words = str | dict[str, str]
Fact = object
"""Money, moments and days are written in the language; anything else as its text."""


@dataclass(slots=True)
class _Speech:
    language: Language = Language.ENGLISH
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


_speech = _Speech()


def speak(language: Language, zone: ZoneInfo) -> None:
    """Use this language and the shop's time zone from now on; screens built earlier keep their words."""
    _speech.language = language
    _speech.zone = zone


def language() -> Language:
    """The language in use."""
    return _speech.language


def locale() -> Locale:
    """The Babel locale in use; English is British, so dates read day first."""
    return _locale(_speech.language)


@cache
def _locale(spoken: Language) -> Locale:
    return Locale.parse("en_GB" if spoken is Language.ENGLISH else str(spoken))


@cache
def catalogue() -> dict[str, dict[str, Words]]:
    """Every key (`subject.name`) with its words per language, from resources/till/translations."""
    found: dict[str, dict[str, Words]] = {}
    for path in sorted(resource("translations").glob("*.json")):
        with path.open(encoding="utf-8") as file:
            for name, words in json.load(file).items():
                found[f"{path.stem}.{name}"] = words
    return found


def say(key: str, **facts: Fact) -> str:
    """The sentence for a key with its facts; a fact `count` chooses between the plural forms."""
    words = catalogue()[key]
    chosen = words.get(_speech.language) or words["en"]
    if isinstance(chosen, dict):
        count = facts.get("count")
        if not isinstance(count, int):
            raise ValueError(f"the words {key} need a count")
        chosen = chosen.get(locale().plural_form(count)) or chosen["other"]
    return chosen.format(**{name: _plain(fact) for name, fact in facts.items()})


def knows(key: str) -> bool:
    """Whether there are words for a key."""
    return key in catalogue()


def refused(code: str, facts: Mapping[str, Fact] | None = None) -> str:
    """A refusal of the domain in words; a code without words of its own is named."""
    key = f"refusal.{code}"
    if facts and knows(special := f"refusal_why.{code}_{facts.get('why', '')}"):
        return say(special, **facts_in_words(facts))
    if not knows(key):
        return say("refusal.other", code=code)
    readable = facts_in_words(facts or {})
    detailed = f"{key}_detail"
    if knows(detailed) and _placeholders(detailed) <= readable.keys():
        return say(detailed, **readable)
    return say(key)


_AMOUNTS = ("due", "worth", "balance", "amount", "left_amount", "refundable", "offered")
_MOMENTS = ("at", "first_at", "since", "until", "latest")


@cache
def _placeholders(key: str) -> frozenset[str]:
    words = catalogue()[key]["en"]
    text = words if isinstance(words, str) else words["other"]
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def facts_in_words(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts of a refusal as its sentence needs them: amounts, moments, the first item that is short."""
    currency = str(facts.get("currency") or "EUR")
    readable = {name: fact for name, fact in facts.items() if fact not in (None, "")}
    amounts = (*_AMOUNTS, "limit") if "currency" in facts else _AMOUNTS
    for name in amounts:
        if isinstance(fact := readable.get(name), int):
            readable[name] = Money(fact, currency)
    for name in _MOMENTS:
        if isinstance(fact := readable.get(name), str):
            readable[name] = datetime.fromisoformat(fact)
    if knows(stage := f"order.stage_{readable.get('stage')}"):
        readable["stage"] = say(stage)
    if knows(choice := f"problems.choice_{readable.get('choice')}"):
        readable["choice"] = say(choice)
    lines = readable.get("lines")
    if isinstance(lines, list | tuple) and lines and isinstance(lines[0], Mapping):
        readable |= {name: fact for name, fact in lines[0].items() if fact not in (None, "")}
    return readable


def money(amount: Money) -> str:
    """An amount without its currency: 1,214.90 or 1.214,90; a minus sign when negative."""
    digits = minor_digits(amount.currency)
    value = Decimal(amount.amount).scaleb(-digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale()).replace("-", "−")


def money_with_currency(amount: Money) -> str:
    """An amount with its currency sign, for messages and card terminals."""
    value = Decimal(amount.amount).scaleb(-minor_digits(amount.currency))
    return format_currency(value, amount.currency, locale=locale())


def amount_typed(text: str, currency: str) -> Money:
    """The amount a person typed; comma and point both part the decimals. NotAnAmount when it is none."""
    cleaned = text.strip().replace("−", "-").replace("’", "").replace(" ", "").replace(" ", "")
    sign = -1 if cleaned.startswith("-") else 1
    cleaned = cleaned.removeprefix("-")
    whole, part = _parted(cleaned)
    digits = minor_digits(currency)
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > digits:
        raise NotAnAmount(text)
    return Money(sign * int((whole or "0") + part.ljust(digits, "0")), currency)


def day_typed(text: str) -> date:
    """The day a person typed, in the order of their language or as 2026-11-22. NotADay when it is none."""
    try:
        return parse_date(text.strip(), locale=locale(), format="short")
    except (ValueError, IndexError) as error:
        raise NotADay(text) from error


def day_short(when: date) -> str:
    """A day in figures as people of the language type it: 22/11/26."""
    return format_date(when, "short", locale=locale())


def _parted(cleaned: str) -> tuple[str, str]:
    last = max(cleaned.rfind("."), cleaned.rfind(","))
    if last < 0:
        return cleaned, ""
    whole, part = cleaned[:last], cleaned[last + 1 :]
    other = "," if cleaned[last] == "." else "."
    groups = whole.split(other)
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
        raise NotAnAmount(cleaned)
    return "".join(groups), part


def decimal_sign() -> str:
    """The character between whole and part of a number in this language."""
    return str(get_decimal_symbol(locale()))


def quantity(count: int, unit: Unit) -> str:
    """A quantity as people write it in this language: 3, or 0.250 kg."""
    text = text_of(count, unit, decimal_sign())
    return text if unit.decimals == 0 else f"{text} {unit.code}"


def local(moment: datetime) -> datetime:
    """An aware moment in the shop's time zone."""
    return moment.astimezone(_speech.zone)


def clock(moment: datetime) -> str:
    """The shop's time of day: 14:32."""
    return format_time(local(moment), "HH:mm", locale=locale())


def day(when: date) -> str:
    """A short day: Thu 26 Nov."""
    return _tidy(format_date(when, "EEE d MMM", locale=locale()))


def when(moment: datetime, now: datetime) -> str:
    """A moment as staff say it: today 18:00, tomorrow 10:00, Thu 26 Nov 10:00, 3 Jan 2025."""
    there, here = local(moment), local(now)
    time = clock(moment)
    if there.date() == here.date():
        return say("time.today", time=time)
    if there.date() == here.date() + timedelta(days=1):
        return say("time.tomorrow", time=time)
    if there.date() == here.date() - timedelta(days=1):
        return say("time.yesterday", time=time)
    if there.year != here.year:
        return _tidy(format_datetime(there, "d MMM y", locale=locale()))
    return f"{day(there.date())} {time}"


def span(seconds: int) -> str:
    """A length of time in its largest unit: 40 s, 18 min, 3 h, 2 days."""
    if seconds < 60:
        return say("time.seconds", count=max(0, seconds))
    if seconds < 3600:
        return say("time.minutes", count=seconds // 60)
    if seconds < 172_800:
        return say("time.hours", count=seconds // 3600)
    return say("time.days", count=seconds // 86_400)


def _tidy(text: str) -> str:
    return text.replace(".", "")


def _plain(fact: Fact) -> str:
    if isinstance(fact, Money):
        return money(fact)
    if isinstance(fact, datetime):
        return f"{day(local(fact).date())} {clock(fact)}"
    if isinstance(fact, date):
        return day(fact)
    return "" if fact is None else str(fact)
