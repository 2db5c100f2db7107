"""An order arrives: the counter goes up, it is heard and said, and its slip comes out of this printer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.hardware.sounds import SoundPlayer
from pos_app.operations.desk import Desk
from pos_app.operations.device_settings import Habits, keep_habits
from pos_app.ui.resources import resource
from pos_app.ui.widgets.chips import CounterChip
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order, Quantities
from site_sync.protocol.changes import RecordKind
from tests.desks import CASHIER, Bench, Clock
from tests.hardware.fake_player import Player
from tests.screens.counter import Counter, open_counter


@pytest.fixture
def counter(tmp_path: Path, player: Player) -> Iterator[Counter]:
    sounds = SoundPlayer(resource("sounds"), tmp_path / "quieter")
    opened = open_counter(tmp_path, sounds=sounds)
    opened.till.sign_in(CASHIER)
    opened.rest()
    yield opened
    opened.close()
    sounds.close()


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    with Player.on_path(tmp_path / "bin", monkeypatch) as found:
        yield found


def _to_pick(counter: Counter) -> str:
    chips = counter.till.window.top_bar.findChildren(CounterChip)
    return next(chip.accessibleName() for chip in chips if chip.code == "pick")


def _told_by_the_site(desk: Desk, like: Order) -> Order:
    """An order of the web shop that is like another one."""
    order = replace(like, id="from-the-web", number="W-000482-9", payments=())
    Bench(desk, Clock()).tell(RecordKind.ORDER, order.id, OrderRecord(order))
    return order


def test_an_order_that_arrives_is_seen_heard_said_and_printed_once(
    counter: Counter, player: Player, qtbot: QtBot
) -> None:
    counter.till.at.heed(counter.ask(keep_habits, Habits(100, slips=True)))
    order = counter.ask(_told_by_the_site, counter.saved_with_deposit("JKT-1"))
    assert _to_pick(counter) == "To pick 1"
    for _ in range(2):
        counter.devices.sync.order_arrived.emit(order.id)
        counter.rest()
    assert _to_pick(counter) == "To pick 2"
    qtbot.waitUntil(lambda: player.heard() == ["arrived", "arrived"])
    assert any(order.number in words for words in counter.till.said())
    jobs = counter.ask(lambda desk: desk.store.print_jobs.of_order(order.id))
    assert [job.document.kind for job in jobs] == [DocumentKind.PICKING_SLIP]
    qtbot.waitUntil(lambda: counter.papers.exists() and b"W-000482-9" in counter.papers.read_bytes())


def test_what_fits_and_what_does_not_sound_different_and_silence_is_kept(
    counter: Counter, player: Player, qtbot: QtBot
) -> None:
    counter.till.at.heed(Habits(100))
    counter.devices.scans.take("4000000000006")
    counter.rest()
    qtbot.waitUntil(lambda: player.heard() == ["refused"])
    counter.till.at.heed(replace(Habits(), volume=0))
    counter.devices.scans.take("4000000000013")
    counter.rest()
    assert player.heard() == ["refused"]


def _expired_at_the_site(desk: Desk, like: Order) -> None:
    """An order nobody fetched in time, as the site tells of it."""
    lines = tuple(replace(line, quantities=Quantities(to_put_back=1)) for line in like.lines)
    late = replace(like, id="late", number="W-000483-7", payments=(), lines=lines)
    Bench(desk, Clock()).tell(RecordKind.ORDER, late.id, OrderRecord(late))


def test_goods_to_put_back_are_said_once_when_they_become_more(counter: Counter) -> None:
    like = counter.saved_with_deposit("JKT-1")
    words = "1 order has goods to put back."
    assert words not in counter.till.said()
    counter.ask(_expired_at_the_site, like)
    for _ in range(2):
        counter.devices.sync.orders_changed.emit({"late"})
        counter.rest()
    assert counter.till.said().count(words) == 1
