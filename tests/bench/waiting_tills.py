"""A thousand tills that wait at the feed: what they cost the site, and how soon all hear of an order."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import httpx

from site_sync.service import changes, enrolment
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import Newcomer, NewTill
from site_sync.service.wiring import Site
from tests.bench.figures import Figure, percentile
from tests.bench.growth import body
from tests.bench.web_orders import PATH, lay_out, open_site_at, server
from tests.fixtures.ports import find_free_port
from tests.service.serving import client

TILLS, ROUNDS = 1_000, 5
SETTLED_S = 3.0
WAKE_P50_MS, WAKE_LAST_MS, KILOBYTES_EACH = 500.0, 1_000.0, 200.0


def _enrol(site: Site) -> list[tuple[str, str]]:
    """A token and the feed's head for each of the tills, all of one store."""

    def let_in(tx: Transaction) -> list[str]:
        tokens = []
        for number in range(TILLS):
            code, token = f"WAIT-{number:05}", site.around.secret()
            enrolment.offer(tx, code, NewTill("S01", f"{number:04}"), site.now())
            enrolment.enrol(tx, code, Newcomer(site.new_id(), token, "bench", "bench"), site.now())
            tokens.append(token)
        return tokens

    tokens = site.database.write(let_in)
    head = changes.cursor_text(site.identity.epoch, site.database.read(changes.head))
    return [(token, head) for token in tokens]


def _kilobytes(process: int) -> float:
    """What a process holds in memory."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


def _create(shop: httpx.Client, number: int) -> float:
    """Send a web order; when it was sent."""
    headers = {"Idempotency-Key": f"wait-{number}", "Content-Type": "application/json"}
    begun = perf_counter()
    answer = shop.post(PATH, content=body(number), headers=headers)
    if answer.status_code != 201:
        raise RuntimeError(answer.text)
    return begun


def _settle(readers: subprocess.Popen[bytes]) -> None:
    """Let all of them come to wait; they end only when they heard something."""
    with suppress(subprocess.TimeoutExpired):
        readers.wait(SETTLED_S)
        raise RuntimeError("the tills did not wait")


def _round(port: int, shop: httpx.Client, folder: Path, number: int) -> list[float]:
    """Milliseconds from the sending of an order to the answer at each till."""
    words = [sys.executable, "-m", "tests.bench.feed_readers", "wait", str(port), str(folder / "tills")]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as readers:
        _settle(readers)
        begun = _create(shop, number)
        heard = json.loads(readers.communicate(timeout=70)[0])
    return [1000 * (at - begun) for at in heard]


def _held(port: int, site_process: int, shop: httpx.Client, folder: Path) -> float:
    """Kilobytes of the site for each till that waits."""
    before = _kilobytes(site_process)
    words = [sys.executable, "-m", "tests.bench.feed_readers", "wait", str(port), str(folder / "tills")]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as readers:
        _settle(readers)
        held = (_kilobytes(site_process) - before) / TILLS
        _create(shop, 0)
        readers.communicate(timeout=70)
    return held


def _measure(folder: Path) -> tuple[float, list[float], list[float]]:
    """Kilobytes for each till; times of all tills over all rounds; the last till's time of each round."""
    url = f"sqlite:///{folder / 'site.sqlite'}"
    key = lay_out(url, folder)
    site = open_site_at(url, folder)
    file = folder / "tills"
    tills = _enrol(site)
    file.write_text(json.dumps(tills), encoding="utf-8")
    port = find_free_port()
    words = ["--database", url, "--data", str(folder), "--port", str(port), "--stop-with-input"]
    times, last = [], []
    with (
        server(["site_sync.site", "serve", *words], port) as process,
        client(f"http://127.0.0.1:{port}", key) as shop,
    ):
        held = _held(port, process.pid, shop, folder)
        for number in range(1, ROUNDS + 1):
            head = changes.cursor_text(site.identity.epoch, site.database.read(changes.head))
            file.write_text(json.dumps([(token, head) for token, _ in tills]), encoding="utf-8")
            heard = _round(port, shop, folder, number)
            times += heard
            last.append(heard[-1])
    site.close()
    return held, times, last


def run() -> list[Figure]:
    """All of one store, which is the worst."""
    with tempfile.TemporaryDirectory() as name:
        held, times, last = _measure(Path(name))
    note = f"{TILLS:,} tills of one store, {ROUNDS} orders"
    return [
        Figure("site: memory for a waiting till", held, KILOBYTES_EACH, "kB", 1.0, note=note),
        Figure("site: waiting tills wake, p50", percentile(times, 0.5), WAKE_P50_MS, "ms", 1.0, note=note),
        Figure("site: the last waiting till wakes", max(last), WAKE_LAST_MS, "ms", 1.0, note=note),
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
