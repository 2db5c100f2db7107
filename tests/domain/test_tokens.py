"""Tests of the derived tokens of an order."""

import pytest

from site_sync.domain.codes import TOKEN_LENGTH
from site_sync.domain.tokens import COLLECT, PAGE, derive_token

KEY = bytes(range(32))


def test_a_token_is_the_same_wherever_it_is_made() -> None:
    # Computed with `printf 'collect|o-1|1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f`.
    assert derive_token(KEY, COLLECT, "o-1", 1) == "WQ2T2LZ6KWYEKO5B5K5GWRETME"
    assert len(derive_token(KEY, COLLECT, "o-1", 1)) == TOKEN_LENGTH


def test_purpose_order_issue_and_key_each_make_another_token() -> None:
    tokens = {
        derive_token(KEY, COLLECT, "o-1", 1),
        derive_token(KEY, PAGE, "o-1", 1),
        derive_token(KEY, COLLECT, "o-2", 1),
        derive_token(KEY, COLLECT, "o-1", 2),
        derive_token(KEY[::-1], COLLECT, "o-1", 1),
    }
    assert len(tokens) == 5


def test_no_token_without_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        derive_token(b"", COLLECT, "o-1", 1)
