"""A till without screens as a process of its own: told what to do on its input, one JSON line each."""

from __future__ import annotations

import json
import random
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils
from PySide6.QtCore import QCoreApplication, Qt

from pos_app.background.sync import Sync, World
from pos_app.background.tasks import Tasks
from pos_app.operations import collecting, orders, paying, picking, selling, shifts
from pos_app.operations.cart import Cart, totals, with_customer
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.store.store import Store
from site_sync.domain.commands import Pick
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.protocol.changes import RECORDS, RecordKind

PATIENCE_SECONDS = 40.0
ORDER = RECORDS[RecordKind.ORDER]


def new_id() -> str:
    return str(uuid_utils.uuid7())


def real_time() -> datetime:
    return datetime.now(UTC)


def _told(result: Any) -> dict[str, Any]:
    """The outcome of an act as JSON."""
    if isinstance(result, Refusal):
        return {"refused": result.code.value, "facts": dict(result.facts)}
    if isinstance(result, Changed):
        return {"order": result.order.id, "command": result.command.id, "version": result.order.version}
    return {"result": result}


class TillProcess:
    """Answers each word with one line; `wait…` words end when the state is reached."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = real_time) -> None:
        self.tasks = Tasks(lambda: Desk(Store(folder), now, new_id, self.is_online))
        world = World(now, random.random, new_id)
        self.sync = Sync(self.tasks, world, folder, "test")
        self.news = threading.Condition()
        self.enrolment: list[object] = []
        sync = self.sync
        signals = (
            sync.link_changed, sync.pending_changed, sync.orders_changed, sync.loaded, sync.records_changed,
        )  # fmt: skip
        for signal in signals:
            signal.connect(self._heard, Qt.ConnectionType.DirectConnection)
        sync.enrolled.connect(self._enrolled, Qt.ConnectionType.DirectConnection)
        sync.enrolment_failed.connect(self._enrolled, Qt.ConnectionType.DirectConnection)

    def is_online(self) -> bool:
        return self.sync.is_online()

    def _heard(self, *_: object) -> None:
        with self.news:
            self.news.notify_all()

    def _enrolled(self, answer: object) -> None:
        self.enrolment.append(answer)
        self._heard()

    def wait(self, reached: Callable[[], bool]) -> bool:
        """Wait for news until something holds."""
        with self.news:
            return self.news.wait_for(reached, PATIENCE_SECONDS)

    def acting(self, desk: Desk) -> Acting:
        """The store's manager, in the open shift."""
        staff = next(one for one in desk.store.shop.staff(desk.identity.store) if one.role.value == "manager")
        shift = shifts.current(desk)
        if shift is None:
            opened = shifts.open(desk, Acting(staff), Money(20_000, desk.currency))
            assert not isinstance(opened, Refusal)
            shift = opened
        return Acting(staff, shift.id, reason="test")

    def do(self, word: str, *what: Any) -> dict[str, Any]:
        """One word: a method of this class, or an act on the desk."""
        if word in ("enrol", "try_now") or word.startswith("wait_"):
            return {"result": getattr(self, word)(*what)}
        return _told(self.tasks.call(getattr(self, word), *what))

    def enrol(self, url: str, code: str) -> bool:
        self.sync.enrol(url, code, "test till")
        assert self.wait(lambda: bool(self.enrolment))
        self.sync.start()
        return self.wait(lambda: self.tasks.call(lambda desk: bool(desk.store.site_side.place().cursor)))

    def wait_online(self) -> bool:
        return self.wait(self.is_online)

    def wait_offline(self) -> bool:
        return self.wait(lambda: not self.is_online())

    def wait_settled(self) -> bool:
        return self.wait(lambda: self.tasks.call(lambda desk: desk.store.outbox.pending_count() == 0))

    def wait_version(self, order_id: str, version: int, entries: int = 0) -> bool:
        """Wait for the site's version; an answer brings it before the feed brings its history."""

        def reached(desk: Desk) -> bool:
            record = desk.store.orders.record(order_id)
            told = len(record.history) if record else 0
            return desk.store.orders.site_version(order_id) == version and told >= entries

        return self.wait(lambda: self.tasks.call(reached))

    def wait_history(self, order_id: str, entries: int) -> bool:
        """An answer brings the order's version before the feed brings what others did to it."""

        def known(desk: Desk) -> bool:
            record = desk.store.orders.record(order_id)
            return record is not None and len(record.history) == entries

        return self.wait(lambda: self.tasks.call(known))

    def wait_reserved(self, wanted: dict[str, int], place: str) -> bool:
        """Wait until what is reserved at a store is that: stock comes by the feed after orders by answers."""

        def known(desk: Desk) -> bool:
            held = _reserved(desk)
            return {key: units for key, units in held.items() if key.endswith(place)} == wanted

        return self.wait(lambda: self.tasks.call(known))

    def wait_item(self, sku: str) -> bool:
        """Wait until the till knows an item."""
        return self.wait(lambda: self.tasks.call(lambda desk: bool(desk.store.catalogue.search(sku, 1))))

    def try_now(self) -> None:
        self.sync.try_now()

    def _cart(self, desk: Desk, sku: str, quantity: int) -> Cart:
        cart = selling.add_item(desk, selling.new_cart(desk), sku, quantity)
        assert isinstance(cart, Cart)
        return cart

    def free_skus(self, desk: Desk, least: int) -> list[str]:
        """Items that this store has enough of."""
        here = desk.identity.store
        found = desk.store.catalogue.in_category("") + desk.store.catalogue.search("a", 300)
        return [
            item.sku
            for item in found
            for level in desk.store.catalogue.stock_of(item.sku)
            if level.store == here and level.available >= least and item.unit.decimals == 0
        ]

    def order(self, desk: Desk, sku: str, quantity: int) -> Any:
        cart = with_customer(self._cart(desk, sku, quantity), Customer(name="Ann", phone="+4520203040"))
        return orders.save(desk, self.acting(desk), cart, orders.new_details(desk))

    def sale(self, desk: Desk, sku: str) -> Any:
        cart = self._cart(desk, sku, 1)
        tendering = paying.take_cash(desk, paying.begin(totals(cart).total), Money(100_000, cart.currency))
        assert not isinstance(tendering, Refusal)
        sold = selling.finish(desk, self.acting(desk), cart, tendering)
        return sold if isinstance(sold, Refusal) else sold.sale.id

    def pay(self, desk: Desk, order_id: str, amount: int) -> Any:
        tendering = paying.take_cash(
            desk, paying.begin(Money(amount, desk.currency)), Money(amount, desk.currency)
        )
        assert not isinstance(tendering, Refusal)
        return orders.take_payment(desk, self.acting(desk), order_id, tendering)

    def note(self, desk: Desk, order_id: str, text: str) -> Any:
        return orders.note(desk, self.acting(desk), order_id, text)

    def pick(self, desk: Desk, order_id: str) -> Any:
        who = self.acting(desk)
        order = desk.store.orders.order(order_id)
        assert order is not None
        for line in order.lines:
            done = picking.pick(desk, who, order_id, Pick(line.id, line.quantities.to_pick))
            assert isinstance(done, Changed), done
        return picking.confirm(desk, who, order_id, {1: "C1"})

    def collect(self, desk: Desk, order_id: str) -> Any:
        order = desk.store.orders.order(order_id)
        assert order is not None
        due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
        tendering = paying.take_cash(desk, paying.begin(due), due)
        assert not isinstance(tendering, Refusal)
        how = collecting.HandOver(Identity(IdentityBy.KNOWN), None, tendering)
        return collecting.hand_over(desk, self.acting(desk), order_id, how)

    def cancel(self, desk: Desk, order_id: str) -> Any:
        return orders.cancel(desk, self.acting(desk), order_id)

    def state(self, desk: Desk) -> dict[str, Any]:
        """Everything that must agree in the end."""
        raw = desk.store.file.raw
        ids = [row[0] for row in raw.execute("SELECT id FROM orders_now ORDER BY id")]
        records = {order_id: desk.store.orders.record(order_id) for order_id in ids}
        return {
            "orders": {key: ORDER.data(record) for key, record in records.items() if record},
            # Units of a lease are given back whenever the site asks, also between two looks.
            "commands": [
                row[0]
                for row in raw.execute(
                    "SELECT command_id FROM outbox WHERE payload_kind <> 'lease' ORDER BY place"
                )
            ],
            "pending": desk.store.outbox.pending_count(),
            "problems": [problem.code for problem in desk.store.problems.open()],
            "stock": _reserved(desk),
            "audit": desk.store.audit.broken_at(),
        }

    def read_words(self) -> None:
        """Answer each line of the input until it ends."""
        try:
            for line in sys.stdin:
                print(json.dumps(self.do(*json.loads(line))), flush=True)
        finally:
            QCoreApplication.exit()


def _reserved(desk: Desk) -> dict[str, int]:
    """Reserved units by item and store, where there are some."""
    query = "SELECT sku || '@' || store, reserved FROM stock WHERE reserved > 0"
    return dict(desk.store.file.raw.execute(query).fetchall())


def run(till: TillProcess) -> None:
    """Work until the input ends."""
    application = QCoreApplication.instance() or QCoreApplication([])
    till.sync.start()
    threading.Thread(target=till.read_words, daemon=True).start()
    application.exec()
    till.sync.stop()
    till.tasks.close()


if __name__ == "__main__":
    run(TillProcess(Path(sys.argv[1])))
