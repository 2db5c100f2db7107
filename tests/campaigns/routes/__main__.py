"""Damaged calls by everybody at every address: `python -m tests.campaigns.routes --calls 50000 --seed 1`."""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import structlog

from site_sync.manager.visit import COOKIE
from site_sync.service.database.migrate import migrate
from tests.campaigns.routes import answers, tills_words
from tests.campaigns.routes.forms import Shown, shown
from tests.campaigns.routes.mutating import Mutating
from tests.campaigns.routes.tills_words import Envelopes
from tests.manager.browsing import FORM
from tests.security.calling import Calls, Cell, cells
from tests.security.world import PEOPLE, STORES, World, world

ROUND = 2_500
"""Calls made on one site before the next begins afresh, as damaged calls change it."""
PAGES = 160
SLOWEST_SECONDS = 10.0
UNDAMAGED = 0.1


@dataclass
class Tally:
    """Statuses by how often they were answered, the addresses that were called, and what went wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    rows: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


class _Mistakes(logging.Handler):
    """Keeps what the site itself calls a mistake."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._wrong = wrong

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self._wrong.append(f"the log says: {record.getMessage()}")


class _Round:
    """One site and everybody who calls it."""

    def __init__(self, there: World, transport: Mutating, http: httpx.Client, tally: Tally) -> None:
        self._there, self._transport, self._http, self._tally = there, transport, http, tally
        self._chance = transport.chance
        self._calls = Calls(there, http)
        self._cells = cells(there)
        self._envelopes = Envelopes(there, http, self._chance)
        self._forms: list[Shown] = []

    def prepare(self, pages: int) -> None:
        """Look at the pages' forms, then begin to damage calls."""
        self._forms = shown(self._there, self._calls, self._http, pages)
        orders = [name for one in self._there.orders.values() for name in (one.id, one.number)]
        things = [f"{kind}-{store}" for kind in ("person", "problem", "device") for store in STORES]
        people = [member.id for member in PEOPLE.values()]
        self._transport.ids = [*orders, *things, *people, "key-all", "endpoint-shop", "device-S01-02", "S02"]
        self._transport.share = 1 - UNDAMAGED

    def call(self) -> None:
        """One call of one of the sorts."""
        self._http.cookies.clear()
        sort = self._chance.random()
        began = time.monotonic()
        try:
            if sort < 0.15:
                name, found = self._command()
            elif sort < 0.5:
                name, found = self._form()
            else:
                name, found = self._cell()
        except httpx.HTTPError as error:
            name, found = "a call", f"the site broke off: {error!r}"
        if found:
            self._tally.wrong.append(f"{found}\n  {name}: {self._transport.last[:3_000]}")
        took = time.monotonic() - began
        self._tally.slowest = max(self._tally.slowest, (took, name))
        if took > SLOWEST_SECONDS:
            self._tally.wrong.append(f"{took:.1f} s\n  {name}: {self._transport.last[:3_000]}")

    def _cell(self) -> tuple[str, str]:
        """A call of the table of who may."""
        cell = self._chance.choice(self._cells)
        answer = self._noted(self._calls.make(cell), cell)
        return str(cell), answers.fault(answer, self._transport.method)

    def _noted(self, answer: httpx.Response, cell: Cell | None = None) -> httpx.Response:
        self._tally.statuses[answer.status_code] += 1
        if cell is not None:
            self._tally.rows.add(cell.row.call)
        return answer

    def _command(self) -> tuple[str, str]:
        """A damaged command in a sound envelope."""
        share, self._transport.share = self._transport.share, 0.0
        answer, sent = self._envelopes.send()
        self._transport.share = share
        self._noted(answer)
        return f"envelope with {sent[:3_000]}", answers.fault(answer, "POST") or tills_words.fault(answer)

    def _form(self) -> tuple[str, str]:
        """A form as a page showed it, sent by somebody who may or may not."""
        form = self._chance.choice(self._forms)
        letter = self._chance.choice("AAAAAMmSC")
        token, csrf = self._there.sessions[letter]
        headers = FORM | {"Cookie": f"{COOKIE}={token}"}
        if form.method == "post":
            content = urlencode([*form.fields, ("csrf", csrf)])
            answer = self._http.post(form.action, content=content, headers=headers)
        else:
            answer = self._http.get(form.action, params=list(form.fields), headers=headers)
        self._noted(answer)
        if answer.headers.get("location", "").startswith("/manager/sign-in"):
            self._there.renew(letter)
        return f"{form.method} {form.action} by {letter}", answers.fault(answer, self._transport.method)


def run(calls: int, seed: int, folder: Path, pages: int = PAGES) -> Tally:
    """So many calls of one seed, on a fresh site each round."""
    tally, chance, clean = Tally(), random.Random(seed), folder / "clean.sqlite"
    migrate(f"sqlite:///{clean}")
    told = _Mistakes(tally.wrong)
    logging.getLogger("site_sync").addHandler(told)
    for begun in range(0, calls, ROUND):
        place = folder / f"round-{begun}"
        place.mkdir()
        shutil.copyfile(clean, place / "site.sqlite")
        transport = Mutating(httpx.HTTPTransport(verify=False), chance)
        with ExitStack() as stack:
            there = stack.enter_context(world(place / "site.sqlite", place))
            http = stack.enter_context(httpx.Client(base_url=there.address, transport=transport, timeout=60))
            one = _Round(there, transport, http, tally)
            one.prepare(pages)
            for _ in range(min(ROUND, calls - begun)):
                one.call()
        shutil.rmtree(place)
    logging.getLogger("site_sync").removeHandler(told)
    return tally


def main(say: Callable[[str], object] = print) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.routes", description=__doc__)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = run(given.calls, given.seed, Path(folder))
    say("\n".join(tally.wrong))
    took, statuses = time.monotonic() - began, dict(sorted(tally.statuses.items()))
    say(
        f"{given.calls} calls of seed {given.seed} at {len(tally.rows)} addresses in {took:.0f} s: {statuses}"
    )
    say(f"{len(tally.wrong)} wrong; the slowest took {tally.slowest[0]:.1f} s: {tally.slowest[1][:200]}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
