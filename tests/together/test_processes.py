"""Several processes of one site on one PostgreSQL: they wake each other's tills and share the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx
import pytest
from sqlalchemy import select

from site_sync.protocol.envelope import Envelope, Push, PushAnswer, Result, ResultKind
from site_sync.service import changes, soundness, webhook_desk, webhook_outbox
from site_sync.service.backup import shelf
from site_sync.service.database import tables as t
from site_sync.service.webhook_outbox import Subscription
from site_sync.service.wiring import Site
from tests.fixtures.ports import find_free_port
from tests.service import shop
from tests.service.receiver import receiving
from tests.service.serving import client
from tests.service.shop import STOVE, Commands, new_line
from tests.service.sites import CODE_KEY, SEAL_KEY, Clock, make_site
from tests.service.tills import Till, enrol

pytestmark = pytest.mark.long
LONG_WAIT = 25.0
MANY = 20
"""Orders that come while a process stops."""


class Process:
    """`handover-site serve` on a loopback port of its own."""

    def __init__(self, url: str, folder: Path, port: int = 0) -> None:
        self.port = port or find_free_port()
        place = ["--database", url, "--data", str(folder), "--port", str(self.port)]
        environment = os.environ | {"HANDOVER_CODE_KEY": CODE_KEY, "HANDOVER_SEAL_KEY": SEAL_KEY}
        command = [sys.executable, "-m", "site_sync.site", "serve", *place]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> Process:
        """Itself, once it listens."""
        assert self._process.stdout is not None
        assert "is ready on" in self._process.stdout.readline()
        return self

    def stop(self) -> int:
        """Ask it to stop as systemd does; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def close(self) -> None:
        """Nothing of it stays."""
        self._process.kill()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass
class Sender:
    """A till's sync thread: sends one order after another, to whichever process answers."""

    till: Till
    addresses: list[str]
    commands: Commands
    results: list[Result] = field(default_factory=list)
    refused: int = 0
    moved: int = 0
    _wanted: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _stop: threading.Event = field(default_factory=threading.Event)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def work(self) -> None:
        """One order for each that is wanted, until told to stop."""
        with ExitStack() as open_ones:
            calls = [open_ones.enter_context(client(address, self.till.token)) for address in self.addresses]
            while self._wanted.acquire() and not self._stop.is_set():
                self._send(calls, self.till.seal(self.commands.create(new_line(STOVE))))

    def _send(self, calls: list[httpx.Client], envelope: Envelope) -> None:
        """The same envelope until somebody answers it."""
        body = Push(envelopes=(envelope,)).model_dump_json()
        while True:
            try:
                answer = calls[0].post("/sync/v1/commands", content=body)
                if answer.status_code == 200:
                    break
                self.refused += 1
            except httpx.TransportError:
                calls.append(calls.pop(0))
                self.moved += 1
        with self._news:
            self.results += PushAnswer.model_validate_json(answer.content).results
            self._news.notify_all()

    def want(self, count: int) -> None:
        """Let so many more be sent, one right after another."""
        self._wanted.release(count)

    def reached(self, count: int) -> bool:
        """Wait until so many commands were answered in all."""
        with self._news:
            return self._news.wait_for(lambda: len(self.results) >= count, 60)

    def stop(self) -> None:
        """Send no more."""
        self._stop.set()
        self._wanted.release()


@pytest.fixture
def site(postgres_database: str, tmp_path: Path) -> Iterator[Site]:
    """The site as its operator reaches it, with stoves enough for everybody."""
    site = make_site(postgres_database, tmp_path, Clock())
    site.database.write(shop.fill)
    many = t.stock.update().where(t.stock.c.sku == "STV").values(on_hand=100_000)
    site.database.write(lambda tx: tx.execute(many) and None)
    yield site
    site.close()


def waiting(calls: httpx.Client) -> bool:
    """Whether a till waits at that process."""
    return "handover_tills_waiting 1" in calls.get("/metrics").text


