"""Words are complete in three languages; amounts and dates read as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from pos_app.ui import wording
from pos_app.ui.views.history import history_words
from pos_app.ui.wording import Language, NotAnAmount
from site_sync.domain import offline
from site_sync.domain.errors import Code
from site_sync.domain.history import HistoryEntry
from site_sync.domain.money import Money
from site_sync.domain.offline import OfflineAct, Standing
from site_sync.domain.policies import Policy
from site_sync.domain.quantities import Unit

ZONE = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 22, 13, 32, tzinfo=UTC)


def _fields(words: wording.Words) -> set[str]:
    texts = words.values() if isinstance(words, dict) else [words]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_exists_in_every_language_with_the_same_facts() -> None:
    catalogue = wording.catalogue()
    assert len(catalogue) > 60
    missing = [key for key, words in catalogue.items() if set(words) != {"en", "de", "da"}]
    assert missing == []
    uneven = [
        key for key, words in catalogue.items() if len({frozenset(_fields(w)) for w in words.values()}) > 1
    ]
    assert uneven == []


def test_what_the_site_wrote_onto_an_order_is_said_in_the_tills_language() -> None:
    sent = "Message sent (ready to collect, maria@example.com)"
    told = {}
    for language in Language:
        wording.speak(language, ZONE)
        entries = [
            HistoryEntry(NOW, "Messages", "note_added", {"text": sent}),
            HistoryEntry(NOW, "Jon P.", "note_added", {"text": "Messages for Maria"}),
            HistoryEntry(NOW, "web", "order_cancelled", {"whole": 1, "reason": "cancelled in the web shop"}),
        ]
        told[language] = [history_words(entry).partition("  ")[2] for entry in entries]
    own = "Jon P.: Messages for Maria"
    assert told == {
        Language.ENGLISH: [f"Messages: {sent}", own, "cancelled by web: cancelled in the web shop"],
        Language.GERMAN: [
            "Nachrichten: Nachricht gesendet (abholbereit, maria@example.com)",
            own,
            "storniert von web: im Webshop storniert",
        ],
        Language.DANISH: [
            "Beskeder: Besked sendt (klar til afhentning, maria@example.com)",
            own,
            "annulleret af web: annulleret i webshoppen",
        ],
    }


def test_every_refusal_of_the_domain_has_words() -> None:
    assert [code for code in Code if not wording.knows(f"refusal.{code.value}")] == []


def test_a_refusal_without_words_names_its_code() -> None:
    assert "moon_is_full" in wording.refused("moon_is_full", {})


@pytest.mark.parametrize(
    ("language", "text"),
    [(Language.ENGLISH, "1,214.90"), (Language.GERMAN, "1.214,90"), (Language.DANISH, "1.214,90")],
)
def test_money_is_written_in_the_language(language: Language, text: str) -> None:
    wording.speak(language, ZONE)
    assert wording.money(Money(121490, "EUR")) == text
    assert wording.money(Money(-5, "EUR")).startswith("−0")


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("42.98", 4298),
        ("42,98", 4298),
        ("42", 4200),
        (".5", 50),
        ("1.214,90", 121490),
        ("1,214.90", 121490),
        ("-3", -300),
    ],
)
def test_an_amount_is_understood_with_comma_and_point(typed: str, minor: int) -> None:
    assert wording.amount_typed(typed, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("typed", ["", "abc", "1.234", "1,2,3", "--1", "٣", "1e5", "."])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        wording.amount_typed(typed, "EUR")


def test_yen_has_no_decimals() -> None:
    assert wording.money(Money(1200, "JPY")) == "1,200"
    with pytest.raises(NotAnAmount):
        wording.amount_typed("12.5", "JPY")


def test_moments_are_said_as_staff_say_them() -> None:
    wording.speak(Language.ENGLISH, ZONE)
    assert wording.when(NOW + timedelta(hours=4), NOW) == "today 18:32"
    assert wording.when(NOW + timedelta(days=1), NOW) == "tomorrow 14:32"
    assert wording.when(NOW + timedelta(days=4), NOW) == "Thu 26 Nov 14:32"
    assert wording.when(NOW - timedelta(days=700), NOW) == "22 Dec 2024"
    assert wording.span(1080) == "18 min"


def test_plurals_and_quantities_follow_the_language() -> None:
    wording.speak(Language.GERMAN, ZONE)
    assert wording.span(86_400 * 2) == "2 Tage"
    assert wording.quantity(250, Unit("kg", 3)) == "0,250 kg"
    assert wording.quantity(3, Unit("pcs", 0)) == "3"


@pytest.mark.parametrize("language", list(Language))
def test_a_limit_offline_is_named_with_its_figure(language: Language) -> None:
    wording.speak(language, ZONE)
    policy = Policy(offline_order_limit=99_900, offline_orders=7, offline_hours=9)
    told = [
        offline.refusal(OfflineAct.ORDER, policy, Standing(), Money(100_000, "DKK")),
        offline.refusal(OfflineAct.ORDER, policy, Standing(orders=7), Money(1, "DKK")),
        offline.refusal(OfflineAct.CHANGE_OWN, policy, Standing(hours=9)),
    ]
    words = [wording.refused(one.code.value, one.facts) for one in told if one is not None]
    figures = [wording.money(Money(99_900, "DKK")), "7", "9"]
    assert all(figure in text for figure, text in zip(figures, words, strict=True))
