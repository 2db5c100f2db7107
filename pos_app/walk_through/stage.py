"""What the story is played with: the till, its site, a web shop, a mail server, a hand, an account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtTest import QTest

from pos_app.assembly import TillProgram
from pos_app.hardware.recording import codes_in
from pos_app.operations import orders, problems
from pos_app.operations.desk import Desk
from pos_app.store.order_list import OrderFilter
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.wording import say
from pos_app.walk_through.account import Account, StoryBroken
from pos_app.walk_through.hand import Hand
from pos_app.walk_through.post_office import PostOffice
from pos_app.walk_through.web_shop import WebShop
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.shop import StaffMember
from site_sync.domain.stock import StockLevel

Found = TypeVar("Found")

ANNA, JON, EMIL, RUTH = "101", "102", "104", "901"
DEMO_STAFF = Path(__file__).resolve().parents[2] / "resources" / "demo" / "staff.json"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where pictures of the window go, and everything else: papers, messages, the till itself."""

    screens: Path
    work: Path

    @property
    def papers(self) -> Path:
        """Every printed paper."""
        return self.work / "papers"

    @property
    def mail(self) -> Path:
        """Every message to a customer."""
        return self.work / "mail"

    @property
    def till(self) -> Path:
        """The till's own file and its site."""
        return self.work / "till"

    @property
    def video(self) -> Path:
        """What the camera at the counter sees."""
        return self.work / "counter.avi"


@dataclass(slots=True)
class Stage:
    """The eyes read through `ask`; whatever is done is done by the hand."""

    program: TillProgram
    hand: Hand
    account: Account
    post: PostOffice
    shop: WebShop
    folders: Folders
    orders: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    who: str = ""

    def ask(self, function: Callable[..., Found], *arguments: Any) -> Found:
        """What the till's store says."""
        return self.program.tasks.call(function, *arguments)

    # orders

    def record(self, order_id: str) -> OrderRecord:
        """An order as the till shows it."""
        found = self.ask(orders.record, order_id)
        if found is None:
            raise StoryBroken(f"the till does not know the order {order_id}")
        return found

    def order(self, order_id: str) -> Order:
        """The same without its history."""
        return self.record(order_id).order

    def newest_of(self, customer: str) -> str:
        """Id of the newest order of a customer."""

        def look(desk: Desk) -> tuple[str, ...]:
            rows = desk.store.lists.rows(OrderFilter(typed=customer), limit=50)
            found = [desk.store.orders.order(row.id) for row in rows]
            newest = sorted((order for order in found if order), key=lambda order: order.created_at)
            return tuple(order.id for order in newest)

        return self.ask(look)[-1]

    def at_centre(self, number: str) -> dict[str, Any]:
        """An order as the site has it: `order`, `stage`, `journal`, `stock`."""
        site = self.program.site
        if site is None:
            raise StoryBroken("the till has no site of its own")
        found: dict[str, Any] = json.loads(site.do("order", number))
        return found

    def pending(self) -> int:
        """How many acts of this till wait for the site."""
        return self.ask(_pending)

    def problems(self) -> int:
        """How many acts were refused by the site."""
        return len(self.ask(problems.open_problems))

    def met(self) -> None:
        """Wait until the site has everything that was done here."""
        self.hand.until(lambda: self.pending() == 0, "everything that was done here is at the centre")

    def level(self, sku: str, store: str) -> StockLevel:
        """The stock of an item as the till knows it."""
        found = self.ask(lambda desk: desk.store.catalogue.stock_of(sku))
        return next((level for level in found if level.store == store), StockLevel(sku, store))

    # people

    def sign_in(self, staff_id: str) -> StaffMember:
        """A person touches their name and types their PIN."""
        self.hand.until_on("sign_in")
        self.hand.press_tile(staff_id)
        self.hand.type_digits(_pins()[staff_id])
        self.hand.press_key(say("pin.enter"))
        self.hand.until(
            lambda: self.program.floor is not None and self._inside(), "the PIN is taken or a float is asked"
        )
        member = self.ask(_member, staff_id)
        self.who = member.name
        return member

    def _inside(self) -> bool:
        here = self.hand.window.navigation.current == "sale"
        return here or any(key.label == say("sign_in.open_shift") for key in self.hand.all_of(PressedArea))

    def name_of(self, staff_id: str) -> str:
        """What a person is called; whoever is nobody of the staff keeps their id."""
        found = self.ask(lambda desk: desk.store.shop.staff_member(staff_id))
        return found.name if found is not None else staff_id

    def sign_out(self) -> None:
        """The one who works here touches their name in the bar."""
        self.hand.press_key(say("bar.staff", name=self.who))
        self.hand.until_on("sign_in")

    # papers

    def papers(self) -> set[Path]:
        """The papers printed so far."""
        return set(self.folders.papers.glob("*.png"))

    def printed(self, before: set[Path], count: int) -> list[Path]:
        """The papers that came since; waits until there are so many."""
        self.hand.until(
            lambda: len(self.papers() - before) >= count and self._all_written(before),
            f"{count} more papers are printed",
        )
        return sorted(self.papers() - before, key=lambda path: path.stat().st_mtime_ns)

    def _all_written(self, before: set[Path]) -> bool:
        """Whether the pictures are whole: a PNG ends with its end chunk."""
        return all(path.read_bytes()[-8:-4] == b"IEND" for path in self.papers() - before)

    def code_on(self, papers: list[Path]) -> str:
        """The customer's code that is on one of these papers."""
        found = [text for paper in papers for text in codes_in(paper)]
        if not found:
            raise StoryBroken(f"no code can be read on {', '.join(paper.name for paper in papers)}")
        return found[-1]


def of_web_shop(external: str, name: str, email: str, lines: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """The body of a web shop's order for collection at this store; lines are (SKU, units)."""
    return {
        "external_id": external,
        "source": "web-shop",
        "delivery": {"method": "collect", "store": "S01"},
        "customer": {"name": name, "email": email, "phone": "+4520555019", "language": "en"},
        "lines": [
            {"external_line": str(n), "sku": sku, "quantity": q} for n, (sku, q) in enumerate(lines, 1)
        ],
    }


def money(amount: int, currency: str = "EUR") -> Money:
    """An amount in minor units."""
    return Money(amount, currency)


def rest(milliseconds: int) -> None:
    """Let the till work for a moment."""
    QTest.qWait(milliseconds)


def _pending(desk: Desk) -> int:
    return desk.store.outbox.pending_count()


def _member(desk: Desk, staff_id: str) -> StaffMember:
    found = desk.store.shop.staff_member(staff_id)
    if found is None:
        raise StoryBroken(f"nobody has the id {staff_id}")
    return found


def _pins() -> dict[str, str]:
    return {row["id"]: row["pin"] for row in json.loads(DEMO_STAFF.read_text(encoding="utf-8"))}
