"""`python -m tests.simulation.day [orders]`: a day of web orders, three pickers and two counters, checked."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from site_sync.domain.events import GoodsHandedOver
from site_sync.domain.orders import Order, Stage
from site_sync.protocol.codec import ORDER, RECORDED
from site_sync.service import changes, customer_acts
from site_sync.service.customer_acts import Press
from site_sync.service.database import tables as t
from site_sync.service.jobs.deadlines import answer_for_customers, expire_orders, remind_customers
from site_sync.service.jobs.messages import send_messages
from site_sync.service.jobs.pick_pace import measure_picking
from site_sync.service.links import Links
from site_sync.service.wiring import Site
from tests.fixtures.mail import Mailbox
from tests.fixtures.ports import find_free_port
from tests.service.sites import Clock, make_site
from tests.service.web_shop import WebShop, line, served
from tests.simulation.people import CollectCounter, Picker, Tally, Visit
from tests.simulation.shop import COUNTER, ITEMS, MORNING, PICKERS, Watched, fill
from tests.simulation.till import Till

MINUTES, SHORT_DAY = 12 * 60, 5 * 60
MANY = 100
"""Orders from which on the shop is open the whole day."""
CUT_MINUTES = 30
"""How long the second counter's wire is down, from the middle of the day on."""


@dataclass
class Report:
    """What a day came to; `broken` names every promise that was not kept."""

    orders: int
    seconds: float = 0.0
    commits: int = 0
    messages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report in words."""
        figures = f"{self.commits} commits, {self.messages} messages in {self.seconds:.1f} s"
        yield f"{self.orders} web orders, {figures}"
        yield from (f"  {count:5} {name}" for name, count in sorted(self.counts.items()))
        yield from (f"  BROKEN: {words}" for words in self.broken)
        yield "every promise was kept" if not self.broken else f"{len(self.broken)} promises were broken"


class Day:
    """One day; everything that happens is drawn from one seed."""

    def __init__(self, site: Site, address: str, folder: Path, clock: Clock, orders: int) -> None:
        self._site, self._clock = site, clock
        self._chance, self.tally = Random(orders), Tally()
        self._shop = WebShop(address, site, "shop")
        self.tills = [Till(site, address, folder / f"till-{n}", f"{n:02}") for n in range(1, 6)]
        self._pickers = [
            Picker(till, who, self._chance, self.tally)
            for till, who in zip(self.tills[:3], PICKERS, strict=True)
        ]
        self._counters = [
            CollectCounter(till, who, self.tally) for till, who in zip(self.tills[3:], COUNTER, strict=True)
        ]
        self._minutes = MINUTES if orders >= MANY else SHORT_DAY
        self._arrivals = sorted(self._chance.randrange(self._minutes - 180) for _ in range(orders))
        self._told = 0
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._visits: list[Visit] = []
        self._seen: set[str] = set()

    def live(self) -> None:
        """From eight to eight, then a morning after every deadline, with what nobody fetched."""
        for minute in range(self._minutes):
            self._minute(minute)
        self._clock.now = MORNING + timedelta(days=2)
        self._jobs()
        for counter in self._counters:
            counter.tidy()
        self._jobs()
        for till in self.tills:
            till.online = True
            till.meet()

    def close(self) -> None:
        """Shut every till, and the web shop's connections."""
        for till in self.tills:
            till.close()
        self._shop.http.close()

    def _minute(self, minute: int) -> None:
        self._clock.now = MORNING + timedelta(minutes=minute)
        while self._arrivals and self._arrivals[0] <= minute:
            self._arrivals.pop(0)
            self._order(minute)
        if minute % 10 == 0:
            self._jobs()
        self._send()
        for picker in self._chance.sample(self._pickers, 3):
            picker.minute()
        self._expect_customers()
        was_online = self._counters[1].till.online
        self._counters[1].till.online = not 0 <= minute - self._minutes // 2 < CUT_MINUTES
        if not was_online:
            self._counters[1].till.meet()
        self._serve()

    def given_twice(self) -> list[str]:
        """Orders whose goods went over the counters more than once, whatever the site says of it."""
        gave = sum((counter.gave for counter in self._counters), Counter())
        return [f"{number} was handed over {times} times" for number, times in gave.items() if times > 1]

    def _order(self, minute: int) -> None:
        """One order of one to four things; some customers think better of it."""
        wanted = self._chance.sample(ITEMS, self._chance.randint(1, 4))
        lines = [line(item.sku, self._chance.randint(1, 2)) for item in wanted]
        customer = {"name": f"Customer {minute}", "email": f"c{minute}@example.com", "language": "en"}
        answer = self._shop.create(self._shop.order(*lines, customer=customer))
        if answer.status_code == 409:
            self.tally.counts["sold out"] += 1
            return
        assert answer.status_code == 201, answer.text
        self.tally.counts["ordered"] += 1
        if self._chance.random() < 0.03:
            gone = self._shop.post(f"orders/{answer.json()['id']}/cancel", {"reason": "changed my mind"})
            assert gone.status_code == 200, gone.text
            self.tally.counts["cancelled"] += 1

    def _jobs(self) -> None:
        """The site's own work, which a clock and its commits would start."""
        answer_for_customers(self._site)
        remind_customers(self._site)
        expire_orders(self._site)
        self._send()

    def _send(self) -> None:
        """Whatever a commit left to be told."""
        head = self._site.database.read(changes.head)
        while head != self._told and send_messages(self._site):
            pass
        self._told = head

    def _stage(self, stage: Stage) -> list[Order]:
        query = select(t.orders.c.body).where(t.orders.c.stage == stage.value).order_by(t.orders.c.number)
        return [
            ORDER.load(body)
            for body in self._site.database.read(lambda db: db.execute(query).scalars().all())
        ]

    def _expect_customers(self) -> None:
        """Whoever was told that goods are ready comes in a while; some never do, some answer a question."""
        for order in self._stage(Stage.PICKING):
            for one in order.asked:
                if self._chance.random() < 0.1:
                    answer = self._chance.choice(("yes", "no"))
                    form = {"line": str(one.line), "answer": answer}
                    done = customer_acts.press(self._site, order.page_hash, Press.SUBSTITUTE, form)
                    self.tally.counts[f"customer said {answer}"] += bool(done)
        for order in self._stage(Stage.TO_COLLECT):
            if order.id in self._seen:
                continue
            self._seen.add(order.id)
            if self._chance.random() < 0.05:
                continue
            at = self._clock.now + timedelta(minutes=self._chance.randint(3, 150))
            visit = Visit(at, order.id, self._links.code(order) or "")
            self._visits.append(visit)
            if self._chance.random() < 0.1:
                again = at + timedelta(minutes=self._chance.randint(0, 20))
                self._visits.append(replace(visit, at=again, again=True))

    def _serve(self) -> None:
        """Everybody who is due, at either counter; a copy of a code turns up where the wire works."""
        now: datetime = self._clock.now
        due = sorted((one for one in self._visits if one.at <= now), key=lambda one: (one.at, one.again))
        self._visits = [one for one in self._visits if one.at > now]
        for visit in due:
            counter = self._counters[0] if visit.again else self._chance.choice(self._counters)
            if visit.again and not self._counters[1].till.online:
                self._visits.append(replace(visit, at=now + timedelta(minutes=1)))
                continue
            counter.serve(visit)


