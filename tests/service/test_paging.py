"""Pages of lists at their edges."""

from __future__ import annotations

import pytest

from site_sync.service import paging


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_every_row_has_a_page(total: int, pages: int) -> None:
    assert paging.pages(total, 50) == pages


@pytest.mark.parametrize(("wanted", "shown"), [(-3, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_a_page_that_does_not_exist_is_the_nearest(wanted: int, shown: int) -> None:
    assert paging.shown(wanted, 101, 50) == shown