def test_processes_share_a_site_and_stop_one_after_another(site: Site, tmp_path: Path) -> None:
    here, there = enrol(site), enrol(site, till="03")
    with ExitStack() as stack:
        hooks = stack.enter_context(receiving())
        secret = webhook_desk.kept_secret(site, "hooks", "whsec_" + "c3Rvcm0" * 6)
        new = Subscription("hooks", "", hooks.url, (), secret)
        site.database.write(lambda tx: webhook_outbox.subscribe(tx, new, site.now()))
        started = [Process(site.database.url, tmp_path) for _ in range(2)]
        for process in started:
            stack.callback(process.close)
            process.ready()
        first, second = started
        sender = Sender(here, [first.address, second.address], Commands())
        _woken_at_the_other(site, sender, there)
        thread = threading.Thread(target=sender.work)
        thread.start()
        stack.callback(thread.join)
        stack.callback(sender.stop)
        sender.want(MANY)
        assert sender.reached(2)
        _waits_until_stopped(site, there, first)
        assert sender.reached(MANY)
        third = Process(site.database.url, tmp_path, first.port)
        stack.callback(third.close)
        third.ready()
        sender.want(MANY)
        assert sender.reached(MANY + 2)
        assert second.stop() == 0
        assert sender.reached(2 * MANY)
        sender.stop()
        thread.join()
        _nothing_lost(site, sender, hooks.calls)
        assert len(shelf.shelved(site.settings.backup_folder)) == 1


def _woken_at_the_other(site: Site, sender: Sender, there: Till) -> None:
    """An order that comes in at one process reaches a till that waits at the other."""
    answers: list[httpx.Response] = []
    here, addresses = sender.till, sender.addresses
    cursor = changes.cursor_text(site.identity.epoch, site.database.read(changes.head))
    with client(addresses[0], here.token) as sending, client(addresses[1], there.token) as waits:
        asked: dict[str, str | float] = {"cursor": cursor, "wait": LONG_WAIT}
        thread = threading.Thread(target=lambda: answers.append(waits.get("/sync/v1/changes", params=asked)))
        begun = monotonic()
        thread.start()
        with client(addresses[1]) as watching:
            while not waiting(watching):
                assert monotonic() - begun < LONG_WAIT
        body = Push(envelopes=(here.seal(sender.commands.create()),)).model_dump_json()
        assert sending.post("/sync/v1/commands", content=body).status_code == 200
        thread.join()
        assert monotonic() - begun < LONG_WAIT / 2
    assert "order" in [one["kind"] for one in answers[0].json()["changes"]]


def _waits_until_stopped(site: Site, till: Till, process: Process) -> None:
    """A till that waits at a process that stops is let go with an answer."""
    answers: list[httpx.Response] = []
    with client(process.address, till.token) as calls:

        def follow() -> None:
            cursor = changes.cursor_text(site.identity.epoch, site.database.read(changes.head))
            while True:
                try:
                    answers.append(
                        calls.get("/sync/v1/changes", params={"cursor": cursor, "wait": LONG_WAIT})
                    )
                except httpx.TransportError:
                    return
                cursor = answers[-1].json()["cursor"]

        thread = threading.Thread(target=follow)
        thread.start()
        assert process.stop() == 0
        thread.join()
    assert all(answer.status_code == 200 for answer in answers)


def _nothing_lost(site: Site, sender: Sender, calls: list[tuple[dict[str, str], str]]) -> None:
    assert (sender.refused, sender.moved >= 2) == (0, True)
    assert {one.kind for one in sender.results} == {ResultKind.APPLIED}
    query = select(t.commands.c.command_id).where(t.commands.c.device == sender.till.device)
    there = list(site.database.read(lambda db: db.execute(query).scalars().all()))
    assert sorted(there) == sorted(one.command_id for one in sender.till.sent)
    told = Counter(json.loads(body)["id"] for _, body in calls)
    assert told
    assert set(told.values()) == {1}
    assert all(not found for _, found in site.database.read(soundness.looked_through))
