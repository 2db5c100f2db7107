"""Each caller at each address gets what the table says, and every address is in the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount

from site_sync.site import application
from tests.security.calling import expected
from tests.security.conftest import Played
from tests.security.matrix import ROWS, Door

pytestmark = pytest.mark.long
FEWEST_CELLS = 2400


def addresses(routes: Iterable[BaseRoute], above: str = "") -> Iterator[str]:
    """Every call an application answers; files that are served as they are count as one."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from addresses(included.routes, above)
        elif isinstance(route, Mount):
            here = above + route.path
            yield from addresses(route.routes, here) if route.routes else [f"GET {here}/{{file}}"]
        else:
            for method in getattr(route, "methods", None) or ():
                if method != "HEAD":
                    yield f"{method} {above}{getattr(route, 'path', '')}"


def test_every_address_of_the_application_has_a_row(played: Played) -> None:
    app: FastAPI = application(played.world.site)
    found, known = Counter(addresses(app.routes)), Counter(row.call for row in ROWS)
    assert sorted(found - known) == [], "addresses without a row in tests/security/matrix.py"
    assert sorted(known - found) == [], "rows without an address"


def test_every_caller_gets_what_the_table_says(played: Played) -> None:
    told = {name: (expected(cell), answer.status_code) for name, (cell, answer) in played.answers.items()}
    wrong = [f"{name}: {pair[1]} instead of {pair[0]}" for name, pair in told.items() if pair[0] != pair[1]]
    assert wrong == []
    assert len(told) >= FEWEST_CELLS


def test_every_form_asks_for_its_token_and_comes_from_a_page_of_the_site(played: Played) -> None:
    played.world.renew("A")
    forms = [cell for cell, _ in played.answers.values() if cell.row.door is Door.FORM]
    for cell in forms:
        if cell.caller.person == "A":
            without = played.calls.make(cell, token=False).status_code
            from_elsewhere = played.calls.make(cell, Origin="https://evil.example").status_code
            assert (without, from_elsewhere) == (403, 403), str(cell)
