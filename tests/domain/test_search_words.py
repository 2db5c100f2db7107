"""Orders are found by the beginnings of what people know of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.customers import Customer
from site_sync.domain.search_words import beginnings, words_of
from tests.builders import order

MARIA = Customer("c1", "Maria van Dahl", "+4520203040", "maria@example.com", "M-77")


@pytest.mark.parametrize(
    "typed",
    [
        "s01-02-000318-4", "000318", "318", "0318-4", "02-000318", "maria", "MARIA VAN", "dahl", "van d",
        "3040", "+45 20 20 30 40", "maria@", "m-77", "web-9",
    ],
)  # fmt: skip
def test_what_people_type_begins_a_word(typed: str) -> None:
    known = replace(order(), number="S01-02-000318-4", external_id="WEB-9", customer=MARIA)
    words = words_of(known)
    assert any(word.startswith(start) for word in words for start in beginnings(typed))


@pytest.mark.parametrize("typed", ["ahl", "ria", "8-4-", "040"])
def test_the_middle_of_a_word_is_no_beginning(typed: str) -> None:
    known = replace(order(), number="S01-02-000318-4", external_id="", customer=MARIA)
    words = words_of(known)
    assert not any(word.startswith(start) for word in words for start in beginnings(typed))
