"""Each caller at each address gets what the table says, and every address is in the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount

from site_sync.service.database.migrate import migrate
from site_sync.serving import application
from tests.security import aftermath
from tests.security.calling import expected
from tests.security.conftest import Played
from tests.security.matrix import ROWS, Door
from tests.service.sites import Clock, make_site

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


def test_every_address_of_the_application_has_a_row(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'site.sqlite'}")
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, Clock())
    found, known = Counter(addresses(application(site).routes)), Counter(row.call for row in ROWS)
    site.close()
    assert sorted(found - known) == [], "addresses without a row in tests/security/matrix.py"
    assert sorted(known - found) == [], "rows without an address"


def test_every_caller_gets_what_the_table_says_and_nothing_is_left_behind(played: Played) -> None:
    """One test, so that the many calls are made once, whichever worker makes them."""
    told = {name: (expected(cell), answer.status_code) for name, (cell, answer) in played.answers.items()}
    wrong = [f"{name}: {pair[1]} instead of {pair[0]}" for name, pair in told.items() if pair[0] != pair[1]]
    assert wrong == []
    assert len(told) >= FEWEST_CELLS
    _asks_for_the_token_of_each_form(played)
    aftermath.keeps_strangers_out(played)
    aftermath.leaves_no_secret(played)


def _asks_for_the_token_of_each_form(played: Played) -> None:
    played.world.renew("A")
    for cell, _ in played.answers.values():
        if cell.row.door is Door.FORM and cell.caller.person == "A":
            without = played.calls.make(cell, token=False).status_code
            from_elsewhere = played.calls.make(cell, Origin="https://evil.example").status_code
            assert (without, from_elsewhere) == (403, 403), str(cell)
