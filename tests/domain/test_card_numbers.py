"""Card numbers leave what people write, whichever record they write it into, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.commands import Act, AddNote, Amend, Command
from site_sync.domain.particulars import Actor, ActorKind, LineChange
from site_sync.domain.stock_documents import DocumentKind, StockDocument

CARD = "4111 1111 1111 1111"
BY = Actor(ActorKind.STAFF, "anna", "Anna")
BARE = Command("c1", "o1", datetime(2026, 11, 22, tzinfo=UTC), BY, AddNote("Ring the bell"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111", "**** 1111"),
        ("card 4111 1111 1111 1111 exp 12/30", "card **** 1111 exp 12/30"),
        ("%B5555555555554444^DOE/J", "%B**** 4444^DOE/J"),
        ("4111111111111112", "4111111111111112"),
        ("4111-1111-1111-1111", "**** 1111"),
        ("order 000318", "order 000318"),
    ],
)
def test_a_number_is_masked_where_its_last_digit_checks(text: str, masked: str) -> None:
    assert mask_card_numbers(text) == masked


@pytest.mark.parametrize(
    "act",
    [
        AddNote(f"Paid with {CARD}"),
        Amend(comment_staff=f"Paid with {CARD}"),
        Amend(comment_customer=f"Paid with {CARD}"),
        Amend(change=(LineChange(2, note=f"Paid with {CARD}"),)),
    ],
)
def test_a_command_keeps_none_in_what_was_written(act: Act) -> None:
    kept = repr(replace(BARE, act=act, reason=f"by {CARD}"))
    assert "1111 1111" not in kept
    assert kept.count("**** 1111") == 2


def test_a_command_without_one_keeps_its_act() -> None:
    assert replace(BARE, reason="as agreed").act is BARE.act


def test_numbers_that_are_ids_stay() -> None:
    document = StockDocument("d1", CARD, DocumentKind.COUNT, "S01", note=CARD)
    assert (document.number, document.note) == (CARD, "**** 1111")