def _history(site: Site) -> list[Any]:
    query = select(t.history.c.body).order_by(t.history.c.order_id, t.history.c.version, t.history.c.n)
    return [RECORDED.load(body) for body in site.database.read(lambda db: db.execute(query).scalars().all())]


def _check_units(site: Site, broken: list[str]) -> None:
    """No unit left twice, and every order came to its end."""
    left: Counter[tuple[str, int]] = Counter()
    for recorded in _history(site):
        if isinstance(recorded.event, GoodsHandedOver):
            for part in recorded.event.lines:
                left[recorded.order_id, part.line] += part.quantity
    bodies = site.database.read(lambda db: db.execute(select(t.orders.c.body)).scalars().all())
    for order in map(ORDER.load, bodies):
        if order.stage is not Stage.DONE:
            broken.append(f"{order.number} ends the day {order.stage.value}")
        for one in order.lines:
            if left[order.id, one.id] != one.quantities.collected:
                broken.append(f"{order.number} line {one.id}: {left[order.id, one.id]} left")
    reserved = site.database.read(lambda db: db.execute(select(func.sum(t.stock.c.reserved))).scalar_one())
    if reserved:
        broken.append(f"{reserved} units are still reserved")


def _check_messages(site: Site, mailbox: Mailbox, broken: list[str]) -> None:
    """Each row went out once, and nothing else did."""
    rows = site.database.read(lambda db: db.execute(select(t.messages.c.id, t.messages.c.state)).all())
    states = Counter(row.state for row in rows)
    ids = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    broken += [f"message {name} went out {count} times" for name, count in ids.items() if count > 1]
    if states["sent"] != len(ids):
        broken.append(f"{states['sent']} messages were sent, {len(ids)} came")
    if set(states) - {"sent", "dropped"}:
        broken.append(f"messages that are neither sent nor dropped: {dict(states)}")


@contextmanager
def _mail() -> Iterator[Mailbox]:
    mailbox = Mailbox("127.0.0.1", find_free_port())
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def run(orders: int, url: str, folder: Path) -> Report:
    """Live a day of so many orders on a migrated empty database, and check all that it promised."""
    report, clock, begun = Report(orders), Clock(MORNING), perf_counter()
    with ExitStack() as stack:
        mailbox = stack.enter_context(_mail())
        site = make_site(url, folder / "site", clock)
        stack.callback(site.close)
        watched = Watched(site.database)
        told = site.settings.model_copy(update={"smtp_host": mailbox.host, "smtp_port": mailbox.port})
        site = replace(site, database=watched, settings=told)
        site.database.write(fill)
        day = Day(site, stack.enter_context(served(site)), folder, clock, orders)
        stack.callback(day.close)
        day.live()
        measure_picking(site)
        report.broken += day.given_twice()
        report.broken += [f"stock drifted: {one}" for one in watched.drifts]
        _check_units(site, report.broken)
        _check_messages(site, mailbox, report.broken)
        for till in day.tills:
            problems = till.store.problems.open()
            report.counts.update(f"refused by the site: {one.code}" for one in problems)
            pending = till.store.outbox.pending_count()
            report.broken += [f"till {till.number} still holds {pending} commands"] if pending else []
        report.counts.update(day.tally.counts)
        report.commits = watched.commits
        report.messages = len(mailbox.messages)
    report.seconds = perf_counter() - begun
    return report


def main() -> int:
    """Live the day in a folder that is thrown away; 1 when a promise was broken."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = run(orders, f"sqlite:///{folder / 'site.sqlite'}", folder)
    print(*report.lines(), sep="\n")
    return 1 if report.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
