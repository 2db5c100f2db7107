"""`python -m tests.service.pictures DIR`: the customer's page in its states, and all messages."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx

from site_sync.domain.commands import Cancel, Expire, Substitute
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.shop import Store
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders, reservations
from site_sync.service.database import records
from site_sync.service.database.migrate import migrate
from site_sync.service.notify import sample
from site_sync.service.notify.letter import Envelope, Sender, letter_page
from site_sync.service.notify.message_desk import phone_page
from site_sync.service.notify.message_outbox import Channel, MessageKind
from site_sync.service.notify.phrases import Place, facts_of, shipped, written
from site_sync.service.wiring import Site
from tests.service import shop
from tests.service.floor import MARIA, Floor, links
from tests.service.shop import JACKET, OPEN_ALL_WEEK, new_line
from tests.service.sites import Clock, make_site
from tests.service.web_shop import served

BROWSER = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
PHONE, LETTER, TEXT = (390, 1180), (640, 980), (390, 320)
SENDER = Sender("Fjord & Fell", "orders@fjord.example.com")
HARBOUR = Store(
    "S01",
    "Harbour Street",
    address="Harbour Street 14, 1255 Copenhagen",
    calendar=OPEN_ALL_WEEK,
    receipt_header=("Fjord & Fell",),
)


def pages(site: Site, clock: Clock, address: str) -> Iterator[tuple[str, str]]:
    """A name and an address for each state of the customer's page."""
    floor = Floor(site)

    def page(order: Order) -> str:
        return (links(site).page(order) or "").replace(site.settings.public_address, address)

    yield "to-pick", page(floor.ordered())
    asked = floor.ordered()
    other = replace(new_line(JACKET), unit_price=Money(4_000, "EUR"))
    yield "asked", page(floor.give(asked.id, Substitute(2, 1, other)))
    for language in ("en", "de", "da"):
        yield f"ready-{language}", page(floor.ready(customer=replace(MARIA, language=language)))
    named = floor.ready()
    httpx.post(f"{page(named)}/collector", data={"name": "Dev Nair"})
    yield "other-collector", page(named)
    known = site.database.read(lambda db: orders.load(db, named.id))
    theirs = links(site).collector_page(known) if known else None
    yield "collectors-own", (theirs or "").replace(site.settings.public_address, address)
    yield "collected", page(floor.collected(floor.ready()))
    yield "cancelled", page(floor.give(floor.ordered().id, Cancel("changed my mind")))
    late = floor.ready()
    clock.forward(days=30)
    yield "expired", page(floor.give(late.id, Expire()))


def messages() -> Iterator[tuple[str, str, tuple[int, int]]]:
    """A name, the HTML and a size for each message: mails in English, one in every language, texts."""
    told = [(kind, "en") for kind in MessageKind if kind is not MessageKind.RECEIPT]
    for kind, language in (*told, (MessageKind.READY, "de"), (MessageKind.READY, "da")):
        view = sample.of_kind(kind, language)
        envelope = Envelope("sample", kind, "maria@example.com", sample.MOMENT)
        phrase = shipped(Place(Channel.EMAIL, kind, language))
        name = kind.value.replace("_", "-") + ("" if language == "en" else f"-{language}")
        yield f"mail-{name}", letter_page(envelope, view, SENDER, phrase), LETTER
    for kind in (MessageKind.READY, MessageKind.LAST_REMINDER):
        facts = facts_of(sample.of_kind(kind, "en"), SENDER.shop)
        text = written(shipped(Place(Channel.SMS, kind, "en")), facts).text
        yield f"text-{kind.value.replace('_', '-')}", phone_page(" ".join(text.split())), TEXT


def take(address: str, picture: Path, size: tuple[int, int], profile: Path) -> None:
    """One picture of a page, as the browser paints it."""
    window = f"--window-size={size[0]},{size[1]}"
    shot = [*BROWSER, f"--user-data-dir={profile}", window, f"--screenshot={picture}", address]
    subprocess.run(shot, check=True, capture_output=True, timeout=120)


def main(target: Path) -> None:
    """Take all pictures into `customer` and `messages` of a folder."""
    for name in ("customer", "messages"):
        (target / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        folder, clock = Path(kept), Clock()
        profile, database = folder / "browser", f"sqlite:///{folder / 'site.sqlite'}"
        for name, html, size in messages():
            written_to = folder / f"{name}.html"
            written_to.write_text(html, encoding="utf-8")
            take(written_to.as_uri(), target / "messages" / f"{name}.png", size, profile)
        migrate(database)
        site = make_site(database, folder, clock)
        site.database.write(shop.fill)
        site.database.write(lambda tx: records.save(tx, RecordKind.STORE, HARBOUR))
        plenty = [StockLevel(sku, "S01", 99) for sku in ("JKT", "STV")]
        site.database.write(lambda tx: reservations.set_levels(tx, plenty))
        with served(site) as address:
            for name, where in pages(site, clock, address):
                take(where, target / "customer" / f"{name}.png", PHONE, profile)
        site.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
