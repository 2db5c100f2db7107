"""Gift cards, credit and accounts at the site: never below zero, each entry once, the rest to one till."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Cancel, TakePayment
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery
from site_sync.domain.particulars import Tendered, part_id
from site_sync.domain.policies import DepositAtEnd
from site_sync.domain.sales import Sale, SaleLine, return_note
from site_sync.domain.shop import Tender, TenderKind
from site_sync.protocol.balances import ClaimLine, HoldAnswer, HolderWords, HoldWanted, ReturnClaim
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.envelope import ResultKind
from site_sync.service import balances, enrolment, problems, returned_goods
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.service.shop import ANNA, JACKET, NOON, Commands, new_line
from tests.service.sites import Clock
from tests.service.tills import Till, enrol

CARD = Holder(BalanceKind.GIFT_CARD, "GC100200")
MARIA = Customer("c1", "Maria Jensen", email="maria@example.com", account_limit=10_000)
KINDS = (TenderKind.CASH, TenderKind.GIFT_CARD, TenderKind.CREDIT, TenderKind.ACCOUNT)


def euro(amount: int) -> Money:
    """An amount in euro."""
    return Money(amount, "EUR")


@pytest.fixture
def shop(site: Site) -> Site:
    """The small shop, with its tenders and Maria."""
    tenders = [Tender(kind.value, kind, {"en": kind.value}) for kind in KINDS]
    site.database.write(lambda tx: records.save(tx, RecordKind.TENDER, *tenders))
    site.database.write(lambda tx: records.save(tx, RecordKind.CUSTOMER, MARIA))
    return site


def sale(number: int, *lines: SaleLine, pays: tuple[Tendered, ...], till: str = "02") -> Sale:
    """A sale of S01 that is paid exactly."""
    return Sale(
        f"sale-{number}", f"S01-{till}-R{number:06d}-1", "S01", till, "z1", ANNA, NOON, "EUR", lines, pays,
        euro(0),
    )  # fmt: skip


def card_line(amount: int, quantity: int = 1, note: str = "") -> SaleLine:
    """A gift card that is sold, or taken back."""
    return SaleLine(
        1, "GIFT", "Gift card", quantity, euro(amount), 0, kind=ItemKind.GIFT_CARD, card=CARD.key, note=note
    )


def goods(quantity: int = 1, note: str = "") -> SaleLine:
    """A stove of 40 euro, or stoves that come back."""
    return SaleLine(1, "STV", "Stove", quantity, euro(4_000), 2_500, note=note)


def sell_card(till: Till, amount: int = 5_000) -> None:
    """A gift card is sold for cash."""
    sold = sale(1, card_line(amount), pays=(Tendered("p1", "cash", euro(amount)),))
    assert till.result(till.seal_sale(sold)).kind is ResultKind.APPLIED


def hold(site: Site, till: Till, attempt: str, amount: int, holder: Holder = CARD) -> HoldAnswer:
    """A till wants money of a balance set aside."""
    words = HoldWanted(id=attempt, holder=HolderWords(kind=holder.kind, key=holder.key), amount=euro(amount))
    return site.database.write(lambda tx: balances.hold(tx, till.device, words, site.now()))


def balance(site: Site, holder: Holder = CARD) -> tuple[int, int]:
    """What a balance holds, and what is free of it."""
    found = site.database.read(lambda db: balances.state(db, holder, "EUR", site.now()))
    assert site.database.read(balances.drifts) == []
    return found.balance.amount, found.available.amount


def codes(site: Site) -> list[str]:
    """Codes of the open problems."""
    return [problem.code for problem in site.database.read(problems.open_problems)]


def test_a_card_is_loaded_by_its_sale_and_spent_once_at_most_for_what_it_holds(
    shop: Site, till: Till
) -> None:
    sell_card(till)
    assert balance(shop) == (5_000, 5_000)
    other = enrol(shop, till="03")
    first, again = hold(shop, till, "a1", 8_000), hold(shop, till, "a1", 8_000)
    assert first == again == HoldAnswer(id="a1", amount=euro(5_000), left=euro(0))
    assert hold(shop, other, "b1", 100).refused == "balance_empty"
    paid = (Tendered("a1", "gift_card", euro(5_000), CARD.key),)
    envelope = till.seal_sale(sale(2, replace(goods(), unit_price=euro(5_000)), pays=paid))
    assert till.result(envelope).kind is till.result(envelope).kind is ResultKind.APPLIED
    assert balance(shop) == (0, 0)
    assert hold(shop, till, "a1", 8_000).refused == "payment_repeated"
    entries = shop.database.read(lambda db: balances.entries(db, CARD))
    assert sorted(row.amount for row in entries) == [-5_000, 5_000]
    assert codes(shop) == []


def test_tills_that_spend_a_card_at_one_moment_never_get_more_than_it_holds(shop: Site, till: Till) -> None:
    sell_card(till)
    tills = [till, *(enrol(shop, till=f"{number:02d}") for number in (3, 4, 5))]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: hold(shop, one, one.device, 3_000), tills))
    assert sorted(one.amount.amount for one in answers) == [0, 0, 2_000, 3_000]
    assert balance(shop) == (5_000, 0)


def test_money_that_nobody_used_is_free_again_when_let_go_or_in_time(
    shop: Site, till: Till, clock: Clock
) -> None:
    sell_card(till)
    hold(shop, till, "a1", 3_000)
    other = enrol(shop, till="03")
    assert shop.database.write(lambda tx: balances.release(tx, other.device, ("a1",))) == 0
    assert balance(shop)[1] == 2_000
    assert shop.database.write(lambda tx: balances.release(tx, till.device, ("a1",))) == 1
    assert balance(shop)[1] == 5_000
    hold(shop, till, "a2", 5_000)
    clock.now += balances.HOLD_FOR
    assert hold(shop, other, "b1", 5_000).amount == euro(5_000)


def test_a_payment_that_comes_after_its_hold_lapsed_is_kept_and_what_lacks_is_told(
    shop: Site, till: Till, clock: Clock
) -> None:
    sell_card(till)
    hold(shop, till, "a1", 4_000)
    clock.now += balances.HOLD_FOR
    assert hold(shop, enrol(shop, till="03"), "b1", 3_000).amount == euro(3_000)
    paid = (Tendered("a1", "gift_card", euro(4_000), CARD.key),)
    assert till.result(till.seal_sale(sale(2, goods(), pays=paid))).kind is ResultKind.APPLIED
    assert balance(shop) == (3_000, 0)
    (problem,) = shop.database.read(problems.open_problems)
    assert (problem.code, problem.facts["missing"], problem.facts["key"]) == ("balance_short", 2_000, "*0200")


def test_a_card_is_taken_back_whole_or_not_at_all(shop: Site, till: Till) -> None:
    sell_card(till)
    words = HoldWanted(
        id="back:sale-1:1", holder=HolderWords(kind=CARD.kind, key=CARD.key), amount=euro(5_000), whole=True
    )

    def wanted() -> HoldAnswer:
        return shop.database.write(lambda tx: balances.hold(tx, till.device, words, shop.now()))

    hold(shop, till, "a1", 100)
    assert wanted().refused == "card_used"
    shop.database.write(lambda tx: balances.release(tx, till.device, ("a1",)))
    assert wanted().amount == euro(5_000)
    back = sale(
        3, card_line(5_000, -1, return_note("sale-1", 1)), pays=(Tendered("r1", "cash", euro(-5_000)),)
    )
    assert till.result(till.seal_sale(back)).kind is ResultKind.APPLIED
    assert balance(shop) == (0, 0)


def test_credit_kept_of_an_order_pays_another_one_and_comes_back_to_it(shop: Site, till: Till) -> None:
    commands, credit = Commands(), Holder(BalanceKind.CREDIT, "c1")
    made = till.give(commands.create(new_line(JACKET), customer=MARIA)).order
    assert made is not None
    till.give(commands.give(made.id, TakePayment((Tendered("p1", "cash", euro(2_400)),))))
    act = Cancel("changed mind", None, DepositAtEnd.CREDIT, movement_id="kept-1")
    assert till.give(commands.give(made.id, act)).kind is ResultKind.APPLIED
    assert balance(shop, credit) == (2_400, 2_400)
    other = till.give(commands.create(new_line(JACKET), customer=MARIA, delivery=Delivery(store="S02"))).order
    assert other is not None
    assert hold(shop, till, "a1", 12_900, credit).amount == euro(2_400)
    pay = TakePayment((Tendered("a1", "credit", euro(2_400), "c1"),))
    assert till.give(commands.give(other.id, pay)).kind is ResultKind.APPLIED
    assert balance(shop, credit) == (0, 0)
    assert codes(shop) == []


def test_credit_of_somebody_unknown_belongs_to_the_number_on_the_credit_note(shop: Site, till: Till) -> None:
    commands = Commands()
    made = till.give(commands.create()).order
    assert made is not None
    till.give(commands.give(made.id, TakePayment((Tendered("p1", "cash", euro(900)),))))
    till.give(commands.give(made.id, Cancel("no", None, DepositAtEnd.CREDIT, movement_id="kept-1")))
    assert balance(shop, Holder(BalanceKind.CREDIT, made.number)) == (900, 900)


def test_an_account_goes_below_zero_up_to_its_limit_and_only_for_who_has_one(shop: Site, till: Till) -> None:
    account = Holder(BalanceKind.ACCOUNT, "c1")
    assert hold(shop, till, "x", 100, Holder(BalanceKind.ACCOUNT, "c2")).refused == "account_not_allowed"
    assert hold(shop, till, "a1", 12_000, account).amount == euro(10_000)
    paid = (Tendered("a1", "account", euro(10_000), "c1"),)
    till.result(till.seal_sale(sale(2, replace(goods(), unit_price=euro(10_000)), pays=paid)))
    assert balance(shop, account) == (-10_000, 0)
    told = replace(MARIA, account_limit=999_999)
    till.give(Commands().create(new_line(JACKET), customer=told))
    assert shop.database.read(lambda db: records.customer(db, "c1")) == MARIA


def test_a_receipt_is_taken_back_once_at_whatever_till(shop: Site, till: Till) -> None:
    till.result(till.seal_sale(sale(1, goods(3), pays=(Tendered("p1", "cash", euro(12_000)),))))
    other = enrol(shop, till="03")

    def claim(at: Till, units: int) -> bool:
        words = ReturnClaim(
            id=f"{at.device}:sale-1", sale="sale-1", staff="Anna", lines=(ClaimLine(line=1, units=units),)
        )

        def ask(tx):  # type: ignore[no-untyped-def]
            device = enrolment.lock(tx, at.device)
            assert device is not None
            return returned_goods.claim(tx, device, words, shop.now())

        return bool(shop.database.write(ask).granted)

    assert [claim(till, 2), claim(other, 2), claim(other, 1), claim(till, 2)] == [True, False, True, True]
    note = return_note("sale-1", 1)
    back = sale(2, goods(-2, note), pays=(Tendered("r1", "cash", euro(-8_000)),))
    assert till.result(till.seal_sale(back)).kind is ResultKind.APPLIED
    assert not claim(till, 1)
    late = replace(sale(4, goods(-2, note), pays=(Tendered("r2", "cash", euro(-8_000)),), till="03"))
    assert other.result(other.seal_sale(late)).kind is ResultKind.APPLIED
    (problem,) = shop.database.read(problems.open_problems)
    facts = (problem.facts["staff"], problem.facts["till"], problem.facts["units"])
    assert (problem.code, *facts) == ("returned_already", "Anna", "02", 1)
    answer = shop.database.read(lambda db: returned_goods.receipt(db, "S01-02-R000001-1", shop.now()))
    assert [(one.units, one.till) for one in answer.back] == [(2, "02"), (2, "03")]


def test_one_return_takes_the_same_line_of_two_receipts_back(shop: Site, till: Till) -> None:
    for number in (1, 2):
        paid = (Tendered(f"p{number}", "cash", euro(4_000)),)
        till.result(till.seal_sale(sale(number, goods(), pays=paid)))
    lines = (goods(-1, return_note("sale-1", 1)), replace(goods(-1, return_note("sale-2", 1)), id=2))
    back = sale(3, *lines, pays=(Tendered("r1", "cash", euro(-8_000)),))
    assert till.result(till.seal_sale(back)).kind is ResultKind.APPLIED
    for receipt in ("S01-02-R000001-1", "S01-02-R000002-1"):
        answer = shop.database.read(partial(returned_goods.receipt, number=receipt, now=shop.now()))
        assert [(one.line, one.units, one.number) for one in answer.back] == [(1, 1, "S01-02-R000003-1")]


def test_a_card_that_pays_for_two_orders_stays_set_aside_for_the_second(shop: Site, till: Till) -> None:
    sell_card(till)
    other, commands = enrol(shop, till="03"), Commands()
    hold(shop, till, "a1", 5_000)
    first = commands.create(new_line(JACKET), payments=(Tendered("a1", "gift_card", euro(3_000), CARD.key),))
    till.give(first)
    assert balance(shop) == (2_000, 0)
    assert hold(shop, other, "b1", 100).refused == "balance_empty"
    second = Tendered(part_id("a1", 1), "gift_card", euro(2_000), CARD.key)
    assert till.give(commands.create(new_line(JACKET), payments=(second,))).kind is ResultKind.APPLIED
    assert balance(shop) == (0, 0)
    assert codes(shop) == []
