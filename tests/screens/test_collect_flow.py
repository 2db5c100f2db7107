"""The counter at work: who waits how long, signatures, codes used twice and bags of others, by clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pos_app.hardware.sounds import Sound
from pos_app.operations import collecting, picking
from pos_app.operations.desk import Acting, Changed
from pos_app.operations.device_settings import Habits
from pos_app.ui.widgets.keys import ActionTile
from pos_app.ui.widgets.signature import SignatureView
from site_sync.domain.codes import collect_code
from site_sync.domain.commands import Pick
from site_sync.domain.orders import ArrivalState, ClosedAs, Order, Stage
from site_sync.domain.policies import DepositPolicy, Policy
from site_sync.domain.signatures import strokes_of
from site_sync.domain.tokens import COLLECT, derive_token
from tests.desks import CASHIER, KEY, PICKER, acting
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import heard, named, press, strike, type_text


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path, policy=Policy(deposit=DepositPolicy(minimum_percent=10_000)))
    opened.till.sign_in(CASHIER)
    opened.rest()
    yield opened
    opened.close()


def _ready(counter: Counter) -> Order:
    """A paid order whose bag lies on its shelf."""
    counter.order("BTL-2")
    counter.tile("pay_deposit")
    counter.tile("cash")
    counter.press("Next customer")
    order, who = counter.newest(), Acting(PICKER)
    counter.ask(picking.claim, who, (order.id,))
    counter.ask(picking.pick, who, order.id, Pick(1, 1))
    made = counter.ask(picking.confirm, who, order.id, {1: "C1"})
    assert isinstance(made, Changed)
    assert made.order.stage is Stage.TO_COLLECT
    return made.order


def _show_code(counter: Counter, order: Order) -> None:
    token = derive_token(KEY, COLLECT, order.id, order.code_issue)
    counter.devices.scans.take(collect_code(order.number, token))
    counter.rest()


def _write(counter: Counter) -> None:
    """Two strokes with the finger."""
    pad = counter.screen.pad
    left, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    middle = pad.rect().center()
    for start, end in (((-80, -30), (40, 30)), ((60, -20), (90, 20))):
        QTest.mousePress(pad, button, left, middle + QPoint(*start))
        QTest.mouseMove(pad, middle + QPoint((start[0] + end[0]) // 2, 0))
        QTest.mouseMove(pad, middle + QPoint(*end))
        QTest.mouseRelease(pad, button, left, middle + QPoint(*end))


def test_a_signature_is_written_kept_and_shown_with_the_order(counter: Counter) -> None:
    counter.till.at.heed(Habits(signature=True))
    order = _ready(counter)
    _show_code(counter, order)
    counter.press("Hand over")
    assert named(
        counter.screen, f"Maria Jensen signs for {order.number}. The signature is kept with the order."
    )
    counter.press("Signed")
    assert counter.record(order).order.stage is Stage.TO_COLLECT
    _write(counter)
    counter.press("Clear")
    counter.press("Signed")
    assert counter.record(order).order.stage is Stage.TO_COLLECT
    _write(counter)
    counter.press("Signed")
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.COLLECTED
    signed = [entry.facts["signature"] for entry in now.history if "signature" in entry.facts]
    assert [len(strokes_of(str(text))) for text in signed] == [2]
    counter.till.window.navigation.navigate("orders", tab="done")
    counter.rest()
    counter.screen.order_chosen.emit(order.id)
    counter.rest()
    shown = counter.screen.findChildren(SignatureView)
    assert [view.accessibleName() for view in shown] == ["Signed by Maria Jensen"]


def test_an_order_is_found_by_typing_a_name_also_when_it_is_the_only_one(counter: Counter) -> None:
    order = _ready(counter)
    counter.till.window.navigation.navigate("collect")
    counter.press("Find without a code")
    type_text(counter.screen.reader.search, "maria")
    strike(counter.screen.reader.search, Qt.Key.Key_Return)
    counter.rest()
    (tile,) = counter.screen.reader.findChildren(ActionTile)
    assert order.number in tile.accessibleDescription()
    press(tile)
    counter.rest()
    press(counter.screen.identity["known"])
    counter.rest()
    counter.press("Hand over")
    assert counter.record(order).order.closed_as is ClosedAs.COLLECTED


def test_without_the_setting_nobody_signs_and_one_may_go_back_from_signing(counter: Counter) -> None:
    order = _ready(counter)
    counter.till.at.heed(Habits(signature=True))
    _show_code(counter, order)
    counter.press("Hand over")
    counter.press("Back to the order")
    counter.till.at.heed(Habits(signature=False))
    counter.press("Hand over")
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.COLLECTED
    assert not any("signature" in entry.facts for entry in now.history)


def test_a_code_used_twice_is_refused_with_who_and_when(counter: Counter) -> None:
    order = _ready(counter)
    _show_code(counter, order)
    counter.press("Hand over")
    sounds = heard(counter.till.at.sounded)
    _show_code(counter, order)
    assert counter.screen.reader.state.text() == f"{order.number} is closed"
    said = counter.till.said()[-1]
    assert order.number in said
    assert CASHIER.name in said
    assert "at S01" in said
    assert (Sound.REFUSED,) in sounds


def test_who_waits_longest_stands_first_with_the_time(counter: Counter) -> None:
    first, second = _ready(counter), _ready(counter)
    counter.ask(collecting.arrive, acting(), first.id, ArrivalState.ON_THE_WAY)
    counter.ask(collecting.arrive, acting(), second.id, ArrivalState.HERE)
    people = counter.ask(collecting.here_now)
    assert [one.row.id for one in people] == [second.id, first.id]
    counter.till.window.navigation.navigate("collect")
    counter.rest()
    assert any("here for 0 s" in words for words in _details(counter))
    assert any("on the way for 0 s" in words for words in _details(counter))


def _details(counter: Counter) -> list[str]:
    return [
        f"{tile.accessibleName()} {tile.accessibleDescription()}"
        for tile in counter.screen.waiting.findChildren(ActionTile)
    ]


def test_a_bag_of_somebody_else_is_refused_and_heard(counter: Counter) -> None:
    mine, other = _ready(counter), _ready(counter)
    _show_code(counter, mine)
    sounds = heard(counter.till.at.sounded)
    counter.devices.scans.take(f"BG1.{other.number}.1")
    counter.rest()
    assert counter.screen.reader.state.text() == f"This bag belongs to {other.number}"
    counter.devices.scans.take(f"BG1.{mine.number}.1")
    counter.rest()
    assert sounds == [(Sound.REFUSED,), (Sound.ACCEPTED,)]


def test_the_counter_has_the_whole_screen_when_wanted(counter: Counter) -> None:
    counter.till.window.navigation.navigate("collect")
    counter.rest()
    bar = counter.till.window.top_bar
    counter.press("Full screen")
    assert (bar.isVisible(), counter.screen.reader.back.isVisible()) == (False, False)
    counter.press("Leave full screen")
    assert (bar.isVisible(), counter.screen.reader.back.isVisible()) == (True, True)
