"""Two tills at one order: each hears of the other at once, nobody is stopped, and leaving is heard too."""

from __future__ import annotations

from datetime import timedelta

from pytestqt.qtbot import QtBot
from sqlalchemy import select

from pos_app.background.sync import Sync
from pos_app.operations import orders
from pos_app.operations.orders import Recalled
from pos_app.ui.flows.presence import OrderPresence
from pos_app.ui.flows.workplace import Workplace
from site_sync.protocol.presence import Changing, Others, Presence
from site_sync.service import enrolment, order_presence
from site_sync.service.database import tables as t
from site_sync.service.wiring import Site
from tests.service import tills
from tests.service.shop import NOON, Commands
from tests.service.test_orders import apply
from tests.together.test_other_stores import at, site

__all__ = ["at", "site"]
WAIT = 20_000


def other_till_says(site: Site, device: str, words: Presence, *, minutes: int = 0) -> Others:
    """Another till of the store tells what it has in its sale."""

    def say(tx):  # type: ignore[no-untyped-def]
        found = enrolment.lock(tx, device)
        assert found is not None
        return order_presence.say(tx, found, words, NOON + timedelta(minutes=minutes))

    return site.database.write(say)  # type: ignore[no-any-return]


def test_who_changes_an_order_is_said_at_the_other_till_until_they_leave(
    site: Site, at: tuple[Workplace, Sync], qtbot: QtBot
) -> None:
    place, sync = at
    order = apply(site.database, Commands("S01", "02").create())
    device = tills.enrol(site).device
    other_till_says(site, device, Presence(order_id=order.id, staff="Ben"))
    presence = OrderPresence(place, sync)
    call = place.tasks.call
    qtbot.waitUntil(lambda: call(lambda desk: desk.store.orders.order(order.id)) is not None, timeout=WAIT)
    found = call(orders.recall, place.acting, order.id)
    assert isinstance(found, Recalled)
    with qtbot.waitSignal(presence.changed, timeout=WAIT):
        place.sale.take_up(found.cart, found.details)
    assert place.window.notices.texts() == ["Being changed at till 02 by Ben since 13:00"]
    assert place.others[order.id].till == "02"
    here = Changing(order_id=order.id, store="S01", till="05", staff="Anna", since=NOON)
    assert other_till_says(site, device, Presence()).others == (here,)
    with qtbot.waitSignal(presence.changed, timeout=WAIT):
        presence.look()
    assert place.others == {}
    place.sale.clear()
    sync.centre.settle()
    assert site.database.read(lambda db: db.execute(select(t.order_presence)).all()) == []


def test_a_till_that_says_no_more_is_forgotten_when_its_claim_is_over(site: Site) -> None:
    order = apply(site.database, Commands("S01", "02").create())
    first, second = tills.enrol(site).device, tills.enrol(site, "S01", "03").device
    other_till_says(site, first, Presence(order_id=order.id, staff="Ben"))
    assert len(other_till_says(site, second, Presence(), minutes=29).others) == 1
    assert other_till_says(site, second, Presence(), minutes=31).others == ()
    assert other_till_says(site, second, Presence(order_id="unknown"), minutes=31) == Others()
