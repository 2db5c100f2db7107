"""Tests of the site as the till's child: ready, reachable, gone with the till."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.background.embedded_site import EmbeddedSite, SiteTaskFailed
from tests.fixtures.logs import ExpectedLogs

pytestmark = pytest.mark.long

ORPHAN = """
import sys, pathlib
from PySide6.QtCore import QCoreApplication
from pos_app.background.embedded_site import EmbeddedSite
application = QCoreApplication([])
site = EmbeddedSite(pathlib.Path(sys.argv[1]))
site.ready.connect(lambda url: print(url, flush=True))
site.start()
application.exec()
"""


def status(url: str) -> int:
    """HTTP status of the site's readiness, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=10) as answer:
            return int(answer.status)
    except OSError:
        return 0


def test_the_site_is_ready_and_stops_with_the_till(qtbot: QtBot, tmp_path: Path) -> None:
    site = EmbeddedSite(tmp_path / "site")
    assert "stores" in site.do("demo-data", "--without-orders")
    with qtbot.waitSignal(site.ready, timeout=60_000) as ready:
        site.start()
        site.start()
    url = ready.args[0]
    assert url.startswith("http://127.0.0.1:")
    assert status(url) == 200
    site.stop()
    assert status(url) == 0
    site.stop()


def test_a_site_that_was_killed_comes_back_at_the_same_address(
    qtbot: QtBot, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("ended by itself")
    site = EmbeddedSite(tmp_path / "site")
    with qtbot.waitSignal(site.ready, timeout=60_000) as first:
        site.start()
    process = site._process
    assert process is not None
    with qtbot.waitSignal(site.ready, timeout=60_000) as second:
        process.kill()
    assert second.args == first.args
    assert status(second.args[0]) == 200
    site.stop()


def test_a_task_that_is_refused_says_why(tmp_path: Path) -> None:
    site = EmbeddedSite(tmp_path / "site")
    with pytest.raises(SiteTaskFailed, match="NOWHERE"):
        site.do("enrol-code", "--store", "NOWHERE", "--till", "01")


def test_a_demo_shop_that_cannot_be_prepared_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    site = EmbeddedSite(tmp_path / "site")
    with qtbot.waitSignal(site.failed, timeout=60_000) as failed:
        site.prepare("--store", "NOWHERE", "--till", "01")
    assert "NOWHERE" in failed.args[0]


def test_a_site_that_cannot_start_tells_its_last_words(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "site.sqlite").write_bytes(b"no database" * 1000)
    site = EmbeddedSite(folder)
    with qtbot.waitSignal(site.failed, timeout=60_000) as failed:
        site.start()
    assert "site.sqlite" in failed.args[0]
    site.stop()


def test_a_killed_till_leaves_no_orphan(tmp_path: Path) -> None:
    words = [sys.executable, "-c", ORPHAN, str(tmp_path / "site")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as till:
        assert till.stdout is not None
        url = till.stdout.readline().strip()
        assert status(url) == 200
        till.kill()
        till.wait()
        # The site holds the other end of the till's standard error no more once it has ended.
        till.stdout.read()
    for _ in range(1000):
        if status(url) == 0:
            break
    assert status(url) == 0
