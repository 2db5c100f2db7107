"""Tests of the issues of an order's tokens: the next one, and what was good once."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.code_issues import REMEMBERED, issue_hashes, next_code, was_good
from site_sync.domain.codes import token_hash
from site_sync.domain.tokens import COLLECT, COLLECTOR, PAGE, derive_token
from tests.builders import order

KEY = bytes(range(32))
PLAIN = order()


def shown(purpose: str, issue: int) -> str:
    """The hash of a token of the order."""
    return token_hash(derive_token(KEY, purpose, PLAIN.id, issue))


def test_the_next_code_is_of_the_next_issue() -> None:
    assert issue_hashes(KEY, PLAIN.id) == (shown(COLLECT, 1), shown(PAGE, 1))
    act = next_code(KEY, replace(PLAIN, code_issue=4))
    assert (act.code_hash, act.page_hash, act.issue) == (shown(COLLECT, 5), shown(PAGE, 5), 5)


def test_codes_of_earlier_issues_were_good_and_others_never_were() -> None:
    third = replace(PLAIN, code_issue=3, collector_issue=1)
    assert all(was_good(KEY, third, shown(*one)) for one in ((COLLECT, 1), (COLLECT, 2), (COLLECTOR, 1)))
    others = (COLLECT, 3), (COLLECT, 4), (COLLECTOR, 2), (PAGE, 1)
    assert not any(was_good(KEY, third, shown(*one)) for one in others)
    assert not was_good(KEY, PLAIN, shown(COLLECT, 1))
    assert not was_good(KEY[::-1], third, shown(COLLECT, 1))


def test_only_the_latest_void_codes_are_remembered() -> None:
    late = replace(PLAIN, code_issue=REMEMBERED + 2)
    assert (was_good(KEY, late, shown(COLLECT, 1)), was_good(KEY, late, shown(COLLECT, 2))) == (False, True)
