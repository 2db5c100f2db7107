"""What an act costs at a site that keeps a million orders, against one that keeps a thousand."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx

from site_sync.domain.permissions import Role
from site_sync.domain.shop import StaffMember
from site_sync.manager.visit import COOKIE
from site_sync.protocol.changes import RecordKind
from site_sync.service import sessions, turns
from site_sync.service.database import records
from site_sync.serving import application
from tests.bench.figures import Figure, percentile
from tests.bench.grown_site import grow
from tests.bench.web_orders import PATH, SKUS, lay_out, open_site_at
from tests.fixtures.postgres import running_postgres
from tests.service.serving import client, served

SIZES = (1_000, 1_000_000)
ROUNDS, WARM = 120, 10
PAGE_MS, MOST_TIMES = 150.0, 2.0
AT_NIGHT = timedelta(hours=12)
"""When the site looks after itself: copies, checks and forgetting are not due while people are waited for."""
_CLERK = StaffMember("bench", "Bench", Role.ADMINISTRATOR)
Act = Callable[[int], httpx.Response]


def body(number: int) -> bytes:
    """A web order of two lines, as JSON."""
    lines = [{"sku": SKUS[(number + place) % len(SKUS)], "quantity": 1} for place in range(2)]
    customer = {"name": "Maria Jensen", "email": "maria@example.com", "language": "da"}
    delivery = {"method": "collect", "store": "S01"}
    words = {"external_id": f"growth-{number}", "delivery": delivery, "customer": customer, "lines": lines}
    return json.dumps(words).encode()


@dataclass(frozen=True, slots=True)
class _Caller:
    """A web shop and somebody in Site Manager, both over HTTP; `numbers` name new orders."""

    shop: httpx.Client
    office: httpx.Client
    numbers: Iterator[int]

    def create(self, _round: int) -> httpx.Response:
        """A web order with reservation."""
        number = next(self.numbers)
        headers = {"Idempotency-Key": f"growth-{number}", "Content-Type": "application/json"}
        return self.shop.post(PATH, content=body(number), headers=headers)

    def acts(self, orders: int) -> dict[str, Act]:
        """What is measured, by name."""
        return {
            "web order created": self.create,
            "orders page": lambda _: self.office.get("/manager/orders"),
            "orders page, to pick": lambda _: self.office.get("/manager/orders", params={"stage": "to_pick"}),
            "orders page, by number": lambda turn: self.office.get(
                "/manager/orders", params={"q": f"G-{1 + turn * 7919 % orders}"}
            ),
            "orders page, by a name all have": lambda _: self.office.get(
                "/manager/orders", params={"q": "maria"}
            ),
            "orders page, by an item all have": lambda _: self.office.get(
                "/manager/orders", params={"q": "gas"}
            ),
            "orders page, of a store without any": lambda _: self.office.get(
                "/manager/orders", params={"store": "S02"}
            ),
            "order page": lambda turn: self.office.get(f"/manager/orders/grown-{1 + turn * 7919 % orders}"),
            "journals page": lambda _: self.office.get("/manager/journals"),
            "today page": lambda _: self.office.get("/manager/"),
        }


def _times(act: Act) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for turn in range(WARM + ROUNDS):
        begun = perf_counter()
        answer = act(turn)
        times.append(1000 * (perf_counter() - begun))
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
    return times[WARM:]


def templates(caller: _Caller) -> tuple[str, str]:
    """An order that stays open and one that is over."""
    opened, closed = (caller.create(0).json()["id"] for _ in range(2))
    done = caller.shop.post(f"{PATH}/{closed}/cancel", json={"reason": "changed my mind"})
    if done.status_code != 200:
        raise RuntimeError(done.text)
    return opened, closed


@contextmanager
def calling(url: str, folder: Path, key: str, numbers: Iterator[int]) -> Iterator[_Caller]:
    """The site at work, and those who call it."""
    site = open_site_at(url, folder)
    try:
        site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, _CLERK))
        for name in (turns.BACKUP, turns.RETENTION, turns.CHECKS):
            turns.take(site.database, name, AT_NIGHT, site.now())
        token, _ = site.database.write(
            lambda tx: sessions.open_session(tx, _CLERK.id, site.around.secret, site.now())
        )
        with served(application(site)) as address, client(address, key) as shop, client(address) as office:
            office.cookies.set(COOKIE, token, path="/manager")
            yield _Caller(shop, office, numbers)
    finally:
        site.close()


def _measure(url: str, folder: Path) -> list[dict[str, list[float]]]:
    """The acts' times at each size, the first size first; the site rests while it grows."""
    key, numbers, found, kept = lay_out(url, folder), count(1), [], 0
    with calling(url, folder, key, numbers) as caller:
        originals = templates(caller)
    for orders in SIZES:
        grow(url, originals, range(kept + 1, orders + 1))
        kept = orders
        with calling(url, folder, key, numbers) as caller:
            found.append({name: _times(act) for name, act in caller.acts(orders).items()})
    return found


def _figures(engine: str, found: list[dict[str, list[float]]]) -> list[Figure]:
    few, many = found
    note = f"{SIZES[0]:,} to {SIZES[1]:,} orders, {ROUNDS} calls"
    figures = []
    for name, times in many.items():
        if name == "web order created":
            middle, peer = statistics.median(times), statistics.median(few[name])
            figures.append(Figure(f"growth: {name}, {engine}", middle, peer, "ms", MOST_TIMES, note=note))
        else:
            words = f"{note}; {percentile(few[name], 0.95):.0f} ms before"
            high = percentile(times, 0.95)
            figures.append(Figure(f"growth: {name}, p95, {engine}", high, PAGE_MS, "ms", 1.0, note=words))
    return figures


def run() -> list[Figure]:
    """On both engines."""
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures += _figures("SQLite", _measure(f"sqlite:///{folder / 'site.sqlite'}", folder))
    with tempfile.TemporaryDirectory() as name, running_postgres(durable=True) as server:
        url = server.url(server.create_database())
        figures += _figures("PostgreSQL", _measure(url, Path(name)))
    return figures


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
