"""Who works at the till: change of staff, badges, the lock, and money that lies between, by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.operations.desk import Desk
from pos_app.ui.widgets.pin_pad import PinPad
from site_sync.domain.codes import TOKEN_LENGTH, token_hash
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind
from tests.builders import NOW
from tests.desks import BOSS, CASHIER, MARIA, PIN, with_pin
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import field, key, named, press, type_text

JACKET = "JKT-1"
Open = Callable[[str], Counter]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the till with what its card terminal will do."""
    counters = []

    def open_it(card: str = "") -> Counter:
        counters.append(open_counter(tmp_path, card=card))
        counters[-1].till.sign_in(CASHIER)
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def test_somebody_else_goes_on_with_the_same_sale(opened: Open) -> None:
    counter = opened("")
    counter.scan(JACKET)
    press(named(counter.till.window, f"Signed in: {CASHIER.name}. Press to sign out"))
    counter.rest()
    assert counter.page == "sign_in"
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    assert counter.page == "sale"
    assert [line.item.sku for line in counter.cart.lines] == [JACKET]


def test_news_from_the_site_disturb_nobody_who_signs_in(opened: Open) -> None:
    counter = opened("")
    counter.till.at.sign_out()
    counter.rest()
    counter.screen.choose(CASHIER.id)
    news = counter.devices.sync.records_changed
    for digit in PIN:
        press(key(counter.screen, digit))
        news.emit({RecordKind.STAFF})
        counter.rest()
    news.emit({RecordKind.STAFF})
    press(key(counter.screen, "Enter"))
    news.emit({RecordKind.STAFF})
    counter.rest()
    assert counter.page == "sale"


def test_who_works_here_no_more_is_not_asked_for_a_pin(opened: Open) -> None:
    counter = opened("")
    counter.till.at.sign_out()
    counter.rest()
    counter.screen.choose(CASHIER.id)
    assert _pads(counter)
    _told(counter, replace(CASHIER, active=False))
    counter.devices.sync.records_changed.emit({RecordKind.STAFF})
    counter.rest()
    assert not _pads(counter)


def _pads(counter: Counter) -> list[PinPad]:
    return [pad for pad in counter.screen.findChildren(PinPad) if pad.isVisible()]


def test_nobody_leaves_while_money_lies_on_the_counter(opened: Open) -> None:
    counter = opened("slow:30")
    counter.scan(JACKET)
    counter.pay()
    counter.tile("card")
    press(named(counter.till.window, f"Signed in: {CASHIER.name}. Press to sign out"))
    counter.rest()
    assert counter.page == "payment"
    assert "Finish the payment first." in counter.said()


def test_a_till_nobody_touches_is_locked_and_keeps_its_sale(opened: Open) -> None:
    counter = opened("")
    counter.customer()
    counter.scan(JACKET)
    counter.floor.lock_now()
    counter.rest()
    assert counter.page == "sign_in"
    assert counter.till.at.staff is None
    assert counter.cart.customer == MARIA


def _told(counter: Counter, staff: StaffMember) -> None:
    """The site tells of somebody who works here."""
    change = Change(
        kind=RecordKind.STAFF,
        key=staff.id,
        version=1_000,
        body=RECORDS[RecordKind.STAFF].text(with_pin(staff)),
    )

    def tell(desk: Desk) -> None:
        place = desk.store.site_side.place()
        words = Changes(
            service="site", nonce="", epoch=place.epoch, site_time=NOW, cursor="9999", changes=(change,)
        )
        desk.store.site_side.take_changes(words, NOW)

    counter.ask(tell)


def test_a_badge_approves_and_a_badge_changes_who_works_here(opened: Open) -> None:
    counter = opened("")
    token = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:TOKEN_LENGTH]
    _told(counter, replace(BOSS, badge_hash=token_hash(token)))
    counter.scan(JACKET)
    counter.more("drawer")
    type_text(field(counter.screen.approval, "Reason"), "change wanted")
    counter.badge(f"ST1.{token}")
    assert counter.page == "sale"
    counter.badge(f"ST1.{token}")
    assert counter.till.at.acting.staff.id == BOSS.id
    assert [line.item.sku for line in counter.cart.lines] == [JACKET]


def test_rights_that_the_centre_gives_or_takes_count_for_who_is_signed_in(opened: Open) -> None:
    counter = opened("")
    counter.scan(JACKET)
    given = CASHIER.holding(CASHIER.rights - {Right.ORDER_CREATE} | {Right.DRAWER_OPEN})
    _told(counter, given)
    counter.devices.sync.records_changed.emit({RecordKind.STAFF})
    counter.rest()
    assert counter.till.at.acting.staff.rights == given.rights
    assert [line.item.sku for line in counter.cart.lines] == [JACKET]
    _told(counter, replace(BOSS, name="Another name"))
    counter.devices.sync.records_changed.emit({RecordKind.STAFF})
    counter.rest()
    assert counter.till.at.acting.staff.rights == given.rights
