"""Receipts wait until the customer said how they are wanted; every figure of the shift has its own line."""

from __future__ import annotations

import json

import pytest

from pos_app.operations import balances, paying, printing, receipts, returning, selling, shifts
from pos_app.operations import cart as carts
from pos_app.operations.balances import Wanted
from pos_app.operations.cart import Cart
from pos_app.operations.paying import Tendering
from pos_app.store.balance_attempts import BalanceAttempt, HeldState
from pos_app.store.print_jobs import JobState
from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.documents.codec import from_data
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.policies import Policy, ReceiptWanted
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import Reason, ReasonFor, Tender, TenderKind
from site_sync.protocol.balances import HoldAnswer, ReceiptAnswer
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import RECEIPT_MAIL
from site_sync.protocol.envelope import PayloadKind
from tests.desks import BOSS, CASHIER, MARIA, SKUS, Bench, acting, open_bench

GIFT = Item("GIFT", "Gift card", Money(0, "EUR"), 0, kind=ItemKind.GIFT_CARD, open_price=True)
CARD = Holder(BalanceKind.GIFT_CARD, "GC100200")


def euro(amount: int) -> Money:
    """An amount in euro."""
    return Money(amount, "EUR")


@pytest.fixture
def shop(bench: Bench) -> Bench:
    """A till with an open shift, gift cards and their tender."""
    bench.tell(RecordKind.ITEM, GIFT.sku, GIFT)
    bench.tell(
        RecordKind.TENDER, "gift_card", Tender("gift_card", TenderKind.GIFT_CARD, {"en": "Gift card"}, 3)
    )
    shifts.open(bench.desk, acting(), euro(20_000))
    return bench


def cart_of(bench: Bench, *skus: str) -> Cart:
    """A sale of some items."""
    cart = selling.new_cart(bench.desk)
    for sku in skus:
        added = selling.add_item(bench.desk, cart, sku)
        assert isinstance(added, Cart)
        cart = added
    return cart


def with_card(bench: Bench, amount: int) -> Cart:
    """A sale of one gift card."""
    cart = cart_of(bench, GIFT.sku)
    priced = selling.set_price(bench.desk, acting(), cart, 1, euro(amount))
    assert isinstance(priced, Cart)
    loaded = selling.load_card(bench.desk, priced, 1, "gc 100-200")
    assert isinstance(loaded, Cart)
    return loaded


def paid(bench: Bench, cart: Cart, cash: int = 0, held: str = "") -> Tendering:
    """What is due, taken from a card first and then in cash; the receipt is asked about."""
    tendering = paying.begin(carts.totals(cart).total, asks_receipt=True)
    if held:
        taken = balances.take(bench.desk, tendering, held)
        assert isinstance(taken, Tendering)
        tendering = taken
    if cash:
        more = paying.take_cash(bench.desk, tendering, euro(cash))
        assert isinstance(more, Tendering)
        tendering = more
    return tendering


def sold(bench: Bench, cart: Cart, tendering: Tendering) -> selling.Sold:
    """The sale is kept."""
    shift = shifts.current(bench.desk)
    assert shift is not None
    who = acting(shift=shift.id)
    assert selling.check(bench.desk, who, cart) is None
    done = selling.finish(bench.desk, who, cart, tendering)
    assert isinstance(done, selling.Sold), done
    return done


def hold(bench: Bench, amount: int, left: int = 0) -> str:
    """The centre set money of the card aside."""
    attempt = balances.begin(bench.desk, acting(), Wanted("gift_card", CARD, euro(amount)))
    assert isinstance(attempt, BalanceAttempt)
    answer = HoldAnswer(id=attempt.id, amount=euro(amount), left=euro(left))
    assert isinstance(balances.settle(bench.desk, answer), BalanceAttempt)
    return attempt.id


@pytest.mark.parametrize(("told", "refusal"), [
    ("balance_empty", Refusal(Code.BALANCE_EMPTY, {"balance": 0})),
    ("asked_of_tomorrow", Refusal(Code.SITE_REFUSED, {"code": "asked_of_tomorrow"})),
])  # fmt: skip
def test_a_balance_is_refused_with_what_the_centre_said_known_or_not(
    bench: Bench, told: str, refusal: Refusal
) -> None:
    attempt = balances.begin(bench.desk, acting(), Wanted("gift_card", CARD, euro(500)))
    assert isinstance(attempt, BalanceAttempt)
    answer = HoldAnswer(id=attempt.id, amount=euro(0), left=euro(0), refused=told)
    assert balances.settle(bench.desk, answer) == refusal
    kept = bench.store.balance_attempts.get(attempt.id)
    assert kept is not None
    assert kept.state is HeldState.REFUSED


def states(bench: Bench) -> list[JobState]:
    """The states of all print jobs, oldest first."""
    return [job.state for job in reversed(bench.store.print_jobs.recent())]


