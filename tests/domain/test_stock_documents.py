"""What stock documents do to stock, and what they may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.errors import Code
from site_sync.domain.quantities import MOST
from site_sync.domain.stock import StockLevel
from site_sync.domain.stock_documents import (
    DocumentKind,
    DocumentLine,
    DocumentState,
    Promise,
    StockDocument,
    line_refusal,
    planned,
    posting_refusal,
    received_refusal,
    unfillable,
)

LEVEL = StockLevel("JKT", "S01", on_hand=10, reserved=8, safety=1, back_order=1)


def document(kind: DocumentKind, quantity: int, expected: int = 0, **given: str) -> StockDocument:
    return StockDocument("d", "D-1", kind, "S01", (DocumentLine("JKT", quantity, expected),), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "after", "safety", "uncovered"),
    [
        (document(DocumentKind.RECEIPT, 5), 15, 1, 0),
        (document(DocumentKind.COUNT, 8, 9), 9, 1, 0),
        (document(DocumentKind.COUNT, 4, 10), 4, 1, 3),
        (document(DocumentKind.COUNT, 12, 10), 12, 1, 0),
        (document(DocumentKind.TRANSFER, 3), 7, 1, 0),
        (document(DocumentKind.TRANSFER, 4), 6, 1, 1),
        (document(DocumentKind.ADJUSTMENT, -2), 8, 1, 0),
        (document(DocumentKind.ADJUSTMENT, 2), 12, 1, 0),
        (document(DocumentKind.SAFETY, 4), 10, 4, 0),
    ],
)
def test_a_line_says_what_it_does(given: StockDocument, after: int, safety: int, uncovered: int) -> None:
    (effect,) = planned(given, {"JKT": LEVEL}).effects
    assert (effect.before, effect.after, effect.difference) == (10, after, after - 10)
    assert (effect.safety_before, effect.safety_after, effect.uncovered) == (1, safety, uncovered)


def test_what_was_never_stocked_begins_with_nothing() -> None:
    (effect,) = planned(document(DocumentKind.RECEIPT, 3), {}).effects
    assert (effect.before, effect.after) == (0, 3)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (document(DocumentKind.RECEIPT, 1), None),
        (document(DocumentKind.TRANSFER, 3), None),
        (document(DocumentKind.TRANSFER, 4), Code.INSUFFICIENT_STOCK),
        (document(DocumentKind.ADJUSTMENT, -1), Code.REASON_NEEDED),
        (document(DocumentKind.ADJUSTMENT, -9, reason="lost"), Code.INSUFFICIENT_STOCK),
        (document(DocumentKind.COUNT, 10, 10), None),
        (document(DocumentKind.COUNT, 2, 10), Code.REASON_NEEDED),
        (document(DocumentKind.COUNT, 2, 10, reason="lost"), None),
        (replace(document(DocumentKind.RECEIPT, 1), lines=()), Code.NO_LINES),
        (replace(document(DocumentKind.RECEIPT, 1), state=DocumentState.POSTED), Code.NOTHING_CHANGED),
    ],
)
def test_only_a_count_may_leave_promises_without_goods(given: StockDocument, code: Code | None) -> None:
    refusal = posting_refusal(given, planned(given, {"JKT": LEVEL}))
    assert (refusal.code if refusal else None) is code


def test_a_refusal_says_how_many_are_free() -> None:
    given = document(DocumentKind.TRANSFER, 9)
    refusal = posting_refusal(given, planned(given, {"JKT": LEVEL}))
    assert refusal is not None
    line = {"sku": "JKT", "store": "S01", "requested": 9, "available": 3}
    assert refusal.facts["lines"] == (line,)


def test_nothing_goes_below_nothing_on_back_order_alone() -> None:
    given = document(DocumentKind.TRANSFER, 3)
    plan = planned(given, {"JKT": StockLevel("JKT", "S01", on_hand=2, back_order=50)})
    refusal = posting_refusal(given, plan)
    assert refusal is not None
    assert "'available': 2" in str(refusal.facts)
    assert plan.uncovered == ()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (DocumentKind.RECEIPT, (1, MOST), (0, -1, MOST + 1)),
        (DocumentKind.TRANSFER, (1,), (0, -1)),
        (DocumentKind.COUNT, (0, 7), (-1, MOST + 1)),
        (DocumentKind.SAFETY, (0, 7), (-1,)),
        (DocumentKind.ADJUSTMENT, (-3, 3), (0, -MOST - 1)),
    ],
)
def test_each_kind_has_its_quantities(
    kind: DocumentKind, good: tuple[int, ...], bad: tuple[int, ...]
) -> None:
    given = document(kind, 1)
    assert [line_refusal(given, one) for one in good] == [None] * len(good)
    assert all(line_refusal(given, one) for one in bad)


def test_what_differs_on_arrival_is_said() -> None:
    sent = replace(document(DocumentKind.TRANSFER, 4), state=DocumentState.SENT)
    assert received_refusal(sent, {"JKT": 4}) is None
    assert received_refusal(replace(sent, note="one broken"), {"JKT": 3}) is None
    for given, came, code in (
        (sent, {"JKT": 3}, Code.REASON_NEEDED),
        (sent, {}, Code.QUANTITY_INVALID),
        (sent, {"JKT": -1}, Code.QUANTITY_INVALID),
        (document(DocumentKind.TRANSFER, 4), {"JKT": 4}, Code.NOTHING_TO_RECEIVE),
        (replace(document(DocumentKind.RECEIPT, 4), state=DocumentState.SENT), {}, Code.NOTHING_TO_RECEIVE),
    ):
        refusal = received_refusal(given, came)
        assert refusal is not None
        assert refusal.code is code


def test_packed_units_are_there_and_the_oldest_order_comes_first() -> None:
    promises = [
        Promise("a", "A", 4, 0),
        Promise("b", "B", 3, 0),
        Promise("c", "C", 0, 2),
        Promise("d", "D", 1, 0),
    ]
    assert [one.number for one in unfillable(promises, 10)] == []
    assert [one.number for one in unfillable(promises, 8)] == ["B", "D"]
    assert [one.number for one in unfillable(promises, 2)] == ["A", "B", "D"]
    assert [one.number for one in unfillable(promises, 0)] == ["A", "B", "D"]
