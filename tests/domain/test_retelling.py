"""Sentences known again by their fixed parts."""

from __future__ import annotations

import pytest

from site_sync.domain.retelling import LONGEST, retellings, retold

KNOWN = retellings(
    [
        ("sent ({kind}, {to})", "gesendet an {to} ({kind})"),
        ("not sent: {why}", "nicht gesendet: {why}"),
        ("{what} is gone", "{what} ist weg"),
        ("the mail server is gone", "der Mailserver antwortet nicht"),
        ("ready", "bereit"),
    ]
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sent (ready, maria@example.com)", "gesendet an maria@example.com (bereit)"),
        ("not sent: the mail server is gone", "nicht gesendet: der Mailserver antwortet nicht"),
        ("a bag is gone", "a bag ist weg"),
        ("ready; a bag is gone", "bereit; a bag ist weg"),
        ("sent ()", "sent ()"),
        ("get ready", "get ready"),
        ("", ""),
        ("not sent: " + "x" * LONGEST, "not sent: " + "x" * LONGEST),
    ],
)
def test_a_sentence_is_told_with_its_facts_and_nothing_else_is_touched(text: str, told: str) -> None:
    assert retold(text, KNOWN) == told
