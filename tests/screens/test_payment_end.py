"""The end of a payment by clicks: the receipt as wanted, and money that is taken while the act is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.operations import returning
from pos_app.operations.paying import Tendering
from pos_app.store.print_jobs import JobState
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.protocol.codec import RECEIPT_MAIL
from site_sync.protocol.envelope import PayloadKind
from tests.desks import BOSS, CASHIER
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import field, key, named, press, type_text


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """The cashier at the till."""
    counter = open_counter(tmp_path)
    counter.till.sign_in(CASHIER)
    yield counter
    counter.close()


def states(counter: Counter) -> set[JobState]:
    """The states of all print jobs."""
    return {job.state for job in counter.ask(lambda desk: desk.store.print_jobs.recent())}


def test_the_customers_address_is_proposed_and_the_receipt_goes_up_as_a_command(counter: Counter) -> None:
    counter.customer()
    counter.scan("BTL-2")
    counter.pay()
    counter.tile("cash")
    press(named(counter.screen, "E-mail"))
    entry = field(counter.screen.done, "E-mail")
    assert entry.text() == "maria@example.com"
    entry.setText("maria@")
    counter.press("Next customer")
    assert counter.page == "payment"
    entry.setText("maria.j@example.com")
    counter.press("Next customer")
    assert counter.page == "sale"
    assert states(counter) == {JobState.UNPRINTED}
    sent = counter.ask(lambda desk: desk.store.outbox.to_push(50))[-1]
    assert sent.payload_kind is PayloadKind.MAIL
    assert RECEIPT_MAIL.load(sent.payload).address == "maria.j@example.com"


def test_who_leaves_the_till_without_a_word_leaves_the_receipt_printed(counter: Counter) -> None:
    counter.scan("BTL-2")
    counter.pay()
    counter.tile("cash")
    assert states(counter) == {JobState.HELD}
    counter.floor.lock_now()
    counter.rest()
    assert counter.page == "sign_in"
    assert not states(counter) & {JobState.HELD, JobState.UNPRINTED}


def test_money_stays_in_sight_when_the_act_is_refused_and_is_kept_when_tried_again(counter: Counter) -> None:
    answers = [Outcome(refusal=Refusal(Code.SHIFT_NEEDED)), Outcome("Kept.")]
    left: list[str] = []

    def act(_tendering: Tendering, finish: Finish) -> None:
        finish(answers.pop(0), lambda: left.append("left"))

    ask = Ask(Money(1_000, "EUR"), act, "A deposit")
    counter.till.window.navigation.navigate("payment", ask=ask)
    counter.rest()
    counter.tile("cash")
    assert counter.screen.stuck.isVisible()
    assert not key(counter.screen, "Back").isEnabled()
    counter.press("Show what was taken")
    press(named(counter.screen, "Take back Cash 10.00"))
    counter.rest()
    counter.tile("cash")
    assert counter.screen.done.isVisible()
    counter.press("Next customer")
    assert left == ["left"]


def test_a_discount_on_the_whole_sale_is_approved_in_place_with_the_shops_reason(counter: Counter) -> None:
    counter.scan("BTL-2", "JKT-1")
    counter.more("sale_discount")
    counter.press("10 %")
    assert counter.page == "approval"
    counter.press("Small fault")
    for digit in "482913":
        press(key(counter.screen.approval, digit))
    counter.press("Enter")
    assert [line.discount for line in counter.cart.lines] == [200, 1_290]
    counter.pay()
    counter.tile("cash")
    counter.press("Next customer")
    sale = counter.ask(returning.receipts)[0]
    assert (sale.approver.id, sale.reason, sale.total) == (BOSS.id, "Small fault", 13_405)


def test_a_price_check_sells_nothing_until_it_is_touched(counter: Counter) -> None:
    counter.more("price_check")
    type_text(counter.screen.words.words.entry, "steel")
    counter.press("OK")
    assert counter.page == "sale"
    assert not counter.cart.lines
    counter.hit("item:BTL-2")
    assert [line.item.sku for line in counter.cart.lines] == ["BTL-2"]
