"""The operator's command line for gift cards, credits and accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.protocol.changes import RecordKind
from site_sync.service import balances
from site_sync.service.database import records
from site_sync.service.database.engine import open_database
from site_sync.site import main
from tests.service.shop import NOON

CARD = Holder(BalanceKind.GIFT_CARD, "GC100200")


@pytest.fixture
def url(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A database with a customer and a gift card in it."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    assert main(["migrate", "--database", url]) == 0
    database = open_database(url)
    cause = balances.Cause("c1", NOON, "S01", "02", "anna", sale_id="sale-1")
    moves = [
        BalanceMove("m1", CARD, Money(5_000, "EUR"), MoveReason.ISSUED),
        BalanceMove("m2", CARD, Money(-1_500, "EUR"), MoveReason.USED),
    ]
    database.write(lambda tx: balances.move(tx, cause, moves))
    database.write(lambda tx: records.save(tx, RecordKind.CUSTOMER, Customer("c1", "Maria Jensen")))
    database.close()
    capsys.readouterr()
    return url


def test_a_card_is_shown_entry_by_entry_and_an_account_gets_its_limit(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["balance", "gift_card", "gc 100-200", "--database", url]) == 0
    shown = capsys.readouterr().out
    assert "issued" in shown
    assert shown.endswith("3500 EUR minor units\n")
    assert main(["account", "c1", "--limit", "50000", "--database", url]) == 0
    assert main(["account", "c1", "--database", url]) == 0
    assert capsys.readouterr().out == "c1  Maria Jensen  may owe 50000 minor units\n" * 2


@pytest.mark.parametrize(
    "words",
    [
        ("balance", "gift_card", "??"),
        ("balance", "credit", "nobody"),
        ("account", "nobody"),
        ("account", "c1", "--limit", "-1"),
    ],
)
def test_what_is_not_there_or_not_right_is_said(
    url: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--database", url]) != 0
    assert capsys.readouterr().err.strip()
