"""Searching and listing 100 000 orders in the till's own store."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from pos_app.store.order_list import OrderFilter, PaidState, Tab
from pos_app.store.store import Store
from site_sync.domain.customers import Customer
from site_sync.domain.history import OrderRecord
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import Line, Order
from site_sync.protocol.changes import RECORDS, Change, RecordKind
from tests.bench.figures import Figure, percentile
from tests.builders import NOW, line, order

ORDERS, OPEN_OF, BATCH = 100_000, 40, 20_000
"""One order in forty is open, as in a shop that keeps a year or two."""
KEY_MS, LIST_MS = 50.0, 150.0
FIRST = ("Maria", "Jens", "Anna", "Lars", "Freja", "Uwe", "Heike", "Karl", "Sofie", "Emil", "Ida", "Otto")
LAST = ("Jensen", "Petersen", "Krogh", "Lund", "Dahl", "Holst", "Vogt", "Sommer", "Brandt", "Skov", "Nygaard")
TYPED = (
    "maria jensen",
    "S01-02-042117",
    "otto br",
    "+45204",
    "99031",
    "nygaard",
    "SKOV ID",
    "070007",
    "item 2 ma",
)
SIFTED = (
    {"staff": "nobody"},
    {"paid": PaidState.DEPOSIT},
    {"since": NOW - timedelta(days=30), "until": NOW},
    {"source": "till", "method": "collect"},
)
TABS = (Tab.TO_PICK, Tab.TO_COLLECT, Tab.DONE, None)
_RECORD = RECORDS[RecordKind.ORDER]


def _line(place: int, *, is_open: bool, picked: bool) -> Line:
    if not is_open:
        return line(place, collected=1)
    return line(place, picked=1) if picked else line(place, to_pick=1)


def _order(number: int, chance: random.Random) -> Order:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    phone = f"+45{chance.randrange(20_000_000, 99_999_999)}"
    customer = Customer(f"c{number}", name, phone, f"{name.replace(' ', '.').lower()}@example.com")
    made = NOW - timedelta(minutes=5 * (ORDERS - number))
    is_open, picked = number % OPEN_OF == 0, number % (2 * OPEN_OF) == 0
    lines = [_line(place, is_open=is_open, picked=picked) for place in (1, 2)]
    return replace(
        order(*lines),
        id=f"order-{number:06d}",
        number=till_number("S01", "02", number),
        customer=customer,
        created_at=made,
        updated_at=made,
        promised_at=made + timedelta(hours=2),
        ready_at=made if picked else None,
        closed_at=None if is_open else made + timedelta(days=1),
    )


def fill(store: Store, orders: int = ORDERS) -> None:
    """Take the orders over as the feed brings them."""
    chance = random.Random(7)
    for start in range(0, orders, BATCH):
        with store.file.transaction():
            for number in range(start, min(orders, start + BATCH)):
                made = _order(number, chance)
                body = _RECORD.text(OrderRecord(made))
                store.orders.apply(Change(kind=RecordKind.ORDER, key=made.id, version=1, body=body))


def _rows(store: Store, wanted: OrderFilter) -> float:
    begun = perf_counter()
    store.lists.rows(wanted)
    return 1000 * (perf_counter() - begun)


def _opened(store: Store, wanted: OrderFilter) -> float:
    """A tab with the counts on all tabs."""
    begun = perf_counter()
    store.lists.tab_counts(wanted)
    store.lists.rows(wanted)
    return 1000 * (perf_counter() - begun)


def run() -> list[Figure]:
    """Typed letter by letter, three times over, with and without filters; every tab opened five times."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        fill(store)
        texts = [text[: end + 1] for text in TYPED for end in range(len(text))] * 3
        keys = [_rows(store, OrderFilter(concerns="S01", typed=text)) for text in texts]
        narrow = [_rows(store, OrderFilter(concerns="S01", typed=text, staff="clerk")) for text in texts]
        lists = [_opened(store, OrderFilter(tab=tab, store="S01")) for tab in TABS * 5]
        sifted = [
            _opened(store, OrderFilter(tab=tab, store="S01", **chosen))
            for chosen in SIFTED * 2
            for tab in TABS
        ]
        store.close()
    words = f"{ORDERS} orders, {len(keys)} keys"
    return [
        Figure("till: search per key, p95", percentile(keys, 0.95), KEY_MS, "ms", 1.0, note=words),
        Figure(
            "till: search per key with filters, p95", percentile(narrow, 0.95), KEY_MS, "ms", 1.0, note=words
        ),
        Figure("till: order list opens, slowest", max(lists), LIST_MS, "ms", 1.0, note=f"{ORDERS} orders"),
        Figure("till: order list narrowed by filters, slowest", max(sifted), LIST_MS, "ms", 1.0, note=words),
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
