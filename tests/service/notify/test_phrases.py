"""Phrases of messages: all there, safe to write out, refused with line and reason when they cannot be."""

from __future__ import annotations

import pytest

from site_sync.service.notify.message_outbox import Channel
from site_sync.service.notify.phrases import (
    FACTS,
    PHRASED,
    Phrase,
    PhraseBroken,
    Place,
    check,
    shipped,
    written,
)
from site_sync.service.notify.sample import samples
from site_sync.service.shop_words import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", Channel)
def test_every_shipped_phrase_can_be_said_of_any_order(language: str, channel: Channel) -> None:
    for kind in PHRASED:
        assert check(shipped(Place(channel, kind, language)), channel, samples(language)) == []


def test_short_texts_fit_two_parts() -> None:
    for kind in PHRASED:
        for sample in samples("en"):
            text = written(shipped(Place(Channel.SMS, kind, "en")), sample).text
            assert len(text) <= 306, (kind, text)


def test_samples_know_every_fact() -> None:
    assert all(set(sample) == set(FACTS) for sample in samples("en"))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Hello\n{{ nmae }}", 2, "there is no fact nmae"),
        ("Hello\n\n{% if name %}", 3, "Unexpected end of template"),
        ("{{ name", 1, "unexpected end of template, expected 'end of print statement'."),
        ("{% for a in ready %}\n{{ a.price }}{% endfor %}", 2, "has no attribute 'price'"),
        ("{% for a in ready %}{% for b in ready %}.{% endfor %}{% endfor %}", 1, "a loop within a loop"),
        ("{% for a in number %}" * 19 + "{% endfor %}" * 19, 1, "a loop within a loop"),
        (
            "a\n{% if name %}{% for a in ready %}{% for b in ready %}{% endfor %}{% endfor %}{% endif %}",
            2,
            "loop",
        ),
        ("{% set a = name %}" + "{% set a = a ~ a %}" * 100, 1, "a message may name facts"),
        ("{% with a = name %}{{ a }}{% endwith %}", 1, "a message may name facts"),
        ("{{ number" + "|join(number)" * 60 + " }}", 1, "a filter takes nothing but"),
        ("{{ number" + "|join('0123456789')" * 60 + " }}", 1, "join is for lists"),
        ("{% if name %}" * 101 + "{% endif %}" * 101, 1, "too much stands within each other"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ name[::0] }}", 1, "step cannot be zero"),
        ("{{ name * 1000000 }}", 1, "the sign * is not for messages"),
        ("{{ name.upper() }}", 1, "nothing can be called"),
        ("{{ name.__class__.__mro__ }}", 1, "access to attribute '__class__'"),
        ("{{ range(9) }}", 1, "nothing can be called"),
        ("{% include 'letter.txt.j2' %}", 1, "no loader"),
        ("x" * 4001, 1, "is longer than 4000 characters"),
        (" ", 1, "is missing"),
    ],
)
def test_what_cannot_be_said_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    [broken] = check(Phrase(text, "Subject", "Title"), Channel.EMAIL, samples("en"))
    assert (broken.field, broken.line) == ("text", line)
    assert reason in broken.reason


def test_a_subject_is_needed_in_letters_alone() -> None:
    assert [one.field for one in check(Phrase("Hi"), Channel.EMAIL, samples("en"))] == ["subject", "title"]
    assert check(Phrase("Hi {{ name|upper }}"), Channel.SMS, samples("en")) == []


def test_nothing_is_written_that_never_ends() -> None:
    with pytest.raises(PhraseBroken):
        written(Phrase("{% for a in ready %}" + "{{ name }}" * 300 + "{% endfor %}"), samples("en")[0] | {
            "name": "x" * 200
        })  # fmt: skip
