"""Races run: a site served over real HTTP, two tills on a thread each, many orders at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from threading import Barrier
from typing import Any, TypeVar

from pos_app.operations import balances
from pos_app.operations.balances import Wanted
from pos_app.operations.desk import Acting, Desk
from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.shop import Tender, TenderKind
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import balances as site_balances
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.campaigns.races.kinds import GOODS, RACES, Race
from tests.service.sites import Clock, make_site
from tests.service.web_shop import served
from tests.simulation.storm import shop
from tests.simulation.till import Till

T = TypeVar("T")
AT_ONCE = 8
STORE = "S01"
LAST = tuple(f"LAST-{n}" for n in range(AT_ONCE))
PLENTY = 1_000_000
CARD_AMOUNT = 5_000
NOTHING_LEFT = {Code.BALANCE_EMPTY.value}
PEOPLE = ("anna", "boss")
_LAST_COMMAND = "SELECT command_id FROM outbox ORDER BY place DESC LIMIT 1"
_ANSWER = (
    "SELECT o.state, coalesce(p.code, '') FROM outbox o "
    "LEFT JOIN problems p ON p.command_id = o.command_id AND p.state = 'open' WHERE o.command_id = ?"
)


@dataclass
class Tally:
    """What came of the races."""

    races: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class Runner:
    """One till on a thread of its own, with somebody at it."""

    def __init__(self, site: Site, address: str, folder: Path, number: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.till: Till = self._thread.submit(Till, site, address, folder, number).result()
        self._staff = PEOPLE[int(number) % 2]

    def begin(self, work: Callable[..., Any]) -> Any:
        """Do something on the till's thread; its future."""
        return self._thread.submit(work, self.till)

    def do(self, work: Callable[[Till], T]) -> T:
        """Do something on the till's thread and wait."""
        done: T = self.begin(work).result()
        return done

    def acting(self, desk: Desk) -> Acting:
        """Who works here."""
        member = desk.store.shop.staff_member(self._staff)
        if member is None:
            raise LookupError(self._staff)
        return Acting(member, f"shift-{self.till.number}", reason="race")

    def act(self, race: Race, act: Callable[..., Any], subject: str) -> str:
        """Act on what is raced for, as this till knows it; the command made."""

        def work(till: Till) -> str:
            done = act(till.desk, self.acting(till.desk), subject)
            if isinstance(done, Refusal):
                raise AssertionError(f"{race.name}: the till itself refused: {done.code.value} {done.facts}")
            return str(till.store.file.raw.execute(_LAST_COMMAND).fetchone()[0])

        return self.do(work)

    def answer(self, command_id: str) -> tuple[str, str]:
        """How a command was answered, and the code of the problem that the till shows for it."""

        def work(till: Till) -> tuple[str, str]:
            state, code = till.store.file.raw.execute(_ANSWER, (command_id,)).fetchone()
            return str(state), str(code)

        return self.do(work)

    def order(self, order_id: str) -> Order:
        """An order as this till shows it."""
        order = self.do(lambda till: till.store.orders.order(order_id))
        if order is None:
            raise LookupError(order_id)
        return order

    def hold(self, card: str) -> str:
        """Ask for all that is on a gift card; why not, or nothing."""

        def work(till: Till) -> str:
            holder = Holder(BalanceKind.GIFT_CARD, card)
            wanted = Wanted("gift_card", holder, Money(CARD_AMOUNT, "EUR"))
            attempt = balances.begin(till.desk, self.acting(till.desk), wanted)
            if isinstance(attempt, Refusal):
                raise AssertionError(attempt.code.value)
            settled = balances.settle(till.desk, till.client.hold(balances.asked(attempt)))
            return settled.code.value if isinstance(settled, Refusal) else ""

        return work(self.till)

    def close(self) -> None:
        """End."""
        self.do(lambda till: till.close())
        self._thread.shutdown()


