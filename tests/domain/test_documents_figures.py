"""Amounts, quantities and times as people of each language write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from site_sync.domain.documents import figures
from site_sync.domain.documents.wording import WORDS, language_of, word
from site_sync.domain.money import Money
from site_sync.domain.quantities import PIECE, Unit

LATE = datetime(2026, 7, 3, 22, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de", "1.234,50 €"),
        (123450, "DKK", "da", "1.234,50 kr."),
        (-5, "GBP", "en", "-£0.05"),
        (-5, "GBP", "da", "-0,05 £"),
        (9900, "SEK", "en", "SEK 99.00"),
        (9900, "SEK", "da", "99,00 kr"),
        (1500, "JPY", "de", "1.500 JPY"),
        (1234567, "KWD", "en", "KWD 1,234.567"),
        (100, "CHF", "fr", "CHF 1.00"),
    ],
)
def test_money(minor: int, currency: str, language: str, text: str) -> None:
    assert figures.money(Money(minor, currency), language) == text


@pytest.mark.parametrize(
    ("count", "unit", "language", "text"),
    [(3, PIECE, "de", "3"), (250, Unit("kg", 3), "de", "0,250 kg"), (-1250, Unit("m", 2), "en", "-12.50 m")],
)
def test_quantities(count: int, unit: Unit, language: str, text: str) -> None:
    assert figures.quantity(count, unit, language) == text


@pytest.mark.parametrize(
    ("rate", "language", "text"),
    [(1900, "de", "19 %"), (550, "da", "5,5 %"), (2000, "en", "20%"), (725, "en", "7.25%")],
)
def test_tax_rates(rate: int, language: str, text: str) -> None:
    assert figures.percent(rate, language) == text


def test_times_are_the_shop_s_own() -> None:
    assert figures.deadline(LATE, "en") == "Sat 4 Jul 2026, 00:30"
    assert figures.deadline(LATE, "de") == "Sa 04.07.2026, 00:30"
    assert figures.deadline(LATE, "da-DK") == "lør 04.07.2026 kl. 00.30"


def test_every_word_is_there_in_every_language() -> None:
    assert [key for key, words in WORDS.items() if not all(each.strip() for each in words)] == []
    assert (word("da", "total"), word("de-AT", "total"), word("fr", "total")) == ("I alt", "Summe", "Total")
    assert language_of("EN_gb") == "en"
