"""Tills with commands that wait, made once by the shipped till on a site of which each round gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pos_app.operations import orders, selling, shifts
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Acting, Changed
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.permissions import Role
from site_sync.protocol.envelope import Envelope, Push
from site_sync.serving import application
from tests.bench.load import request
from tests.bench.web_orders import SKUS, lay_out, open_site_at
from tests.fixtures.postgres import PostgresServer
from tests.service.serving import served
from tests.simulation.till import Till

PUSH_PATH = "/sync/v1/commands"
AT_ONCE = 100
"""So many envelopes share a request, as the shipped worker sends them."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A till that may push: its token, where it stands in the feed, its commands in their order."""

    token: str
    cursor: str
    envelopes: tuple[Envelope, ...]

    def pushes(self, some: int) -> list[bytes]:
        """Requests that push so many of its commands, the last one first."""
        envelopes = self.envelopes[:some]
        parts = [envelopes[place : place + AT_ONCE] for place in range(0, len(envelopes), AT_ONCE)]
        bodies = [Push(envelopes=part).model_dump_json().encode() for part in parts]
        return [request(PUSH_PATH, body, self.token, "-") for body in bodies][::-1]


def _work(till: Till, commands: int) -> None:
    """Take orders until so many commands wait."""
    desk = till.desk
    staff = next(one for one in desk.store.shop.staff("S01") if one.role is Role.MANAGER)
    shifts.open(desk, Acting(staff), Money(20_000, desk.currency))
    shift = shifts.current(desk)
    who = Acting(staff, shift.id if shift else "", reason="bench")
    for number in range(commands - 1):
        cart = selling.add_item(desk, selling.new_cart(desk), SKUS[number % len(SKUS)], 1)
        if not isinstance(cart, Cart):
            raise TypeError(f"the item was refused: {cart}")
        named = with_customer(cart, Customer(name=f"Ann {number}", phone="+4520203040"))
        done = orders.save(desk, who, named, orders.new_details(desk))
        if not isinstance(done, Changed):
            raise TypeError(f"the order was refused: {done}")


def _ready(till: Till, commands: int) -> Ready:
    _work(till, commands)
    place = till.store.site_side.place()
    return Ready(place.token, place.cursor, till.store.site_side.to_push(commands))


def make(url: str, folder: Path, waiting: tuple[int, ...]) -> tuple[Ready, ...]:
    """The demo shop with endless stock, and a till for each number of commands that shall wait at it."""
    lay_out(url, folder)
    site = open_site_at(url, folder)
    with served(application(site)) as address, ExitStack() as tills:
        made = []
        for number, commands in enumerate(waiting, start=1):
            till = Till(site, address, folder / f"till-{number}", f"{number:02}")
            tills.callback(till.close)
            made.append(_ready(till, commands))
    site.close()
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Ground:
    """One engine with tills that may push, and as many fresh copies of its site as are asked for."""

    name: str
    tills: tuple[Ready, ...]
    copy: Callable[[], str]
    folder: Path


def on_sqlite(folder: Path, waiting: tuple[int, ...]) -> Ground:
    """On files."""
    folder.mkdir()
    made, names = folder / "made.sqlite", count(1)
    tills = make(f"sqlite:///{made}", folder, waiting)

    def copy() -> str:
        file = folder / f"{next(names)}.sqlite"
        for ending in ("", ".keys"):
            shutil.copy(made.with_name(made.name + ending), file.with_name(file.name + ending))
        return f"sqlite:///{file}"

    return Ground("SQLite", tills, copy, folder)


def on_postgres(folder: Path, server: PostgresServer, waiting: tuple[int, ...]) -> Ground:
    """On databases of a server."""
    folder.mkdir()
    made = server.create_database()
    tills = make(server.url(made), folder, waiting)
    return Ground("PostgreSQL", tills, lambda: server.url(server.create_database(made)), folder)


def numbers(first: int, others: int, tills: int) -> Iterator[int]:
    """So many commands at the first till, so many at each other one."""
    yield first
    yield from (others for _ in range(tills - 1))