class Track:
    """A site and two tills, on which many races are run."""

    def __init__(self, site: Site, runners: tuple[Runner, Runner], draw: Random) -> None:
        self.site, self.runners, self.draw = site, runners, draw
        self.tally = Tally()
        self._cards = count(1)

    def run(self, race: Race, many: int) -> None:
        """So many races of a kind at once, in an order of its own at each till."""
        subjects = self._laid_out(race, many)
        self._meet()
        made: tuple[dict[str, str], ...] = ({}, {})
        for runner, act, mine in zip(self.runners, (race.first, race.second), made, strict=True):
            for subject in self.draw.sample(subjects, len(subjects)):
                mine[subject] = runner.act(race, act, subject)
        start = Barrier(2)

        def push(till: Till) -> None:
            start.wait()
            till.push()

        for pushing in [runner.begin(push) for runner in self.runners]:
            pushing.result()
        self._meet()
        for subject in subjects:
            both = zip(self.runners, made, strict=True)
            self._judge(race, subject, [runner.answer(mine[subject]) for runner, mine in both])
        self._look(race)

    def _meet(self) -> None:
        for runner in self.runners:
            runner.do(lambda till: till.meet())

    def _laid_out(self, race: Race, many: int) -> list[str]:
        first = self.runners[0]
        if race.laid is None:
            self._restock(LAST[:many], 1)
            return list(LAST[:many])
        lay = race.laid
        made = [first.do(lambda till: lay(till.desk, first.acting(till.desk)).id) for _ in range(many)]
        return made

    def _restock(self, skus: tuple[str, ...], free: int) -> None:
        def lay(tx: Transaction) -> None:
            known = reservations.levels(tx, [(STORE, sku) for sku in skus])
            reservations.set_levels(tx, [replace(one, on_hand=one.reserved + free) for one in known.values()])

        self.site.database.write(lay)

    def _judge(self, race: Race, subject: str, answers: list[tuple[str, str]]) -> None:
        self.tally.races += 1
        told = [code for state, code in answers if state != "applied"]
        self.tally.ended[f"{race.name}: " + (" and ".join(told) or "both, one after the other")] += 1
        if not told and race.both is not None:
            if not race.both(self.runners[0].order(subject)):
                self.tally.broken.append(f"{race.name}: both were applied, and the order is wrong")
        elif len(told) != 1:
            self.tally.broken.append(f"{race.name}: {2 - len(told)} winners")
        elif told[0] not in {code.value for code in race.told}:
            self.tally.broken.append(f"{race.name}: the loser was told {told[0]!r}")

    def run_cards(self, many: int) -> None:
        """Both tills want all that is on a gift card, so many cards at once."""
        cards = [f"GC{next(self._cards):08}" for _ in range(many)]
        self.site.database.write(lambda tx: _load(tx, cards, self.site))
        start = Barrier(2)

        def ask(number: str) -> dict[str, str]:
            runner = next(one for one in self.runners if one.till.number == number)
            wanted = Random(number).sample(cards, many)
            start.wait()
            return {card: runner.hold(card) for card in wanted}

        asking = [runner.begin(lambda till: ask(till.number)) for runner in self.runners]
        answers = [one.result() for one in asking]
        for card in cards:
            self.tally.races += 1
            told = [each[card] for each in answers if each[card]]
            self.tally.ended["same gift card: " + " and ".join(told)] += 1
            if len(told) != 1 or told[0] not in NOTHING_LEFT:
                self.tally.broken.append(f"same gift card: {told}")
        drifts = self.site.database.read(site_balances.drifts)
        if drifts:
            self.tally.broken.append(f"same gift card: {drifts}")

    def _look(self, race: Race) -> None:
        """Between races nothing is promised twice, and both tills hold what the site does."""
        drifts = self.site.database.read(reservations.drifts)
        if drifts:
            self.tally.broken.append(f"{race.name}: stock drifts: {drifts}")
        held = [
            runner.do(lambda till: dict(till.store.file.raw.execute("SELECT id, body FROM site_orders")))
            for runner in self.runners
        ]
        if held[0] != held[1]:
            self.tally.broken.append(f"{race.name}: the tills hold different orders")


def _load(tx: Transaction, cards: list[str], site: Site) -> None:
    """Each card holds the same amount."""
    for card in cards:
        cause = site_balances.Cause(f"load-{card}", site.now(), STORE, "01", "anna")
        holder = Holder(BalanceKind.GIFT_CARD, card)
        move = BalanceMove(f"entry-{card}", holder, Money(CARD_AMOUNT, "EUR"), MoveReason.ISSUED)
        site_balances.move(tx, cause, [move])


def fill(tx: Transaction) -> None:
    """The storm's shop, plenty of its goods, and items of which there is one."""
    shop.fill(tx)
    last = [Item(sku, f"Last {sku}", Money(1_000, "EUR"), 2_500) for sku in LAST]
    records.save(tx, RecordKind.ITEM, *last)
    records.save(tx, RecordKind.TENDER, Tender("gift_card", TenderKind.GIFT_CARD, {"en": "Gift card"}))
    levels = [StockLevel(GOODS, STORE, PLENTY), *(StockLevel(sku, STORE, 0) for sku in LAST)]
    reservations.set_levels(tx, levels)


@contextmanager
def track(url: str, folder: Path, draw: Random) -> Iterator[Track]:
    """On a migrated empty database."""
    site = make_site(url, folder, Clock(shop.NOON))
    site.database.write(fill)
    with served(site) as address:
        runners = tuple(Runner(site, address, folder / number, number) for number in ("01", "02"))
        try:
            yield Track(site, (runners[0], runners[1]), draw)
        finally:
            for runner in runners:
                runner.close()
    site.close()


def run_races(on: Track, many: int, at_once: int = AT_ONCE) -> Tally:
    """So many races, of every kind in turn."""
    while on.tally.races < many:
        for race in (*RACES, None):
            left = min(at_once, many - on.tally.races)
            if left and race is None:
                on.run_cards(left)
            elif left and race is not None:
                on.run(race, left)
    return on.tally
