"""What a shop wants chosen for its orders and quotes, and what it settled about missing units, by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_app.ui.wording import say
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import NotFree, Policy
from site_sync.domain.shop import Source
from site_sync.protocol.changes import RecordKind
from tests.desks import BOSS, SKUS, Bench
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import named, press

JACKET = SKUS[0]
Open = Callable[..., Counter]
SOURCES = (
    Source("till", {"en": "At the till"}),
    Source("phone", {"en": "Phone"}, order=1),
    Source("expo", {"en": "Expo"}, order=2, kinds=(OrderKind.QUOTE,)),
)
CHOOSE = Policy(order_needs_source=True, order_needs_method=True, quote_needs_source=True)


def _sources(bench: Bench) -> None:
    for source in SOURCES:
        bench.tell(RecordKind.SOURCE, source.code, source)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens a till at which the boss works."""
    counters: list[Counter] = []

    def open_it(policy: Policy, prepare: Callable[[Bench], None] = _sources) -> Counter:
        counters.append(open_counter(tmp_path, policy=policy, prepare=prepare))
        counters[-1].till.sign_in(BOSS)
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def _ordering(counter: Counter, *skus: str) -> Any:
    """The details of an order of these items, not gone on from as long as something is missing."""
    counter.order(*skus)
    return counter.screen


def test_an_order_is_saved_when_staff_have_said_where_it_comes_from_and_how_it_goes(opened: Open) -> None:
    counter = opened(CHOOSE)
    screen = _ordering(counter, JACKET)
    assert counter.page == "order_details"
    assert named(screen, "Source *").isVisible()
    assert named(screen, "How it is handed over *").isVisible()
    assert named(screen, "Choose where the order comes from.").isVisible()
    assert named(screen, "Choose how it is handed over.").isVisible()
    press(named(screen, "Collect"))
    press(named(screen, "Expo (quotes only)"))
    counter.rest()
    counter.press("Continue")
    assert counter.page == "order_details"
    assert named(screen, say("refusal.source_not_offered")).isVisible()
    press(named(screen, "Phone"))
    counter.press("Continue")
    counter.tile("save")
    assert (counter.newest().source, counter.newest().delivery.method) == ("phone", "collect")


def test_a_quote_needs_no_method_and_saving_without_its_source_leads_to_the_details(opened: Open) -> None:
    counter = opened(Policy(quote_needs_source=True, order_needs_method=True))
    screen = _ordering(counter, JACKET)
    press(named(screen, "Collect"))
    counter.rest()
    counter.press("Continue")
    assert counter.page == "payment_actions"
    counter.tile("save_as_quote")
    assert counter.page == "order_details"
    assert "Choose where the order comes from." in counter.till.said()
    press(named(counter.screen, "Expo (quotes only)"))
    counter.rest()
    counter.press("Save as quote")
    counter.tile("save")
    quote = counter.newest()
    assert (quote.kind, quote.source, quote.delivery.method) == (OrderKind.QUOTE, "expo", "collect")
    counter.recall(quote)
    counter.pay()
    counter.till.window.navigation.navigate("order_details")
    counter.rest()
    assert counter.screen.particulars.sources.current() == "expo"
    counter.press("Continue")
    assert counter.page == "payment_actions"


def _scarce(bench: Bench) -> None:
    bench.put_on_shelf(JACKET, "S01", 1)
    bench.put_on_shelf(JACKET, "S02", 0)


def test_missing_units_are_refused_but_for_another_store(opened: Open) -> None:
    counter = opened(Policy(not_free=NotFree.REFUSE), _scarce)
    counter.order(JACKET, JACKET)
    assert counter.page == "choices"
    assert list(counter.screen.tiles) == ["back"]


def test_what_there_is_is_taken_without_asking(opened: Open) -> None:
    counter = opened(Policy(not_free=NotFree.PARTIAL), _scarce)
    counter.order(JACKET, JACKET)
    assert counter.page == "payment_actions"
    assert counter.till.said() == ["Not all of it is free: what is missing was left out."]
    counter.tile("save")
    assert counter.newest().lines[0].quantities.to_pick == 1


def test_what_is_missing_is_back_ordered_without_asking_up_to_the_allowance(opened: Open) -> None:
    def allowed(bench: Bench) -> None:
        _scarce(bench)
        level = bench.store.catalogue.stock_at({("S01", JACKET)})[("S01", JACKET)]
        bench.tell(RecordKind.STOCK, f"S01/{JACKET}", replace(level, back_order=1))

    counter = opened(Policy(not_free=NotFree.BACK_ORDER), allowed)
    counter.order(JACKET, JACKET)
    assert counter.page == "payment_actions"
    assert counter.till.said() == ["Not all of it is free: the rest is back-ordered."]
    counter.tile("save")
    assert counter.newest().lines[0].quantities.to_pick == 2
