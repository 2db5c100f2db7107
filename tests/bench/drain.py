"""How long 21 000 waiting commands take to reach the site, and how the till answers touches meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from PySide6.QtWidgets import QApplication

from pos_app.assembly import TillProgram
from pos_app.operations import orders, selling, shifts
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.ui.screens.sale.screen import SaleScreen
from site_sync.domain.customers import Customer
from site_sync.domain.permissions import Role
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from tests.bench.demo_till import OFFSCREEN, open_till, sign_in, until
from tests.bench.figures import Figure, percentile
from tests.bench.scan_to_line import LINES, Watch, clear, codes_of, scan
from tests.bench.web_orders import SKUS, open_site_at

FEW, MANY = 1_000, 21_000
AT_ONCE = 50
NO_LIMIT = 0
LIMIT_S, TOUCH_MS = 600.0, 100.0
PAUSE_S = 0.2


def _make_ready(folder: Path) -> None:
    """Enough stock, and as many orders offline as one likes, while nothing works on the site."""
    site = open_site_at(f"sqlite:///{folder / 'site' / 'site.sqlite'}", folder / "site")
    plenty = [StockLevel(sku, "S01", 1_000_000) for sku in SKUS]
    settled = site.database.read(records.policies)
    endless = replace(settled, general=replace(settled.general, offline_orders=NO_LIMIT))

    def ready(tx: Transaction) -> None:
        reservations.set_levels(tx, plenty)
        records.save(tx, RecordKind.POLICIES, endless)

    site.database.write(ready)
    site.close()


def _has_heard(desk: Desk) -> bool:
    """Whether nothing waits, and the till knows that it may take any number of orders alone."""
    return desk.policy().offline_orders == NO_LIMIT and not desk.store.outbox.pending_count()


def _take_orders(desk: Desk, some: int) -> None:
    """Orders and a note on each: two commands that wait."""
    shift = shifts.current(desk)
    staff = next(one for one in desk.store.shop.staff(desk.identity.store) if one.role is Role.MANAGER)
    who = Acting(staff, shift.id if shift else "", reason="bench")
    for number in range(some):
        cart = selling.add_item(desk, selling.new_cart(desk), SKUS[number % len(SKUS)], 1)
        if not isinstance(cart, Cart):
            raise TypeError(f"the item was refused: {cart}")
        named = with_customer(cart, Customer(name=f"Ann {number}", phone="+4520203040"))
        made = orders.save(desk, who, named, orders.new_details(desk))
        if not isinstance(made, Changed):
            raise TypeError(f"the order was refused: {made}")
        noted = orders.note(desk, who, made.order.id, "rings the bell")
        if not isinstance(noted, Changed):
            raise TypeError(f"the note was refused: {noted}")


def _pile_up(app: QApplication, program: TillProgram, commands: int) -> None:
    """Work without the site until so many commands wait."""
    program.sync.stop()
    for _ in range(commands // 2 // AT_ONCE):
        program.tasks.call(_take_orders, AT_ONCE)
        app.processEvents()


def _pending(program: TillProgram) -> int:
    return int(program.tasks.call(lambda desk: desk.store.outbox.pending_count()))


def _drain(app: QApplication, program: TillProgram, screen: SaleScreen) -> tuple[float, list[float]]:
    """Seconds until nothing waits, and milliseconds of each scan meanwhile."""
    codes, watch = program.tasks.call(codes_of), Watch(screen.cart.lines)
    times: list[float] = []
    begun = perf_counter()
    program.sync.start()
    while _pending(program):
        if len(times) % LINES == 0:
            clear(app, screen)
        times.append(scan(app, screen, watch, codes[len(times) % len(codes)]))
        rested = perf_counter() + PAUSE_S
        while perf_counter() < rested:
            app.processEvents()
    return perf_counter() - begun, times


def measure(folder: Path, commands: int) -> tuple[float, list[float]]:
    """A till whose shop is made, then one that piles up commands and is let go."""
    with open_till(folder) as (app, _):
        pass
    _make_ready(folder)
    with open_till(folder, app) as (app, program):
        sign_in(app, program)
        screen = program.window.navigation.page("sale").widget
        if not isinstance(screen, SaleScreen):
            raise TypeError("the sale is shown by another screen")
        until(app, lambda: program.tasks.call(_has_heard), "the float is told and the limits are heard")
        _pile_up(app, program, commands)
        sign_in(app, program)  # nobody touched the till for minutes, so that it locked itself
        drained = _drain(app, program, screen)
        if problems := program.tasks.call(lambda desk: len(desk.store.problems.open())):
            raise RuntimeError(f"{problems} commands were refused")
    return drained


def _figures(commands: int) -> list[Figure]:
    """In a process of its own, as it is the till."""
    with tempfile.TemporaryDirectory() as name:
        words = [sys.executable, "-m", "tests.bench.drain", name, str(commands)]
        said = subprocess.run(words, env=OFFSCREEN, check=True, stdout=subprocess.PIPE, timeout=1800).stdout
    seconds, times = json.loads(said)
    note = f"{len(times)} scans meanwhile, site and till on the same processors"
    title = f"till: {commands:,} waiting commands reach the site"
    return [
        Figure(title, seconds, LIMIT_S * commands / MANY, "s", 1.0, note=note),
        Figure("till: scan to painted line meanwhile, p99", percentile(times, 0.99), TOUCH_MS, "ms", 1.0),
    ]


def run() -> list[Figure]:
    """Few, then a bad day's worth."""
    return [figure for commands in (FEW, MANY) for figure in _figures(commands)]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
