"""How a till stands to its site, in words: a wrong clock, a copied till, versions apart, what came anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import SignalInstance
from pytestqt.qtbot import QtBot

from pos_app.background.sync import LinkState
from pos_app.operations.device_care import TillFacts
from pos_app.ui.flows.enrol_flow import PAGE
from pos_app.ui.views.status import ENROL_AGAIN, advice_for, sync_dots, sync_part
from site_sync.domain.codes import encode_token
from site_sync.protocol.changes import Enrolled, RecordKind
from site_sync.worker.worker import Link
from tests.builders import NOW
from tests.desks import BOSS, KEY, Bench
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import press
from tests.worker.scripted_site import Answer, ScriptedSite

STOPPING = ("device_fenced", "device_revoked", "unauthorised", "upgrade_needed", "site_too_old")
ENROLLED = Enrolled(
    service="site", epoch="e1", device="device-new", token="t2", store="S01", till="02", profile="till",
    code_key=KEY.hex(),
)  # fmt: skip


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path)
    opened.till.sign_in(BOSS)
    opened.rest()
    yield opened
    opened.close()


def test_the_bar_tells_of_a_clock_that_is_wrong_and_of_no_other() -> None:
    fast = LinkState(Link.ONLINE, clock_ahead=timedelta(hours=-3))
    slow = LinkState(Link.OFFLINE, clock_ahead=timedelta(minutes=7))
    assert [dot.text for dot in sync_dots(fast, 0)] == ["Synced", "Clock 3 h fast"]
    assert [dot.text for dot in sync_dots(slow, 2)] == ["Offline · 2 waiting", "Clock 7 min slow"]
    assert len(sync_dots(LinkState(Link.ONLINE, clock_ahead=timedelta(seconds=119)), 0)) == 1


def test_the_status_tells_what_the_centre_does_about_a_wrong_clock() -> None:
    facts = TillFacts(0, "e1", {}, clock_ahead=timedelta(hours=-3))
    part = sync_part(LinkState(Link.ONLINE), facts, NOW)
    assert ("Clock of this till", "3 h fast") in part.facts
    assert part.advice == ("Times are corrected by the centre. Set the clock of this computer.",)
    assert sync_part(LinkState(Link.ONLINE), TillFacts(0, "e1", {}), NOW).advice == ()


def test_the_status_tells_what_was_loaded_again_for_a_day() -> None:
    old = {RecordKind.ORDER: NOW - timedelta(days=2)}
    new = dict.fromkeys((RecordKind.ITEM, RecordKind.SOURCE, RecordKind.TENDER), NOW)
    facts = TillFacts(0, "e1", {}, reloaded=new | old)
    part = sync_part(LinkState(Link.ONLINE), facts, NOW)
    told = [value for name, value in part.facts if name == "Loaded again"]
    assert [value.partition(",")[0] for value in told] == ["Catalogue", "Settings"]


@pytest.mark.parametrize("code", STOPPING)
def test_a_till_that_is_not_let_in_says_why_what_to_do_and_that_nothing_is_lost(code: str) -> None:
    part = sync_part(LinkState(Link.STOPPED, code), TillFacts(3, "e1", {}), NOW)
    assert part.facts[0][0] == "Why"
    assert "Unknown" not in part.facts[0][1]
    assert part.advice == (advice_for(code), "3 changes wait here and are kept.")
    assert (("enrol", "Enrol again") in part.acts) is (code in ENROL_AGAIN)


def _answered(counter: Counter, qtbot: QtBot, signal: SignalInstance) -> None:
    """Touch the key that enrols, until the site has answered."""
    with qtbot.waitSignal(signal, timeout=10_000):
        press(counter.screen.done)
    counter.rest()


def test_a_copied_till_says_so_at_once_and_is_enrolled_again_from_its_status(
    counter: Counter, qtbot: QtBot
) -> None:
    sync = counter.devices.sync
    pending = counter.ask(lambda desk: desk.store.outbox.pending_count())
    sync.link_changed.emit(LinkState(Link.STOPPED, "device_fenced"))
    sync._state = LinkState(Link.STOPPED, "device_fenced")
    counter.rest()
    assert any("A copy of this till is at work" in words for words in counter.said())
    counter.till.window.navigation.navigate("status")
    counter.rest()
    press(counter.screen.keys["sync", "enrol"])
    counter.rest()
    refused = Answer({"code": "enrolment_elsewhere"}, 409)
    site = ScriptedSite(refused, Answer(ENROLLED.model_dump(mode="json")))
    press(counter.screen.done)
    assert counter.page == PAGE, "no code was typed"
    counter.devices.scans.take("WXYZ-2345")
    counter.screen.address.set_text(site.url)
    counter.ask(lambda desk: setattr(desk.store.room, "reserve", 10**18))
    _answered(counter, qtbot, sync.enrolment_failed)
    assert ("disk of this till" in counter.screen.error(), site.asked) == (True, [])
    counter.ask(lambda desk: setattr(desk.store.room, "reserve", 0))
    _answered(counter, qtbot, sync.enrolment_failed)
    assert "for another till" in counter.screen.error()
    assert counter.screen.hint().startswith("Site Manager makes the code")
    _answered(counter, qtbot, sync.enrolled)
    assert counter.page == "status"
    assert any("What waits is being sent." in words for words in counter.said())
    assert [(asked.path, asked.body["holds_for"]) for asked in site.asked] == [
        ("/sync/v1/enrol", "S01-02" if pending else "")
    ] * 2
    assert counter.ask(lambda desk: desk.identity.device) == "device-new"
    assert counter.ask(lambda desk: desk.store.outbox.pending_count()) == pending
    site.close()


def _cut_off_for_long(bench: Bench) -> None:
    bench.online[0] = False
    bench.clock.move(hours=73)


def test_after_three_days_without_the_centre_a_badge_is_told_so(tmp_path: Path) -> None:
    counter = open_counter(tmp_path, prepare=_cut_off_for_long)
    counter.badge(f"ST1.{encode_token(bytes(16))}")
    words = "This till has not reached the centre for 72 hours. Connect it, then sign in"
    assert [said for said in counter.said() if said.startswith(words)], counter.said()
    counter.close()
