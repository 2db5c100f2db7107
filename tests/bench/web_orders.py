"""Orders per second over the public API, with reservation, against a bare prototype of their statements."""

from __future__ import annotations

import json
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from site_sync.domain.stock import StockLevel
from site_sync.service import reservations, sign_in
from site_sync.service.settings import Settings
from site_sync.service.sign_in import NewKey
from site_sync.service.wiring import Site, open_site
from site_sync.site import application, surroundings
from tests.bench.figures import Figure
from tests.bench.load import request
from tests.bench.recorded import Recorded, keep, recording
from tests.fixtures.ports import find_free_port
from tests.fixtures.postgres import PostgresServer, running_postgres
from tests.service.serving import client, served
from tests.service.web_shop import SCOPES

ORDERS = 1_200
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


def _site(url: str, folder: Path) -> Site:
    return open_site(Settings(database=url, data_dir=folder), surroundings())


def _lay_out(url: str, folder: Path) -> str:
    """The demo shop with endless stock of some items; a key of the public API."""
    command = [sys.executable, "-m", "site_sync.site"]
    place = ["--database", url, "--data", str(folder)]
    subprocess.run([*command, "demo-data", *place, "--without-orders"], check=True, capture_output=True)
    site = _site(url, folder)
    new = NewKey(site.new_id(), "bench", site.around.secret(), SCOPES)
    key = site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))
    plenty = [StockLevel(sku, "S01", 1_000_000) for sku in SKUS]
    site.database.write(lambda tx: reservations.set_levels(tx, plenty))
    site.database.close()
    return key


def _record(url: str, folder: Path, key: str) -> list[Recorded]:
    """What each order writes, one order after the other."""
    site = _site(url, folder)
    orders: list[Recorded] = []
    with served(application(site)) as address, client(address, key) as http, recording(orders):
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
def _server(words: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    end = monotonic() + 30
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _load(port: int, key: str, folder: Path) -> float:
    """Orders per second of the clients in a process of their own."""
    requests = [request(PATH, body, key, f"key-{number}") for number, body in enumerate(_bodies())]
    file = folder / "requests"
    file.write_bytes(pickle.dumps(requests[::-1]))
    words = [sys.executable, "-m", "tests.bench.load", str(port), str(CLIENTS), str(file)]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    seconds, seen = said.split(" ", 1)
    if seen.strip() != str({201: ORDERS}):
        raise RuntimeError(f"not every order was created: {seen}")
    return ORDERS / float(seconds)


def _compare(name: str, urls: tuple[str, str, str], folder: Path, key: str) -> Figure:
    """`urls` are three databases with the same shop: to record, for the prototype, for the service."""
    orders = _record(urls[0], folder, key)
    keep(orders, folder / "recorded")
    port = find_free_port()
    with _server(["tests.bench.bare_site", urls[1], str(folder / "recorded"), str(port)], port):
        bare = _load(port, key, folder)
    port = find_free_port()
    place = ["--database", urls[2], "--data", str(folder), "--port", str(port), "--stop-with-input"]
    with _server(["site_sync.site", "serve", *place], port):
        ours = _load(port, key, folder)
    note = f"{len(orders[-1].statements)} statements an order, {CLIENTS} clients"
    return Figure(f"site: web orders/s with reservation, {name}", ours, bare, "orders/s", 0.4, True, note)


def _on_sqlite(folder: Path) -> Figure:
    files = [folder / f"{name}.sqlite" for name in ("record", "bare", "ours")]
    key = _lay_out(f"sqlite:///{files[0]}", folder)
    keys = files[0].with_name(files[0].name + ".keys")
    for file in files[1:]:
        shutil.copy(files[0], file)
        shutil.copy(keys, file.with_name(file.name + ".keys"))
    urls = [f"sqlite:///{file}" for file in files]
    return _compare("SQLite", (urls[0], urls[1], urls[2]), folder, key)


def _on_postgres(folder: Path, server: PostgresServer) -> Figure:
    first = server.create_database()
    key = _lay_out(server.url(first), folder)
    names = [first, server.create_database(first), server.create_database(first)]
    urls = [server.url(name) for name in names]
    return _compare("PostgreSQL", (urls[0], urls[1], urls[2]), folder, key)


def run() -> list[Figure]:
    """Both engines, each against its prototype on the same machine in the same minute."""
    with tempfile.TemporaryDirectory() as name, running_postgres() as server:
        folder = Path(name)
        (folder / "sqlite").mkdir()
        (folder / "postgres").mkdir()
        return [_on_sqlite(folder / "sqlite"), _on_postgres(folder / "postgres", server)]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