@pytest.mark.parametrize(
    ("wanted", "state"), [(ReceiptWanted.PRINT, JobState.QUEUED), (ReceiptWanted.NONE, JobState.UNPRINTED)]
)
def test_a_receipt_waits_and_then_goes_as_wanted_and_can_be_copied(
    shop: Bench, wanted: ReceiptWanted, state: JobState
) -> None:
    cart = cart_of(shop, SKUS[1])
    done = sold(shop, cart, paid(shop, cart, 2_000))
    offer = receipts.offer(shop.desk)
    assert offer is not None
    assert (offer.usual, offer.email, offer.opens_drawer) == (ReceiptWanted.PRINT, "", True)
    assert states(shop) == [JobState.HELD]
    assert shop.store.print_jobs.next_job("receipt") is None
    assert receipts.choose(shop.desk, acting(), wanted) == offer.jobs
    assert states(shop) == [state]
    job = shop.store.print_jobs.get(offer.jobs[0])
    assert job is not None
    assert job.document.open_drawer == (wanted is ReceiptWanted.NONE)
    assert receipts.offer(shop.desk) is None
    copied = printing.print_sale_copy(shop.desk, acting(), done.sale.number)
    assert isinstance(copied, tuple)


def test_a_receipt_by_mail_goes_up_as_a_command_in_the_customers_language(shop: Bench) -> None:
    shop.set_policy(Policy(receipt=ReceiptWanted.EMAIL))
    cart = carts.with_customer(cart_of(shop, SKUS[1]), MARIA)
    done = sold(shop, cart, paid(shop, cart, 2_000))
    offer = receipts.offer(shop.desk)
    assert offer is not None
    assert (offer.usual, offer.email) == (ReceiptWanted.EMAIL, MARIA.email)
    shop.online[0] = False
    refused = receipts.choose(shop.desk, acting(), ReceiptWanted.EMAIL, "maria@")
    assert isinstance(refused, Refusal)
    assert refused.code is Code.EMAIL_INVALID
    assert states(shop) == [JobState.HELD]
    assert receipts.choose(shop.desk, acting(), ReceiptWanted.EMAIL, " maria@example.com ") == offer.jobs
    assert states(shop) == [JobState.UNPRINTED]
    envelope = shop.store.outbox.to_push(50)[-1]
    mail = RECEIPT_MAIL.load(envelope.payload)
    paper = from_data(json.loads(mail.document))
    assert envelope.payload_kind is PayloadKind.MAIL
    assert (mail.address, mail.number, mail.language) == ("maria@example.com", done.sale.number, "en")
    assert done.sale.number in paper.title


def test_a_sold_and_a_used_card_have_lines_of_their_own_and_the_shift_adds_up(shop: Bench) -> None:
    shop.tell(RecordKind.TENDER, "cash", Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, 5))
    card = with_card(shop, 5_000)
    sold(shop, card, paid(shop, card, 6_000))
    goods = cart_of(shop, SKUS[1], SKUS[3])
    attempt = hold(shop, 3_000, 2_000)
    done = sold(shop, goods, paid(shop, goods, 4_000, attempt))
    assert done.sale.payments[0].balance == euro(2_000)
    assert done.sale.payments[0].reference == CARD.key
    assert done.sale.rounding == 1
    kept = shop.store.balance_attempts.get(attempt)
    assert kept is not None
    assert kept.used
    shift = shifts.current(shop.desk)
    assert shift is not None
    found = shifts.figures(shop.desk, shift.id)
    assert isinstance(found, ShiftFigures)
    amounts = (found.sales.amount, found.gift_cards.amount, found.rounding, found.change.amount)
    assert amounts == (6_994, 5_000, 1, 1_005)
    assert {one.tender: one.taken for one in found.tenders} == {"cash": 8_995, "gift_card": 3_000}
    assert found.turnover == found.taken == 11_995
    assert found.cash.expected == 28_995


def test_money_set_aside_and_not_used_is_let_go(shop: Bench) -> None:
    attempt = hold(shop, 3_000)
    assert balances.left_over(shop.desk, (attempt,)) is None
    release = balances.left_over(shop.desk)
    assert release is not None
    assert release.ids == (attempt,)
    balances.released(shop.desk, release)
    kept = shop.store.balance_attempts.get(attempt)
    assert kept is not None
    assert kept.state is HeldState.RELEASED
    refused = balances.take(shop.desk, paying.begin(euro(3_000)), attempt)
    assert isinstance(refused, Refusal)


def test_offline_no_card_is_sold_or_used_and_the_till_says_why(shop: Bench) -> None:
    cart = cart_of(shop, GIFT.sku)
    shop.online[0] = False
    wanted = Wanted("gift_card", CARD, euro(100))
    for refused in (
        selling.load_card(shop.desk, cart, 1, "GC100200"),
        balances.begin(shop.desk, acting(), wanted),
        balances.question(shop.desk, (CARD,)),
    ):
        assert isinstance(refused, Refusal)
        assert refused.code is Code.OFFLINE
    shop.set_policy(Policy(offline_gift_cards=True))
    assert isinstance(selling.load_card(shop.desk, cart, 1, "GC100200"), Cart)


