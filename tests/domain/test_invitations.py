"""What lets a till in is read as it was shown, however somebody types it."""

from __future__ import annotations

import pytest

from site_sync.domain.invitations import LETTERS, MARK_LENGTH, Invitation, mark_of, read_invitation

WHOLE = Invitation("7K2MPQ4X", mark_of(b"the authority of this site"))


@pytest.mark.parametrize(
    "typed",
    [WHOLE.text, WHOLE.text.lower(), WHOLE.text.replace("-", " "), f" {WHOLE.text.replace('-', '')}\n"],
)
def test_blanks_dashes_and_small_letters_do_not_matter(typed: str) -> None:
    assert read_invitation(typed) == WHOLE


def test_it_is_shown_in_groups_of_four() -> None:
    groups = WHOLE.text.split("-")
    assert {len(group) for group in groups} == {4}
    assert "".join(groups) == WHOLE.code + WHOLE.mark
    assert Invitation("7k2m pq4x").text == "7K2M-PQ4X"


def test_a_code_without_a_mark_stays_as_it_was_typed() -> None:
    assert read_invitation(" 7K2M-PQ4X ") == Invitation("7K2M-PQ4X")


def test_a_mark_is_of_one_certificate_and_of_letters_nobody_confuses() -> None:
    assert len(WHOLE.mark) == MARK_LENGTH
    assert set(WHOLE.mark) <= set(LETTERS)
    assert mark_of(b"another authority") != WHOLE.mark
