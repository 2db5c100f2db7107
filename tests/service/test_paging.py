"""Pages of lists at their edges."""

from __future__ import annotations

import pytest

from site_sync.service import paging


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_every_row_has_a_page(total: int, pages: int) -> None:
    assert paging.place(1, total, 50).pages == pages


@pytest.mark.parametrize(("wanted", "shown"), [(-3, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_a_page_that_does_not_exist_is_the_nearest(wanted: int, shown: int) -> None:
    at = paging.place(wanted, 101, 50)
    assert (at.page, at.first) == (shown, 50 * (shown - 1))


def test_of_a_list_that_grows_for_ever_the_newest_are_paged_through() -> None:
    at = paging.place_among_newest(99, paging.MOST + 1, 30)
    assert (at.pages, at.page, at.total) == (34, 34, 1001)
    assert at.showing([7]) == paging.Page((7,), 1001, 34, 34)
