"""Alerts to staff: over a real channel, each thing once, together and not too often; the page about it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from site_sync.domain.problems import ProblemRecord
from site_sync.manager.service_words import retold_in
from site_sync.service import alerts, audit_enquiry, company, problems, turns
from site_sync.service.alerts import Alert
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.jobs.alerts import tell_staff
from site_sync.service.notify import staff_channels
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.manager.browsing import Browser, text_of
from tests.service.shop import NOON
from tests.service.sites import Clock


@dataclass
class Pager:
    """A channel that keeps what it is sent."""

    address: str = ""
    messages: list[str] = field(default_factory=list)
    refuses: bool = False


@pytest.fixture
def pager() -> Iterator[Pager]:
    """A channel on this computer that takes JSON."""
    pager = Pager()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not pager.refuses:
                pager.messages.append(f"{body['title']}: {body['message']}")
            self.send_response(500 if pager.refuses else 200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nothing: the test looks at what came."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    pager.address = f"json://user:geheim99@127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield pager
    server.shutdown()
    thread.join()
    server.server_close()


def connect(root: Browser, pager: Pager) -> None:
    assert root.send("/alerts", "/manager/alerts", address=pager.address).status_code == 200


def drifted(site: Site, number: str = "1") -> None:
    facts: dict[str, object] = {"sku": "JKT", "store": "S01", "reserved": 2, "by_lines": 1}
    problem = ProblemRecord(id=number, at=site.now(), store="S01", code="stock_drift", facts=facts)
    site.database.write(lambda tx: problems.raise_problem(tx, problem))


def test_staff_are_told_once_together_and_again_after_a_day(
    root: Browser, site: Site, pager: Pager, clock: Clock
) -> None:
    connect(root, pager)
    drifted(site)
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), {"trouble": "disk full"}))
    tell_staff(site, retold_in)
    ((message),) = pager.messages
    assert "store S01: reserved stock had drifted and was put right" in message
    assert "the last backup failed" in message
    assert "/manager/" in message
    clock.forward(minutes=2)
    drifted(site, "2")
    tell_staff(site, retold_in)
    assert len(pager.messages) == 1
    clock.forward(minutes=9)
    tell_staff(site, retold_in)
    assert len(pager.messages) == 2
    assert "backup" not in pager.messages[1]
    clock.forward(hours=25)
    tell_staff(site, retold_in)
    assert "the last backup failed" in pager.messages[2]


TOLD = {
    "de": (
        "Handover braucht jemanden",
        "Filiale S01: der reservierte Bestand war abgewichen",
        "Das ist eine Probe",
    ),
    "da": ("Handover har brug for nogen", "butik S01: ", "Dette er en prøve"),
}


@pytest.mark.parametrize("language", sorted(TOLD))
def test_staff_are_told_in_the_shops_language(root: Browser, site: Site, pager: Pager, language: str) -> None:
    site.database.write(lambda tx: company.keep_fact(tx, "company", {"name": "Fjeld", "language": language}))
    connect(root, pager)
    drifted(site)
    tell_staff(site, retold_in)
    root.send("/alerts", "/alerts/test")
    title, words, trial = TOLD[language]
    assert pager.messages[0].startswith(f"{title}: • {words}")
    assert trial in pager.messages[1]


def test_a_channel_that_refuses_is_asked_again_later(
    root: Browser, site: Site, pager: Pager, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("could not be told")
    connect(root, pager)
    drifted(site)
    pager.refuses = True
    tell_staff(site, retold_in)
    pager.refuses = False
    clock.forward(minutes=2)
    tell_staff(site, retold_in)
    assert pager.messages == []
    clock.forward(minutes=15)
    tell_staff(site, retold_in)
    assert len(pager.messages) == 1


def test_the_address_is_kept_sealed_and_never_shown(root: Browser, site: Site, pager: Pager) -> None:
    assert "nobody is told" in root.read("/alerts")
    connect(root, pager)
    page = root.open("/alerts")
    assert "json" in text_of(page)
    assert "geheim99" not in page + root.open("/audit")
    entry = site.database.read(lambda db: audit_enquiry.found(db, Wanted("alert"))).entries[0]
    assert entry.changed == (("channel", None, "json"),)
    assert "geheim99" not in str(site.database.read(lambda db: company.fact(db, alerts.CHANNEL)))
    sent = root.send("/alerts", "/alerts/test")
    assert "Sent" in text_of(sent.text)
    assert pager.messages[0].startswith("Handover: This is a trial.")
    for _ in range(3):
        sent = root.send("/alerts", "/alerts/test")
    assert "Wait a minute" in text_of(sent.text)
    form = {"csrf": root.form("/alerts", "/alerts").fields[0][1], "remove": "yes"}
    assert "nobody is told" in text_of(root.http.post("/manager/alerts", data=form).text)
    tell_staff(site, retold_in)
    assert len(pager.messages) == 3


NO_CHANNELS = ["", "nonsense", "syslog://", "file:///etc/passwd", "json://" + "x" * 1000]


@pytest.mark.parametrize("typed", NO_CHANNELS)
def test_what_is_no_channel_is_refused_in_words(root: Browser, typed: str) -> None:
    answer = root.send("/alerts", "/manager/alerts", address=typed)
    assert answer.status_code == 422
    assert "channel" in text_of(answer.text)


def test_news_are_what_was_not_told_lately() -> None:
    present = (Alert("a", "A"), Alert("b", "B"))
    assert alerts.news({}, present, NOON) == present
    told = {"a": (NOON - timedelta(hours=1)).isoformat()}
    assert alerts.news(told, present, NOON) == (present[1],)
    assert alerts.news(told | {"c": (NOON - timedelta(minutes=9)).isoformat()}, present, NOON) == ()
    assert alerts.news({"a": (NOON - timedelta(hours=24)).isoformat()}, present, NOON) == present


def test_a_backup_that_is_too_old_is_told(site: Site, clock: Clock) -> None:
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), {"name": "a"}))
    settings = site.settings.model_copy(update={"backup_hours": 24})

    def trouble() -> str:
        return site.database.read(lambda db: alerts.backup_trouble(db, settings, site.now()))

    clock.forward(hours=47)
    assert trouble() == ""
    clock.forward(hours=1)
    assert trouble() == "the last backup is 48 hours old"


def test_the_library_is_there_and_channels_are_named_without_secrets() -> None:
    assert staff_channels.installed()
    assert staff_channels.channel_of("slack://one/two/three") == "slack"
