"""Signatures survive being written down, stay short, and nothing else passes for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from site_sync.domain.signatures import (
    HEIGHT,
    MOST_POINTS,
    MOST_STROKES,
    WIDTH,
    is_signature,
    signature_text,
    strokes_of,
)

POINTS = some.tuples(some.integers(-50, WIDTH + 50), some.integers(-50, HEIGHT + 50))
STROKES = some.lists(some.lists(POINTS, max_size=300), min_size=1, max_size=6) | some.lists(
    some.lists(POINTS, min_size=1, max_size=2), min_size=90, max_size=110
)


@settings(max_examples=40)
@given(STROKES)
def test_what_was_written_is_a_signature_within_its_bounds(strokes: list[list[tuple[int, int]]]) -> None:
    text = signature_text(strokes)
    written = [stroke for stroke in strokes if stroke][:MOST_STROKES]
    assert is_signature(text) == bool(written)
    if not written:
        return
    read = strokes_of(text)
    assert len(read) == len(written)
    assert sum(map(len, read)) <= MOST_POINTS
    for before, after in zip(written, read, strict=True):
        for there, here in ((before[0], after[0]), (before[-1], after[-1])):
            assert here == (max(0, min(WIDTH, there[0])), max(0, min(HEIGHT, there[1])))
    assert signature_text(read) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "1,2;",
        "1,2 ",
        "a,b",
        "1001,1",
        "1,401",
        "-1,2",
        "1,2\n",
        "<svg>",
        "1,2 " * 500 + "1,2",
        "1,2,3",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_signature(text)
    with pytest.raises(ValueError, match="no signature"):
        strokes_of(text)
