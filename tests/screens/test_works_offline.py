"""What works offline: the table of the rules on a page, with what this till has left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pos_app.operations import cut_off
from pos_app.ui import wording
from pos_app.ui.views import works_offline
from pos_app.ui.widgets.labels import Text
from site_sync.domain.history import OrderRecord
from site_sync.domain.leases import Lease
from site_sync.domain.offline import TABLE, OfflineAct, Verdict
from site_sync.domain.policies import OfflineCollect, Policy
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW, line, order
from tests.desks import CASHIER, MARIA, Bench
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import press

POLICY = Policy(
    offline_order_limit=50_000,
    offline_deposit_limit=20_000,
    offline_orders=20,
    offline_hours=24,
    offline_collect=OfflineCollect.WITH_APPROVAL,
)


def _lend(bench: Bench) -> None:
    device = bench.desk.identity.device
    lease = Lease("l-1", device, "S01", "JKT-1", granted=5, wanted=5, version=1)
    bench.tell(RecordKind.LEASE, f"{device}/JKT-1", lease)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path, policy=POLICY, prepare=_lend)
    opened.till.sign_in(CASHIER)
    opened.rest()
    yield opened
    opened.close()


def test_the_page_opens_from_the_status_and_shows_every_act_with_its_figures(counter: Counter) -> None:
    counter.till.window.navigation.navigate("status")
    counter.rest()
    press(counter.screen.keys["sync", "offline"])
    counter.rest()
    assert counter.page == "works_offline"
    said = {label.text() for label in counter.screen.findChildren(Text)}
    assert {"Take new orders", "Hand over orders that are ready here", "Pay back to cards"} <= said
    assert "up to 500.00 · 20 of 20 orders left · 24 of 24 hours left" in said
    assert "5 units of 1 item are kept for this till and can be promised for certain." in said
    counter.screen.back_pressed.emit()
    counter.rest()
    assert counter.page == "status"


@pytest.mark.parametrize("language", list(wording.Language))
def test_every_act_has_its_words_and_every_no_its_reason(
    counter: Counter, language: wording.Language
) -> None:
    works = counter.ask(cut_off.what_works)
    wording.speak(language, ZoneInfo("Europe/Copenhagen"))
    shown = works_offline.rows(works)
    assert len({one.act for one in shown}) == len(TABLE)
    pairs = zip(shown, works.lines, strict=True)
    assert all(one.detail for one, line in pairs if line.verdict is Verdict.NO)


def test_what_has_no_limit_simply_works(counter: Counter) -> None:
    works = counter.ask(cut_off.what_works)
    line = next(one for one in works.lines if one.act is OfflineAct.ORDER)
    free = replace(line, bounds=tuple(replace(bound, most=None, left=None) for bound in line.bounds))
    (shown,) = works_offline.rows(replace(works, lines=(free,)))
    assert (shown.badge, shown.tone, shown.detail) == ("works", "ok", "")


def _ready_to_collect(bench: Bench) -> None:
    made = order(line(picked=2), paid=2_000)
    ready = replace(made, id="o-1", number="S01-02-000318-4", ready_at=NOW, customer=MARIA)
    bench.tell(RecordKind.ORDER, ready.id, OrderRecord(ready))
    bench.online[0] = False


def test_a_hand_over_offline_says_what_is_approved_and_why(tmp_path: Path) -> None:
    counter = open_counter(tmp_path, policy=POLICY, prepare=_ready_to_collect)
    counter.till.sign_in(CASHIER)
    counter.till.window.navigation.navigate("collect")
    counter.screen.match_chosen.emit("o-1")
    counter.rest()
    press(counter.screen.identity["known"])
    counter.rest()
    counter.press("Hand over")
    said = {label.text() for label in counter.screen.findChildren(Text)}
    assert "Approval for handing over offline" in said
    assert any(words.startswith("This till cannot ask whether another one") for words in said)
    counter.approve("Bodil Boss")
    assert counter.ask(lambda desk: desk.store.orders.order("o-1").closed_at) == NOW
    counter.close()
