"""Gift cards, credit and receipts of other tills by clicks, against a real site over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.operations import returning
from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.money import Money
from site_sync.domain.shop import Store as Shop
from site_sync.domain.shop import Tender, TenderKind
from site_sync.protocol.changes import Enrolled, RecordKind
from site_sync.protocol.envelope import ResultKind
from site_sync.service import balances
from site_sync.service.app import create_app
from site_sync.service.database import records
from site_sync.service.wiring import Site
from site_sync.worker.client import SiteClient
from tests.builders import NOW
from tests.desks import BOSS, KEY, MARIA, Bench
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import named, press, type_text
from tests.service.serving import served
from tests.service.sites import Clock, make_site
from tests.service.tills import Till, enrol

GIFT = Item("GIFT", "Gift card", Money(0, "EUR"), 0, kind=ItemKind.GIFT_CARD, open_price=True)
TENDERS = (
    Tender("gift_card", TenderKind.GIFT_CARD, {"en": "Gift card"}, 3),
    Tender("credit", TenderKind.CREDIT, {"en": "Credit"}, 4),
    Tender("account", TenderKind.ACCOUNT, {"en": "On account"}, 5),
)
CARD = Holder(BalanceKind.GIFT_CARD, "GC100200")
CREDIT = Holder(BalanceKind.CREDIT, MARIA.id)


def _fill(site: Site) -> None:
    """The same shop as the till's, with some credit of Maria's."""

    def fill(tx):  # type: ignore[no-untyped-def]
        records.save(tx, RecordKind.STORE, Shop("S01", "Harbour"), Shop("S02", "Hill"))
        records.save(tx, RecordKind.STAFF, BOSS)
        records.save(tx, RecordKind.CUSTOMER, replace(MARIA, account_limit=5_000))
        cash = Tender("cash", TenderKind.CASH, {"en": "Cash"})
        records.save(tx, RecordKind.TENDER, cash, *TENDERS)
        cause = balances.Cause("c", NOW, "S01", "02", "boss")
        move = BalanceMove("m1", CREDIT, Money(2_400, "EUR"), MoveReason.KEPT)
        assert balances.move(tx, cause, (move,)) == ()

    site.database.write(fill)


class Place:
    """A counter and the site it asks; what the till keeps is pushed by hand."""

    def __init__(self, counter: Counter, site: Site, address: str, till: Till) -> None:
        self.counter = counter
        self.site = site
        self._client = SiteClient(address, till.token, site.identity.service)

    def push(self) -> None:
        """Everything the till kept goes up and is accepted."""
        answer = self._client.push(self.counter.ask(lambda desk: desk.store.outbox.to_push(50)))
        assert {result.kind for result in answer.results} == {ResultKind.APPLIED}
        self.counter.ask(lambda desk: desk.store.site_side.take_answer(answer, NOW))

    def balance(self, holder: Holder) -> tuple[int, int]:
        """What the site says of a balance."""
        state = self.site.database.read(lambda db: balances.state(db, holder, "EUR", NOW))
        return state.balance.amount, state.available.amount

    def close(self) -> None:
        """End of the test."""
        self._client.close()
        self.counter.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The boss at a till that asks a real site."""
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, Clock(NOW))
    _fill(site)
    till = enrol(site)
    with served(create_app(site)) as address:

        def prepare(bench: Bench) -> None:
            words = Enrolled(
                service=site.identity.service, epoch=site.identity.epoch, device=till.device,
                token=till.token, store="S01", till="02", profile="counter", code_key=KEY.hex(),
            )  # fmt: skip
            bench.store.identity.enrol(words, address)
            bench.store.outbox.start(1, 1)
            bench.store.identity.follow(site.identity.epoch, "0")
            bench.tell(RecordKind.ITEM, GIFT.sku, GIFT)
            bench.tell(RecordKind.CUSTOMER, MARIA.id, replace(MARIA, account_limit=5_000))
            for tender in TENDERS:
                bench.tell(RecordKind.TENDER, tender.code, tender)

        place = Place(open_counter(tmp_path, prepare=prepare), site, address, till)
        place.counter.till.sign_in(BOSS)
        yield place
        place.close()
    site.close()


def sell_card(counter: Counter, amount: str) -> None:
    """A gift card is sold for cash, without a receipt."""
    counter.scan(GIFT.sku)
    assert counter.page == "approval"
    counter.say("gc 100-200")
    type_text(counter.screen.finder.editor._value.entry, amount)
    counter.press("OK")
    counter.pay()
    counter.tile("cash")
    press(named(counter.screen, "No receipt"))
    counter.press("Next customer")


def test_a_card_is_sold_asked_about_and_used_for_what_it_holds(place: Place) -> None:
    counter = place.counter
    sell_card(counter, "10")
    place.push()
    assert place.balance(CARD) == (1_000, 1_000)
    counter.scan("BTL-2")
    counter.pay()
    counter.tile("gift_card")
    counter.screen.tendering.give_reference("GC100200")
    counter.rest()
    assert place.balance(CARD) == (1_000, 0)
    counter.tile("cash")
    counter.press("Next customer")
    assert (counter.moved("gift_card"), counter.moved("cash")) == (1_000, 1_995)
    place.push()
    assert place.balance(CARD) == (0, 0)
    counter.more("balance")
    counter.say("GC100200")
    assert any("*0200" in words and "0.00" in words for words in counter.said())


def test_a_card_payment_that_is_taken_back_frees_the_money(place: Place) -> None:
    counter = place.counter
    sell_card(counter, "10")
    place.push()
    counter.scan("BTL-2")
    counter.pay()
    counter.tile("gift_card")
    counter.screen.tendering.give_reference("GC100200")
    counter.rest()
    press(named(counter.screen, "Take back Gift card 10.00"))
    counter.rest()
    assert place.balance(CARD) == (1_000, 1_000)


def test_credit_is_on_the_customer_card_and_pays_before_cash(place: Place) -> None:
    counter = place.counter
    counter.customer()
    counter.till.window.navigation.navigate("customer", then=lambda _one: None, now=counter.cart.customer)
    counter.rest()
    assert counter.screen._balances.text() == "Credit 24.00 · On account up to 50.00"
    counter.till.window.navigation.back()
    counter.scan("BTL-2")
    counter.pay()
    assert counter.screen.tendering.keys["credit"]._detail == "24.00 available"
    counter.tile("credit")
    counter.press("Next customer")
    assert counter.moved("credit") == 1_995
    place.push()
    assert place.balance(CREDIT) == (405, 405)


def test_a_receipt_of_another_till_is_found_at_the_centre_and_comes_back_once(place: Place) -> None:
    counter = place.counter
    counter.scan("BTL-2")
    counter.pay()
    counter.tile("cash")
    counter.press("Next customer")
    place.push()
    sale = counter.ask(returning.receipts)[0]
    other = replace(sale, id="other", number="S02-01-R000007-1", store="S02", till="01")
    other_till = enrol(place.site, "S02", "01")
    by = replace(other.by, id="boss")
    assert other_till.result(other_till.seal_sale(replace(other, by=by))).kind is ResultKind.APPLIED
    counter.screen.finder.search.setFocus()
    counter.till.at.window.navigation.home("sale")
    counter.rest()
    counter.floor.flow("sale")._functions.hit("receipt", other.number)
    counter.rest()
    assert counter.cart.returns == "other"
    counter.pay()
    counter.press("Wrong size")
    counter.tile("cash")
    counter.press("Next customer")
    place.push()
    counter.floor.flow("sale")._functions.hit("receipt", other.number)
    counter.rest()
    assert not counter.cart.returns
