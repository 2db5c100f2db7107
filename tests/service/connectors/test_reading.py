"""Numbers as shops write them: read exactly, or refused with the place where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from site_sync.service.connectors.reading import Doc, DocumentOdd


@pytest.mark.parametrize(("written", "read"), [("129.00", "129.00"), (None, "0"), ("", "0")])
def test_a_number_is_read_exactly(written: object, read: str) -> None:
    assert Doc({"total": written}).number("total") == Decimal(read)


@pytest.mark.parametrize(
    "written",
    ["1e9000000000", "-1e9000000000", "1e-9000000000", "2000000000", "NaN", "Infinity", True, [1], "x"],
)
def test_what_is_no_amount_is_refused_where_it_stands(written: object) -> None:
    with pytest.raises(DocumentOdd, match="total"):
        Doc({"total": written}).number("total")
