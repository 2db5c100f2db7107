"""Gift cards, credits and accounts in the browser: found, blocked, corrected by right with a reason."""

from __future__ import annotations

import pytest

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.protocol.balances import BalanceState, HolderWords, HoldWanted
from site_sync.protocol.changes import RecordKind
from site_sync.service import balances
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.manager.test_lists import noted
from tests.manager.test_shop import kept, told

CARD = Holder(BalanceKind.GIFT_CARD, "GC10029876")
CREDIT = Holder(BalanceKind.CREDIT, "c7")
PAGE = "/balances/gift_card/m1"


@pytest.fixture(autouse=True)
def money(site: Site) -> None:
    """A gift card of 50.00 with 15.00 used, and a customer who never had anything kept."""

    def fill(tx: Transaction) -> None:
        cause = balances.Cause("c1", site.now(), "S01", "02", "anna", sale_id="sale-1")
        moves = [
            BalanceMove("m1", CARD, Money(5_000, "EUR"), MoveReason.ISSUED),
            BalanceMove("m2", CARD, Money(-1_500, "EUR"), MoveReason.USED),
        ]
        balances.move(tx, cause, moves)
        records.save(tx, RecordKind.CUSTOMER, Customer("c7", "Ida Holm", phone="+4520304050"))

    site.database.write(fill)


def state(site: Site, holder: Holder = CARD) -> BalanceState:
    """A balance as tills are told of it."""
    return site.database.read(lambda db: balances.state(db, holder, "EUR", site.now()))


@pytest.mark.parametrize("typed", ["gc 1002-9876", "9876", "*9876"])
def test_a_card_is_found_and_its_number_is_never_shown(root: Browser, typed: str) -> None:
    answer = root.send("/balances", q=typed)
    assert "*9876" in text_of(answer.text)
    assert "€35.00" in text_of(answer.text)
    assert f'href="/manager{PAGE}"' in answer.text
    page = root.open(PAGE)
    assert "Used to pay" in page
    assert CARD.key not in page.lower() + page


@pytest.mark.parametrize("typed", ["ida", "holm ida", "20 30 40 50", "c7"])
def test_a_customer_is_found_before_anything_was_kept(root: Browser, typed: str) -> None:
    found = text_of(root.send("/balances", q=typed).text)
    assert "Ida Holm c7 · +4520304050 Customer credit €0.00" in found
    assert "Account" in found
    assert "0 found" in text_of(root.send("/balances", q="%").text)


def test_a_blocked_card_pays_nothing_until_it_is_let_go(root: Browser, site: Site) -> None:
    refused = root.send(PAGE, f"{PAGE}/block", why="")
    assert "A reason is needed" in refused.text
    assert "Blocked" in root.send(PAGE, f"{PAGE}/block", why="Stolen in the post").text
    assert state(site).available == Money(0, "EUR")
    holder = HolderWords(kind=CARD.kind, key=CARD.key)
    wanted = HoldWanted(id="till-1", holder=holder, amount=Money(100, "EUR"))
    answer = site.database.write(lambda tx: balances.hold(tx, "device", wanted, site.now()))
    assert answer.refused == "balance_blocked"
    entry = noted(site)
    assert (entry.kind, entry.key, entry.why) == ("gift_card", "*9876", "Stolen in the post")
    root.send(PAGE, f"{PAGE}/block", why="It came back")
    assert state(site).available == Money(3_500, "EUR")


def test_a_correction_is_an_entry_with_its_reason_and_counts_once(root: Browser, site: Site) -> None:
    form = dict(root.form(PAGE, f"{PAGE}/correct").fields) | {"amount": "10,50", "why": "Sold for too little"}
    for _ in range(2):
        root.http.post(f"/manager{PAGE}/correct", data=form)
    assert state(site).balance == Money(4_550, "EUR")
    page = root.read(PAGE)
    assert "Corrected Sold for too little" in page
    assert "Ruth" in page
    entry = noted(site)
    assert entry.changed == (("balance", 3_500, 4_550),)
    root.send(PAGE, f"{PAGE}/correct", direction="off", amount="5.50", why="Counted again")
    assert state(site).balance == Money(4_000, "EUR")
    assert site.database.read(balances.drifts) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": "10", "why": ""}, "A reason is needed"),
        ({"amount": "ten", "why": "x"}, "Write an amount"),
        ({"amount": "0", "why": "x"}, "not an amount"),
        ({"amount": "35.01", "direction": "off", "why": "x"}, "Only €35.00"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    root: Browser, site: Site, given: dict[str, str], said: str
) -> None:
    answer = root.send(PAGE, f"{PAGE}/correct", **given)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert state(site).balance == Money(3_500, "EUR")


def test_a_customer_gets_a_credit_and_a_limit(root: Browser, site: Site) -> None:
    root.send("/balances/credit/c7", "/correct", amount="20", why="Goodwill")
    assert state(site, CREDIT).available == Money(2_000, "EUR")
    assert "Saved" in root.send("/balances/account/c7", "/limit", limit="500").text
    assert kept(site, RecordKind.CUSTOMER, "c7").account_limit == 50_000
    assert told(site) == [("customer", "c7")]
    assert root.send("/balances/account/c7", "/limit", limit="-1").status_code == 422
    assert "€500.00" in root.read("/balances/account/c7")


def test_a_manager_looks_and_a_cashier_does_not(browser: Browser) -> None:
    browser.sign_in("mona")
    assert "Correct the balance" not in browser.open(PAGE)
    csrf = dict(browser.form("/", "/sign-out").fields)
    for act in ("block", "correct", "limit"):
        assert browser.http.post(f"/manager{PAGE}/{act}", data=csrf).status_code == 403
    for path in ("/balances/gift_card/GC10029876", "/balances/credit/nobody", "/balances/gold/m1"):
        browser.open(path, 404)
