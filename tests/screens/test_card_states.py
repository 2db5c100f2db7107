"""The card terminal at the whole till: each way it can end, who decides, and a till that dies midway."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.background.card import POLL_MS
from pos_app.background.card_line import connect
from pos_app.operations import loose_cards, paying
from pos_app.operations.desk import Desk
from pos_app.store.card_attempts import AttemptState
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from tests.builders import NOW
from tests.desks import BOSS, CASHIER
from tests.hardware.fake_stripe import KEY, READER, FakeStripe, serving
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import named

ROOT = Path(__file__).resolve().parents[2]
PRICE = 12_900
Open = Callable[[str], Counter]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the till with what its card terminal will do."""
    counters = []

    def open_it(card: str) -> Counter:
        counters.append(open_counter(tmp_path, card=card))
        counters[-1].till.sign_in(CASHIER)
        counters[-1].rest()
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def _pay_by_card(counter: Counter) -> None:
    counter.scan("JKT-1")
    counter.pay()
    counter.tile("card")


def _keys(counter: Counter) -> list[str]:
    return [one.label for one in counter.screen.card.findChildren(Key) if one.isVisible()]


def test_a_declined_card_says_why_and_may_be_tried_again(opened: Open) -> None:
    counter = opened("decline:0, ok:0")
    _pay_by_card(counter)
    assert named(counter.screen, "Card declined").isVisible()
    assert _keys(counter) == ["Another tender", "Try again"]
    counter.press("Try again")
    counter.press("Next customer")
    assert counter.moved("card") == PRICE


def test_a_waiting_terminal_is_stopped_at_the_till_and_another_tender_pays(opened: Open) -> None:
    counter = opened("slow:60")
    _pay_by_card(counter)
    assert _keys(counter) == ["Cancel at the terminal"]
    counter.press("Cancel at the terminal")
    assert named(counter.screen, "Card payment cancelled").isVisible()
    counter.press("Another tender")
    counter.tile("cash")
    counter.press("Next customer")
    assert (counter.moved("card"), counter.moved("cash")) == (0, PRICE)


def test_a_lost_answer_blocks_the_card_until_the_terminal_is_asked_again(opened: Open) -> None:
    counter = opened("lost:0")
    _pay_by_card(counter)
    assert named(counter.screen, "Outcome not known").isVisible()
    counter.press("Another tender")
    counter.tile("card")
    assert named(counter.screen, "Outcome not known").isVisible()
    assert len(counter.ask(paying.unsettled)) == 1
    counter.press("Ask the terminal again")
    counter.press("Next customer")
    assert counter.moved("card") == PRICE
    assert counter.ask(loose_cards.loose) == ()


def test_what_nobody_can_tell_somebody_with_the_right_decides_with_a_reason(opened: Open) -> None:
    counter = opened("dies:0")
    _pay_by_card(counter)
    (attempt,) = counter.ask(paying.unsettled)
    counter.press("It was not paid")
    assert counter.page == "approval"
    counter.approve(BOSS.name, reason="its slip says so")
    settled = counter.ask(lambda desk: desk.store.card_attempts.get(attempt.id))
    assert (settled.state, settled.settled_by) == (AttemptState.DECLINED, BOSS.id)
    assert settled.reason == "its slip says so"
    counter.tile("cash")
    counter.press("Next customer")
    assert (counter.moved("card"), counter.moved("cash")) == (0, PRICE)


def test_what_the_terminal_said_last_stays_said(opened: Open, qtbot: QtBot) -> None:
    """Asked again it tells the end; no later look takes that back."""
    counter = opened("lost:0")
    _pay_by_card(counter)
    heard: list[object] = []
    counter.devices.card.said.connect(heard.append)
    counter.press("Ask the terminal again")
    with qtbot.waitSignal(counter.devices.card.said, timeout=3 * POLL_MS, raising=False):
        pass
    assert len(heard) == 1


def test_a_reader_behind_the_network_pays_and_says_why_it_does_not(
    opened: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    """The whole way: the till's screens, the line's thread, HTTP, the reader, and back into the sale."""
    counter, stripe = opened(""), FakeStripe()
    with serving(stripe) as url:
        counter.devices.card.use(connect(f"stripe:{READER}@{url}", tmp_path, lambda: NOW, KEY))
        stripe.online = False
        _pay_by_card(counter)
        qtbot.waitUntil(lambda: named(counter.screen, "Card declined").isVisible())
        assert any("terminal is offline" in label.text() for label in counter.screen.card.findChildren(Text))
        stripe.online, stripe.at_once = True, "succeeded"
        counter.rest()
        counter.press("Try again")
        qtbot.waitUntil(lambda: stripe.charged == PRICE)
        qtbot.waitUntil(lambda: "Next customer" in _labels(counter))
        counter.press("Next customer")
        counter.devices.card.close()
    assert counter.moved("card") == stripe.charged == PRICE
    assert sorted(counter.ask(_states)) == ["approved", "declined"]


def _labels(counter: Counter) -> list[str]:
    counter.rest()
    return [one.label for one in counter.screen.findChildren(Key) if one.isVisible()]


def _states(desk: Desk) -> list[str]:
    return [row[0] for row in desk.store.file.raw.execute("SELECT state FROM card_attempts")]


@pytest.mark.parametrize(
    ("script", "state"), [("ok:0", AttemptState.APPROVED), ("slow:600", AttemptState.CANCELLED)]
)
def test_a_till_that_dies_midway_asks_the_terminal_when_it_starts_again(
    tmp_path: Path, script: str, state: AttemptState
) -> None:
    died = subprocess.run(
        [sys.executable, "-m", "tests.screens.card_crash", str(tmp_path), script],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    counter = open_counter(tmp_path, card=script)
    try:
        counter.rest()
        assert counter.ask(_states) == [state.value]
        counter.till.sign_in(CASHIER, floated=None)
        counter.rest()
        approved = state is AttemptState.APPROVED
        assert len(counter.ask(loose_cards.loose)) == (1 if approved else 0)
        told = " ".join(counter.till.said())
        assert ("was approved" if approved else "took nothing") in told
    finally:
        counter.close()
