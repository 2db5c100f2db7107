"""The forms that Site Manager's pages really hold, as each person would see them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

from site_sync.manager.visit import COOKIE
from tests.manager.browsing import forms_of
from tests.security.calling import Calls, Cell
from tests.security.matrix import ROWS, Door
from tests.security.world import STORES, World

_INNER = re.compile(r'(?:href|hx-get)="(/manager/[^"#]*)"')


@dataclass(frozen=True, slots=True)
class Shown:
    """A form of a page: its address, how it is sent, and its fields but the token."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]


def shown(world: World, calls: Calls, http: httpx.Client, pages: int) -> list[Shown]:
    """The forms of so many pages that an administrator sees, links followed; each form once."""
    ruth = next(caller for caller in world.callers if caller.person == "A")
    rows = [row for row in ROWS if row.door is Door.PAGE]
    left = [calls.address(Cell(row, ruth, place)) for place in STORES for row in rows]
    cookie = {"Cookie": f"{COOKIE}={world.sessions['A'][0]}"}
    seen: set[str] = set()
    found: dict[str, Shown] = {}
    while left and len(seen) < pages:
        address = left.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = http.get(address, headers=cookie)
        assert answer.status_code < 500, (address, answer.status_code)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for form in forms_of(answer.text):
            fields = tuple(pair for pair in form.fields if pair[0] != "csrf")
            name = f"{form.method} {form.action} {sorted({pair[0] for pair in fields})}"
            found.setdefault(name, Shown(form.action, form.method, fields))
        left += [link.replace("&amp;", "&") for link in _INNER.findall(answer.text)]
    return list(found.values())
