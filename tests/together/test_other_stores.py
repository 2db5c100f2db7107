"""What comes from elsewhere: an order of another store, found and changed; rights that the centre gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.background.sync import Sync, World
from pos_app.background.tasks import Tasks
from pos_app.operations import orders
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.store.store import Store
from pos_app.ui import theme, wording
from pos_app.ui.flows.orders_flow import OrdersFlow
from pos_app.ui.flows.workplace import Place, Workplace
from pos_app.ui.navigation import Page
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.window import Window
from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.service import enrolment, staffing
from site_sync.service.app import create_app
from site_sync.service.database.migrate import migrate
from site_sync.service.enrolment import NewTill
from site_sync.service.wiring import Site
from tests.screens.hand import key, press, type_text
from tests.service import shop
from tests.service.serving import served
from tests.service.shop import NOON, Commands
from tests.service.sites import Clock, make_site
from tests.service.test_orders import apply
from tests.together.till_process import new_id

CODE = "ABCD-EFGH"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with the small shop, and a code that lets one till of S01 in."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    migrate(url)
    site = make_site(url, tmp_path, Clock())
    site.database.write(shop.fill)
    site.database.write(lambda tx: enrolment.offer(tx, CODE, NewTill("S01", "05"), NOON))
    yield site
    site.database.close()


@pytest.fixture
def at(site: Site, tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[tuple[Workplace, Sync]]:
    """A till of S01 that has loaded its shop, with Anna at work."""
    theme.apply(qapp, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    online: list[Sync] = []
    tasks = Tasks(lambda: Desk(Store(tmp_path / "till"), lambda: NOON, new_id, lambda: online[0].is_online()))
    sync = Sync(tasks, World(lambda: NOON, lambda: 0.5, new_id), tmp_path, "1")
    online.append(sync)
    with served(create_app(site)) as address:
        with qtbot.waitSignal(sync.enrolled, timeout=20_000):
            sync.enrol(address, CODE, "front")
        with qtbot.waitSignal(sync.loaded, timeout=20_000):
            sync.start()
        qtbot.waitUntil(sync.is_online, timeout=20_000)
        window = Window()
        qtbot.addWidget(window)
        place = tasks.call(lambda desk: desk.here)
        at = Workplace(window, tasks, Place(place, "05"), lambda: NOON)
        anna = tasks.call(lambda desk: desk.store.shop.staff_member("anna"))
        assert anna is not None
        at.sign_in(anna, None)
        yield at, sync
        sync.stop()
        site.feed.close_soon()
    tasks.close()


def test_an_order_of_another_store_is_found_and_changed(
    site: Site, at: tuple[Workplace, Sync], qtbot: QtBot
) -> None:
    place, sync = at
    order = apply(site.database, Commands("S02", "01").create())
    screen, gone = OrdersScreen(), []
    flow = OrdersFlow(place, screen, sync)
    pages = place.window.navigation
    pages.register("orders", lambda: Page(screen, flow.arrive))
    pages.register("sale", lambda: Page(OrdersScreen(), lambda **facts: gone.append(facts)))
    place.window.show()
    pages.home("orders")
    type_text(screen.search, "jensen")
    qtbot.waitUntil(lambda: "1 order of another store" in screen.centre.words(), timeout=20_000)
    qtbot.waitUntil(lambda: [row.order_id for row in screen.table.orders.rows()] == [order.id])
    press(key(screen.panel, "Recall to sale"))
    qtbot.waitUntil(lambda: gone == [{"recall": order.id}])

    def change(desk: Desk) -> Changed | Refusal:
        acting = Acting(desk.store.shop.staff_member("anna"))  # type: ignore[arg-type]
        return orders.note(desk, acting, order.id, "called the other store")

    changed = place.tasks.call(change)
    assert isinstance(changed, Changed)
    assert changed.order.version == order.version + 1
    pending = place.tasks.call
    qtbot.waitUntil(lambda: pending(lambda desk: desk.store.outbox.pending_count()) == 0, timeout=20_000)
    known = place.tasks.call(lambda desk: desk.store.orders.site_version(order.id))
    assert known == order.version + 1
    assert place.tasks.call(lambda desk: desk.store.problems.open()) == ()


def test_rights_given_and_taken_at_the_centre_count_at_the_till(
    site: Site, at: tuple[Workplace, Sync], qtbot: QtBot
) -> None:
    place, _sync = at
    boss = StaffMember("boss", "Boss", Role.ADMINISTRATOR)

    def anna(desk: Desk) -> StaffMember:
        found = desk.store.shop.staff_member("anna")
        assert found is not None
        return found

    wanted = place.tasks.call(anna).rights - {Right.ORDER_CANCEL} | {Right.STOCK_ADJUST}
    assert site.database.write(lambda tx: staffing.give_rights(tx, boss, "anna", wanted, NOON)) is None
    qtbot.waitUntil(lambda: place.tasks.call(anna).rights == wanted, timeout=20_000)