def test_what_would_be_refused_is_refused_before_money_is_asked(shop: Bench) -> None:
    shift = shifts.current(shop.desk)
    assert shift is not None
    who = acting(shift=shift.id)
    unnumbered = selling.check(shop.desk, who, cart_of(shop, GIFT.sku))
    closed = selling.check(shop.desk, acting(shift="gone"), cart_of(shop, SKUS[0]))
    assert isinstance(unnumbered, Refusal)
    assert isinstance(closed, Refusal)
    assert (unnumbered.code, closed.code) == (Code.CARD_NUMBER_NEEDED, Code.SHIFT_NEEDED)


def test_a_discount_on_the_whole_sale_adds_up_and_leaves_gift_cards_alone(shop: Bench) -> None:
    cart = with_card(shop, 5_000)
    for sku in (SKUS[1], SKUS[3], SKUS[4]):
        more = selling.add_item(shop.desk, cart, sku)
        assert isinstance(more, Cart)
        cart = more
    refused = selling.set_sale_discount(shop.desk, acting(CASHIER), cart, 1_000)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.RIGHT_NEEDED
    cheaper = selling.set_sale_discount(shop.desk, acting(), cart, 1_000)
    assert isinstance(cheaper, Cart)
    assert [line.discount for line in cheaper.lines] == [0, 199, 500, 325]
    assert carts.totals(cheaper).discount == euro(1_024)


def test_tax_on_top_of_prices_is_on_the_screen_in_the_sale_and_in_the_report(shop: Bench) -> None:
    shop.set_policy(Policy(prices_include_tax=False))
    cart = cart_of(shop, SKUS[1])
    sums = carts.totals(cart)
    assert (sums.lines, sums.tax, sums.total) == (euro(1_995), euro(499), euro(2_494))
    done = sold(shop, cart, paid(shop, cart, 2_494))
    assert (done.sale.total, done.sale.tax, done.sale.prices_include_tax) == (2_494, 499, False)
    shift = shifts.current(shop.desk)
    assert shift is not None
    found = shifts.figures(shop.desk, shift.id)
    assert isinstance(found, ShiftFigures)
    assert found.taxes == {2_500: (2_494, 499)}


def test_a_parked_sale_keeps_who_approved_its_discount(shop: Bench) -> None:
    approved = acting(CASHIER, reason="small fault")
    cart = cart_of(shop, SKUS[1])
    who = type(approved)(CASHIER, approved.shift, BOSS, "small fault")
    parked = selling.park(shop.desk, who, cart)
    assert isinstance(parked, str)
    resumed = selling.resume(shop.desk, parked)
    assert resumed == selling.Resumed(cart, BOSS, "small fault")


def test_goods_of_another_tills_receipt_come_back_by_reason_and_not_twice(
    shop: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = open_bench(tmp_path_factory.mktemp("other"), "03")
    shifts.open(other.desk, acting(), euro(0))
    cart = cart_of(other, SKUS[1], SKUS[1])
    sale = sold(other, cart, paid(other, cart, 4_000)).sale
    other.store.close()
    shop.online[0] = False
    offline = returning.return_cart(shop.desk, sale.number)
    assert isinstance(offline, Refusal)
    assert offline.code is Code.OFFLINE
    shop.online[0] = True
    returning.take_over(shop.desk, ReceiptAnswer(sale=sale))
    back = returning.return_cart(shop.desk, sale.number)
    assert isinstance(back, Cart)
    one = returning.with_units(shop.desk, back, 1, 1)
    assert isinstance(one, Cart)
    damaged = Reason("faulty", ReasonFor.RETURN, {"en": "Faulty"}, ReturnTo.DAMAGED)
    shop.tell(RecordKind.REASON, damaged.code, damaged)
    one = type(one)(one.currency, one.lines, None, None, one.returns, ReturnTo.DAMAGED)
    shift = shifts.current(shop.desk)
    assert shift is not None
    who = acting(shift=shift.id, reason="Faulty")
    claim = returning.claim(shop.desk, who, one)
    assert claim is not None
    assert [line.units for line in claim.lines] == [1]
    pay = returning.begin(shop.desk, who, one)
    assert not isinstance(pay, Refusal)
    tendering = paying.pay_out(shop.desk, pay.tendering, "cash")
    assert isinstance(tendering, Tendering)
    done = selling.finish(shop.desk, who, one, tendering)
    assert isinstance(done, selling.Sold)
    assert (done.sale.total, done.sale.stock, done.sale.reason) == (-1_995, (), "Faulty")
    rest = returning.return_cart(shop.desk, sale.number)
    assert isinstance(rest, Cart)
    assert [line.quantity for line in rest.lines] == [-1]
