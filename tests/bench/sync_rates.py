"""Commands per second up and changes per second down, by 1, 8 and 32 tills, against their bare statements."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx
from sqlalchemy import create_engine, text

from site_sync.protocol.envelope import Push
from site_sync.serving import application
from tests.bench.bare_site import postgres_runner, sqlite_runner
from tests.bench.figures import Figure
from tests.bench.fleet import PUSH_PATH, Ground, numbers, on_postgres, on_sqlite
from tests.bench.load import send
from tests.bench.recorded import Recorded, recording
from tests.bench.web_orders import open_site_at, server
from tests.fixtures.ports import find_free_port
from tests.fixtures.postgres import running_postgres
from tests.service.serving import client, served

TILLS = 32
COMMANDS, OF_EACH = 600, 50
"""One till alone sends the first number; of several, each sends the second."""
BARE_SHARE = 0.25
CHANGES_A_SECOND = 2_000.0


def _bare(ground: Ground) -> float:
    """Commands per second of their recorded statements alone: a transaction each, on one connection."""
    recorded: list[Recorded] = []
    till = ground.tills[0]
    with recording(recorded):
        site = open_site_at(ground.copy(), ground.folder)
        with served(application(site)) as address, client(address, till.token) as http:
            for envelope in till.envelopes:
                body = Push(envelopes=(envelope,)).model_dump_json().encode()
                recorded.append(Recorded(body))
                _accepted(http.post(PUSH_PATH, content=body, headers={"Content-Type": "application/json"}))
        site.close()
    url = ground.copy()
    sqlite = url.startswith("sqlite")
    run = sqlite_runner(url.removeprefix("sqlite:///")) if sqlite else postgres_runner(url)
    begun = perf_counter()
    for one in recorded:
        run(one)
    return len(recorded) / (perf_counter() - begun)


def _accepted(answer: httpx.Response) -> None:
    if [one["kind"] for one in answer.json().get("results", ())] != ["applied"]:
        raise RuntimeError(f"a command was not applied: {answer.text[:500]}")


@contextmanager
def _site(url: str, folder: Path) -> Iterator[int]:
    port = find_free_port()
    words = ["--database", url, "--data", str(folder), "--port", str(port)]
    with server(["site_sync.site", "serve", *words, "--stop-with-input"], port):
        yield port


def _count(url: str, query: str) -> int:
    engine = create_engine(url)
    with engine.connect() as db:
        found = int(db.execute(text(query)).scalar_one())
    engine.dispose()
    return found


def _pushed(ground: Ground, tills: int) -> tuple[float, float]:
    """Commands per second, and changes per second when all who pushed then read what they missed."""
    some = COMMANDS if tills == 1 else OF_EACH
    callers, url = ground.tills[:tills], ground.copy()
    before = _count(url, "SELECT count(*) FROM commands")
    with _site(url, ground.folder) as port:
        seconds, seen = send(port, [till.pushes(some) for till in callers], ground.folder / "pushes")
        changes = _read(port, ground, tills)
    applied = _count(url, "SELECT count(*) FROM commands") - before
    if set(seen) != {200} or applied != tills * some or _count(url, "SELECT count(*) FROM problems"):
        raise RuntimeError(f"not every command was applied: {seen}, {applied}")
    return applied / seconds, changes


def _read(port: int, ground: Ground, tills: int) -> float:
    file = ground.folder / "readers"
    file.write_text(json.dumps([(till.token, till.cursor) for till in ground.tills[:tills]]))
    words = [sys.executable, "-m", "tests.bench.feed_readers", "read", str(port), str(file)]
    said = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return float(said["changes"]) / float(said["seconds"])


def _measure(ground: Ground) -> list[Figure]:
    bare, figures = _bare(ground), []
    for tills in (1, 8, TILLS):
        commands, changes = _pushed(ground, tills)
        name = f"{ground.name}, {tills} till{'s' if tills > 1 else ''}"
        figures.append(
            Figure(
                f"site: commands/s, {name}", commands, bare, "/s", BARE_SHARE, True, "peer: statements alone"
            )
        )
        figures.append(Figure(f"site: changes/s, {name}", changes, CHANGES_A_SECOND, "/s", 1.0, True))
    return figures


def run() -> list[Figure]:
    """On both engines."""
    waiting = tuple(numbers(COMMANDS, OF_EACH, TILLS))
    with tempfile.TemporaryDirectory() as name, running_postgres(durable=True) as postgres:
        folder = Path(name)
        on_files = _measure(on_sqlite(folder / "sqlite", waiting))
        return on_files + _measure(on_postgres(folder / "postgres", postgres, waiting))


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
