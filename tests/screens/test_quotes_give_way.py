"""Staff who sell or order what stands in a quote read whose it is, and are not held up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pos_app.operations import orders
from pos_app.operations.desk import Changed
from pos_app.ui.screens.sale.screen import SaleScreen
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import QuoteReserves
from tests.desks import CASHIER, SKUS, Bench, acting
from tests.operations.dialog_cases import filled
from tests.screens.counter import DEPOSIT, Counter, open_counter

BOTTLE = SKUS[1]
SOFTLY = replace(DEPOSIT, quote_reserves=QuoteReserves.SOFTLY)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A till where quotes reserve softly; of three bottles two are in a quote."""
    counter = open_counter(tmp_path, policy=SOFTLY, prepare=quoted)
    counter.till.sign_in(CASHIER)
    yield counter
    counter.close()


def quoted(bench: Bench) -> None:
    """A quote for two of the three bottles that are here."""
    bench.put_on_shelf(BOTTLE, "S01", 3)
    details = orders.new_details(bench.desk, OrderKind.QUOTE)
    assert isinstance(orders.save(bench.desk, acting(), filled(bench.desk), details), Changed)


def line_words(counter: Counter) -> str:
    """What the first line of the sale says."""
    assert isinstance(counter.screen, SaleScreen)
    model = counter.screen.cart.lines.model()
    return str(model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole))


def labels(counter: Counter) -> list[str]:
    """All that can be read on the screen."""
    return [label.text() for label in counter.screen.findChildren(QLabel) if label.isVisible()]


def test_a_sale_says_which_quote_gives_way_and_goes_on(counter: Counter) -> None:
    counter.more("price_check")
    counter.say(BOTTLE)
    assert isinstance(counter.screen, SaleScreen)
    found = counter.screen.finder.results.model()
    priced = str(found.data(found.index(0, 0), Qt.ItemDataRole.AccessibleTextRole))
    assert "3 in store, 2 of them in quotes" in priced
    counter.scan(BOTTLE)
    assert "3 in store, 2 of them in quotes" in line_words(counter)
    assert "from quote" not in line_words(counter)
    counter.scan(BOTTLE)
    assert "1 from quote S01-02-Q000001-" in line_words(counter)
    counter.pay()
    counter.tile("cash")
    counter.press("Next customer")
    counter.scan(BOTTLE)
    assert "Steel bottle, 1 from quote S01-02-Q000001-" in line_words(counter)


def test_the_dialog_of_an_order_says_it_too_and_lets_it_be_made(counter: Counter) -> None:
    counter.order(BOTTLE, BOTTLE, BOTTLE)
    [hint] = [text for text in labels(counter) if "from quote" in text]
    assert hint.startswith("Steel bottle: 2 from quote S01-02-Q000001-")
    counter.tile("pay_deposit")
    counter.press("Continue")
    counter.tile("cash")
    assert counter.count_orders() == 2
