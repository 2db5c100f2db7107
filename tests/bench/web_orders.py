"""Orders per second over the public API, with reservation, against a bare prototype of their statements."""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic

from site_sync.domain.stock import StockLevel
from site_sync.service import reservations, sign_in
from site_sync.service.settings import Settings
from site_sync.service.sign_in import RATES, NewKey
from site_sync.service.wiring import Site, open_site
from site_sync.serving import application
from site_sync.site import surroundings
from tests.bench.figures import Figure
from tests.bench.load import request, send
from tests.bench.recorded import Recorded, keep, recording
from tests.fixtures.ports import find_free_port
from tests.fixtures.postgres import PostgresServer, running_postgres
from tests.service.serving import client, served
from tests.service.web_shop import SCOPES

ORDERS = 800
ROUNDS = 2
CLIENTS = 8
SKUS = ("JKT-TRAIL-BL-M", "SOCK-MERINO-39-42", "GAS-230", "PEG-10")
PATH = "/api/v1/orders"


def _bodies() -> list[bytes]:
    bodies = []
    for number in range(ORDERS):
        lines = [{"sku": SKUS[(number + place) % len(SKUS)], "quantity": 1} for place in range(2)]
        customer = {"name": "Maria Jensen", "email": "maria@example.com", "language": "da"}
        delivery = {"method": "collect", "store": "S01"}
        words = {"external_id": f"bench-{number}", "delivery": delivery, "customer": customer, "lines": lines}
        bodies.append(json.dumps(words).encode())
    return bodies


def open_site_at(url: str, folder: Path) -> Site:
    return open_site(Settings(database=url, data_dir=folder), surroundings())


def lay_out(url: str, folder: Path) -> str:
    """The demo shop with endless stock of some items; a key of the public API."""
    command = [sys.executable, "-m", "site_sync.site"]
    place = ["--database", url, "--data", str(folder)]
    subprocess.run([*command, "demo-data", *place, "--without-orders"], check=True, capture_output=True)
    site = open_site_at(url, folder)
    new = NewKey(site.new_id(), "bench", site.around.secret(), SCOPES, RATES[1])
    key = site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))
    plenty = [StockLevel(sku, "S01", 1_000_000) for sku in SKUS]
    site.database.write(lambda tx: reservations.set_levels(tx, plenty))
    site.database.close()
    return key


def _record(url: str, folder: Path, key: str) -> list[Recorded]:
    """What each order writes, one order after the other."""
    orders: list[Recorded] = []
    with recording(orders):
        site = open_site_at(url, folder)
        with served(application(site)) as address, client(address, key) as http:
            for number, body in enumerate(_bodies()):
                orders.append(Recorded(body))
                headers = {"Idempotency-Key": f"key-{number}", "Content-Type": "application/json"}
                answer = http.post(PATH, content=body, headers=headers)
                if answer.status_code != 201:
                    raise RuntimeError(f"the order was refused: {answer.text}")
                orders[-1].answer = answer.content
        site.database.close()
    return orders


@contextmanager
def server(words: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that listens on the port, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    end = monotonic() + 30
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _load(port: int, key: str, folder: Path) -> float:
    """Orders per second of the clients in a process of their own."""
    requests = [request(PATH, body, key, f"key-{number}") for number, body in enumerate(_bodies())][::-1]
    seconds, seen = send(port, [requests] * CLIENTS, folder / "requests")
    if seen != {201: ORDERS}:
        raise RuntimeError(f"not every order was created: {seen}")
    return ORDERS / seconds


@dataclass(frozen=True, slots=True)
class _Place:
    """One engine's databases with the same shop: the first is recorded on, each `copy` is fresh again."""

    name: str
    first: str
    copy: Callable[[], str]
    folder: Path
    key: str


def _bare(place: _Place) -> float:
    port, recorded = find_free_port(), place.folder / "recorded"
    with server(["tests.bench.bare_site", place.copy(), str(recorded), str(port)], port):
        return _load(port, place.key, place.folder)


def _ours(place: _Place) -> float:
    port = find_free_port()
    words = ["--database", place.copy(), "--data", str(place.folder), "--port", str(port)]
    with server(["site_sync.site", "serve", *words, "--stop-with-input"], port):
        return _load(port, place.key, place.folder)


def _compare(place: _Place) -> Figure:
    """The prototype and the service in turns, so that both meet the same machine."""
    orders = _record(place.first, place.folder, place.key)
    keep(orders, place.folder / "recorded")
    rounds = [(_bare(place), _ours(place)) for _ in range(ROUNDS)]
    bare, ours = (statistics.mean(side) for side in zip(*rounds, strict=True))
    note = f"{len(orders[-1].statements)} statements an order, {CLIENTS} clients, {ROUNDS} rounds"
    return Figure(
        f"site: web orders/s with reservation, {place.name}", ours, bare, "orders/s", 0.4, True, note
    )


def _on_sqlite(folder: Path) -> Figure:
    files = (folder / f"{number}.sqlite" for number in count())
    first, made = next(files), next(files)
    key = lay_out(f"sqlite:///{made}", folder)
    keys = made.with_name(made.name + ".keys")

    def copy(file: Path) -> str:
        shutil.copy(made, file)
        shutil.copy(keys, file.with_name(file.name + ".keys"))
        return f"sqlite:///{file}"

    return _compare(_Place("SQLite", copy(first), lambda: copy(next(files)), folder, key))


def _on_postgres(folder: Path, server: PostgresServer) -> Figure:
    made = server.create_database()
    key = lay_out(server.url(made), folder)

    def copy() -> str:
        return server.url(server.create_database(made))

    return _compare(_Place("PostgreSQL", copy(), copy, folder, key))


def run() -> list[Figure]:
    """Both engines, each against its prototype on the same machine in the same minute."""
    with tempfile.TemporaryDirectory() as name, running_postgres(durable=True) as server:
        folder = Path(name)
        (folder / "sqlite").mkdir()
        (folder / "postgres").mkdir()
        return [_on_sqlite(folder / "sqlite"), _on_postgres(folder / "postgres", server)]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
