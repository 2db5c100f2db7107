"""Card numbers that somebody types as a reason in Site Manager are kept in no table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.commands import Cancel
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.problems import ProblemRecord
from site_sync.service import balances, problems
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.security.left_behind import kept
from tests.service.shop import Commands

TYPED = "Paid with 4111 1111 1111 1111"
GIFT = "/balances/gift_card/m1"


@pytest.fixture
def something(site: Site, give: Callable[..., Order], commands: Commands) -> None:
    """A gift card, a problem, and somebody whose only order is over."""
    made = give(commands.create(customer=Customer("c-77", "Maria Jensen")))
    give(commands.give(made.id, Cancel("no more")))

    def fill(tx: Transaction) -> None:
        cause = balances.Cause("c1", site.now(), "S01", "02", "anna", sale_id="sale-1")
        card = Holder(BalanceKind.GIFT_CARD, "GC10029876")
        balances.move(tx, cause, [BalanceMove("m1", card, Money(5_000, "EUR"), MoveReason.ISSUED)])
        problems.raise_problem(tx, ProblemRecord("p1", site.now(), "S01", "not_allowed_in_stage", {}))

    site.database.write(fill)


@pytest.mark.usefixtures("something")
def test_a_reason_keeps_no_card_number(root: Browser, tmp_path: Path) -> None:
    forms: list[tuple[str, str, dict[str, str]]] = [
        (GIFT, f"{GIFT}/block", {"why": TYPED}),
        (GIFT, f"{GIFT}/correct", {"why": TYPED, "amount": "10,50"}),
        ("/problems", "/problems/p1/resolve", {"how": TYPED, "choice": "settled"}),
        ("/people/c-77", "/erase", {"why": TYPED, "sure": "yes"}),
    ]
    for page, action, fields in forms:
        assert root.send(page, action, **fields).status_code == 200, action
    rows = [(table, text) for table, text in kept(tmp_path / "site.sqlite") if "Paid with" in text]
    assert sorted({table for table, _ in rows}) == ["balance_entries", "problems", "settings_changes"]
    assert [text for _, text in rows if "Paid with **** 1111" not in text or "1111 1111" in text] == []
    assert sum(table == "settings_changes" for table, _ in rows) == 3
