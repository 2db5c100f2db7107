"""Tests of sales that make several orders: one payment over all of them, each within its own bounds."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.hardware.card_terminal import TerminalReason, TerminalState
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal, read_script
from pos_app.operations import baskets, loose_cards, orders, paying, refunding
from pos_app.operations import cart as carts
from pos_app.operations.baskets import Settled
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.drafting import ORDERS
from pos_app.operations.loose_cards import LooseChoice
from pos_app.operations.orders import Details, Offer
from pos_app.operations.paying import Tendering
from pos_app.store.card_attempts import AttemptState
from pos_app.store.cash import EntryKind
from site_sync.domain import deposits
from site_sync.domain.actions import Action, ActionCode
from site_sync.domain.commands import Create
from site_sync.domain.customers import Address
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, DeliveryMode, OrderKind
from site_sync.domain.policies import DepositPolicy, Policy
from site_sync.domain.shop import DeliveryMethod
from site_sync.domain.totals import paid, totals
from site_sync.protocol.changes import RecordKind
from tests.desks import CASHIER, SKUS, Bench, acting
from tests.operations.test_orders import filled

JACKET, BOTTLE, TENT, MAT = SKUS[:4]
HOME = Address("Strandvej 1", "8000", "Aarhus", "DK")
FEE = 590
SHIP = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, Money(FEE, "EUR"), needs_store=False)
DELIVERIES = (
    Delivery("collect", store="S01"),
    Delivery("ship", DeliveryMode.SHIP, address=HOME),
    Delivery("collect", store="S02"),
)
A = ActionCode


@pytest.fixture
def shop(bench: Bench) -> Bench:
    bench.set_policy(Policy(deposit=DepositPolicy(minimum_percent=2_000)))
    bench.tell(RecordKind.DELIVERY_METHOD, "ship", SHIP)
    return bench


def deliveries(bench: Bench) -> tuple[Details, ...]:
    first = orders.new_details(bench.desk)
    return tuple(replace(first, delivery=one) for one in DELIVERIES)


def grouped(cart: Cart, line: int, group: int, units: int) -> Cart:
    found = carts.with_group(cart, line, group, units)
    assert isinstance(found, Cart)
    return found


def three_ways(bench: Bench) -> Cart:
    """A jacket leaves now and one is collected here, two bottles are shipped."""
    cart = carts.with_mark(filled(bench, **{JACKET: 2, BOTTLE: 2}), 1, 1)
    assert isinstance(cart, Cart)
    return grouped(cart, 2, 1, 2)


def shown(bench: Bench, cart: Cart, ways: tuple[Details, ...]) -> Offer:
    found = baskets.offer(bench.desk, acting(CASHIER), baskets.portions(cart, ways))
    assert isinstance(found, Offer)
    return found


def action(found: Offer, code: ActionCode) -> Action:
    return next(one for one in found.actions if one.code is code)


def settled(bench: Bench, cart: Cart, code: ActionCode, amount: int | None = None) -> Settled:
    ways = deliveries(bench)
    found = shown(bench, cart, ways)
    now = action(found, code).amount_now if amount is None else Money(amount, "EUR")
    return Settled(baskets.portions(cart, ways), found, code, now)


def by_cash(bench: Bench, amount: int, handed: int | None = None) -> Tendering | None:
    if not amount:
        return None
    taken = paying.take_cash(bench.desk, paying.begin(Money(amount, "EUR")), Money(handed or amount, "EUR"))
    assert isinstance(taken, Tendering)
    return taken


def by_card(bench: Bench, tendering: Tendering, amount: int) -> Tendering:
    attempt = paying.begin_card(bench.desk, acting(CASHIER), Money(amount, "EUR"), "basket")
    assert not isinstance(attempt, Refusal)
    approved = replace(attempt, state=AttemptState.APPROVED, reference="ch_77")
    bench.store.card_attempts.settle(approved)
    taken = paying.take_card(bench.desk, tendering, attempt.id)
    assert isinstance(taken, Tendering)
    return taken


def kept(bench: Bench, what: Settled, tendering: Tendering | None) -> tuple[Changed, ...]:
    done = baskets.finish(bench.desk, acting(CASHIER), what, tendering)
    assert not isinstance(done, Refusal), done
    return done


def test_one_payment_for_goods_carried_out_collected_and_shipped(shop: Bench) -> None:
    what = settled(shop, three_ways(shop), A.CONTINUE_TO_PAYMENT)
    # The jacket that leaves, which is more than a fifth of that order, and all of what is shipped.
    assert what.amount.amount == 12_900 + 2 * 1_995 + FEE
    assert baskets.check(shop.desk, acting(CASHIER), what) is None
    here, home = kept(shop, what, by_cash(shop, what.amount.amount, 30_000))
    assert [one.quantities.collected for one in here.order.lines] == [1, 0]
    assert (paid(here.order), paid(home.order)) == (12_900, 4_580)
    assert home.order.delivery.address == HOME
    assert here.order.basket == home.order.basket == (here.order.number, home.order.number)
    assert [one.act.basket for one in (here.command, home.command) if isinstance(one.act, Create)] == [
        here.order.basket
    ] * 2
    assert {one.document.kind for one in shop.store.print_jobs.of_order(home.order.id)} == {
        DocumentKind.ORDER_CONFIRMATION
    }
    kinds = [one.document.kind for one in shop.store.print_jobs.of_order(here.order.id)]
    assert sorted(kinds) == [DocumentKind.ORDER_CONFIRMATION, DocumentKind.SALES_RECEIPT]


def test_the_numbers_shown_are_those_the_orders_get(shop: Bench) -> None:
    what = settled(shop, three_ways(shop), A.PAY_IN_FULL)
    wanted = [one.draft.after.number for one in what.shown.parts]
    done = kept(shop, what, by_cash(shop, what.amount.amount))
    assert [one.order.number for one in done] == wanted
    assert [totals(one.order).balance.amount for one in done] == [0, 0]
    assert done[0].order.lines[0].quantities.collected == 1


def test_a_card_pays_for_both_orders_and_each_part_goes_back_by_itself(shop: Bench) -> None:
    cart = grouped(filled(shop, **{JACKET: 1, BOTTLE: 1}), 2, 2, 1)
    what = settled(shop, cart, A.PAY_IN_FULL)
    tendering = by_card(shop, paying.begin(what.amount), what.amount.amount)
    first, second = (one.order for one in kept(shop, what, tendering))
    assert [(one.amount.amount, one.reference) for one in first.payments] == [(12_900, "ch_77")]
    assert [(one.amount.amount, one.reference) for one in second.payments] == [(1_995, "ch_77")]
    assert first.payments[0].id != second.payments[0].id
    assert shop.store.card_attempts.unused() == ()
    over = refunding.of_order(shop.desk, second, Money(1_996, "EUR"))
    assert isinstance(over, Refusal)
    assert over.code is Code.NOTHING_TO_REFUND
    back = refunding.of_order(shop.desk, second, Money(1_995, "EUR"))
    assert not isinstance(back, Refusal)
    assert [(one.reference, one.amount) for one in back.parts] == [("ch_77", 1_995)]


def test_a_part_that_a_card_got_back_before_the_till_stopped_counts_for_its_own_order(shop: Bench) -> None:
    cart = grouped(filled(shop, **{JACKET: 1, BOTTLE: 1}), 2, 2, 1)
    what = settled(shop, cart, A.PAY_IN_FULL)
    made = kept(shop, what, by_card(shop, paying.begin(what.amount), what.amount.amount))
    boss, second = acting(reason="changed their mind"), made[1].order
    gone = orders.cancel(shop.desk, boss, second.id)
    assert isinstance(gone, Changed)
    back = refunding.of_order(shop.desk, gone.order, Money(1_995, "EUR"))
    assert isinstance(back, refunding.PayBack)
    attempt = refunding.begin_card(shop.desk, boss, back, back.parts[0])
    assert not isinstance(attempt, Refusal)
    shop.store.card_attempts.settle(replace(attempt, state=AttemptState.APPROVED, reference="ch_78"))
    again = refunding.of_order(shop.desk, gone.order, Money(1_995, "EUR"))
    assert isinstance(again, refunding.PayBack)
    assert again.open == ()
    (loose,) = loose_cards.loose(shop.desk)
    booked = loose_cards.end(shop.desk, boss, loose.attempt.id, LooseChoice.BOOK)
    assert isinstance(booked, Changed), booked
    assert (paid(booked.order), paid(made[0].order)) == (0, 12_900)


def test_a_terminal_gives_back_to_one_card_no_more_than_both_orders_took(shop: Bench, tmp_path: Path) -> None:
    cart = grouped(filled(shop, **{JACKET: 1, BOTTLE: 1}), 2, 2, 1)
    what = settled(shop, cart, A.PAY_IN_FULL)
    terminal = SimulatedTerminal(read_script(""), shop.clock.read, tmp_path / "terminal.json")
    attempt = paying.begin_card(shop.desk, acting(CASHIER), what.amount, "basket")
    assert not isinstance(attempt, Refusal)
    terminal.start(attempt.id, what.amount)
    shop.clock.move(minutes=1)
    paying.settle_card(shop.desk, terminal.poll(attempt.id))
    tendering = paying.take_card(shop.desk, paying.begin(what.amount), attempt.id)
    assert isinstance(tendering, Tendering)
    parts = [payment for one in kept(shop, what, tendering) for payment in one.order.payments]
    for part in parts:  # one after the other, as a terminal does one thing at a time
        terminal.refund(f"back-{part.id}", part.amount, part.reference)
        shop.clock.move(minutes=1)
    assert [terminal.poll(f"back-{part.id}").state for part in parts] == [TerminalState.APPROVED] * 2
    more = terminal.refund("once-more", Money(1, "EUR"), parts[0].reference)
    assert (more.state, more.reason) == (TerminalState.DECLINED, TerminalReason.OVER_ORIGINAL)


def test_nothing_is_kept_where_one_order_cannot_be_made(shop: Bench) -> None:
    """Both orders want the only two jackets of the other store."""
    shop.put_on_shelf(JACKET, "S02", 2)
    ways = (replace(orders.new_details(shop.desk), delivery=DELIVERIES[2]),) * 2
    cart = grouped(filled(shop, **{JACKET: 4}), 1, 1, 2)
    found = shown(shop, cart, ways)
    what = Settled(baskets.portions(cart, ways), found, A.SAVE, Money(0, "EUR"))
    short = baskets.check(shop.desk, acting(), replace(what, amount=Money(0, "EUR")))
    assert short is not None
    pending, number = shop.store.outbox.pending_count(), shop.store.counters.peek(ORDERS)
    what = replace(what, code=A.PAY_DEPOSIT, amount=action(found, A.PAY_DEPOSIT).amount_now)
    refused = baskets.finish(shop.desk, acting(CASHIER), what, by_cash(shop, what.amount.amount))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.INSUFFICIENT_STOCK
    assert shop.store.outbox.pending_count() == pending
    assert shop.store.counters.peek(ORDERS) == number
    assert shop.store.catalogue.stock_at([("S02", JACKET)])["S02", JACKET].reserved == 0


def test_a_rehearsal_leaves_nothing_behind(shop: Bench) -> None:
    what = settled(shop, three_ways(shop), A.CONTINUE_TO_PAYMENT)
    before = shop.store.outbox.pending_count()
    assert baskets.check(shop.desk, acting(CASHIER), what) is None
    assert shop.store.outbox.pending_count() == before
    done = kept(shop, what, by_cash(shop, what.amount.amount))
    assert shop.store.outbox.pending_count() == before + len(done)


def test_a_basket_is_taken_back_whole_where_no_money_moved(shop: Bench) -> None:
    shop.set_policy(Policy())
    cart = grouped(filled(shop, **{JACKET: 1, BOTTLE: 1}), 2, 2, 1)
    done = kept(shop, settled(shop, cart, A.SAVE), None)
    undo = baskets.undo_of(shop.desk, acting(), done, "never mind")
    assert len(undo) == 2
    back = baskets.undo(shop.desk, acting(), undo)
    assert not isinstance(back, Refusal)
    assert all(one.order.cancelled_at is not None for one in back)
    paid_for = settled(shop, cart, A.PAY_IN_FULL)
    more = kept(shop, paid_for, by_cash(shop, paid_for.amount.amount))
    assert baskets.undo_of(shop.desk, acting(), more, "never mind") == ()


def test_a_quote_and_a_basket_of_one_delivery_stay_one_order(shop: Bench) -> None:
    ways = deliveries(shop)
    cart = three_ways(shop)
    quote = (replace(ways[0], kind=OrderKind.QUOTE), *ways[1:])
    assert len(baskets.portions(cart, quote)) == 1
    alone = grouped(filled(shop, **{BOTTLE: 1}), 1, 1, 1)
    (only,) = baskets.portions(alone, ways)
    assert only.details.delivery.mode is DeliveryMode.SHIP
    assert shown(shop, alone, ways).parts == ()


def _random_cart(bench: Bench, dice: random.Random) -> Cart:
    cart = filled(bench, **{sku: dice.randint(1, 3) for sku in (JACKET, BOTTLE, TENT, MAT)})
    for line in cart.lines:
        units = dice.randint(1, line.quantity)
        if dice.random() < 0.25:
            found = carts.with_mark(cart, line.id, units)
            assert isinstance(found, Cart)
            cart = found
        else:
            cart = grouped(cart, line.id, dice.randint(0, 2), units)
    return cart


def _paid_somehow(bench: Bench, dice: random.Random, amount: int) -> Tendering | None:
    """Part by card, part by cash with change, or all by one of them."""
    if not amount:
        return None
    by = dice.randint(0, amount) if dice.random() < 0.7 else 0
    tendering = paying.begin(Money(amount, "EUR"))
    if by:
        tendering = by_card(bench, tendering, by)
    if by < amount:
        handed = Money(paying.cash_due(bench.desk, tendering).amount + dice.choice((5, 10, 1_000)), "EUR")
        taken = paying.take_cash(bench.desk, tendering, handed)
        assert isinstance(taken, Tendering)
        tendering = taken
    return tendering


def test_whatever_is_bought_and_paid_the_parts_add_up_and_stay_in_their_bounds(shop: Bench) -> None:
    dice = random.Random(20)
    shop.set_policy(Policy(deposit=DepositPolicy(minimum_percent=2_000), cash_rounding=5))
    ways = deliveries(shop)
    for sku in (JACKET, BOTTLE, TENT, MAT):
        for store in ("S01", "S02"):
            shop.put_on_shelf(sku, store, 9_000)
    seen = 0
    for _ in range(40):
        cart = _random_cart(shop, dice)
        found = shown(shop, cart, ways)
        if not found.parts:
            continue
        seen += 1
        offered = [one for one in found.actions if one.enabled and one.code in _SETTLES]
        chosen = dice.choice(offered)
        least = chosen.least or chosen.amount_now
        most = chosen.most or chosen.amount_now
        amount = dice.randint(least.amount, most.amount)
        what = Settled(baskets.portions(cart, ways), found, chosen.code, Money(amount, "EUR"))
        tendering = _paid_somehow(shop, dice, amount)
        _prove(shop, what, tendering)
    assert seen > 25


_SETTLES = {A.CONTINUE_TO_PAYMENT, A.PAY_IN_FULL, A.PAY_DEPOSIT}


def _prove(bench: Bench, what: Settled, tendering: Tendering | None) -> None:
    before = _drawers(bench)
    done = kept(bench, what, tendering)
    made = [one.order for one in done]
    policy = bench.desk.policy().deposit
    assert sum(paid(order) for order in made) == what.amount.amount
    for order in made:
        assert deposits.minimum_due(order, policy) == 0
        assert 0 <= paid(order) <= totals(order).total.amount
        for payment in order.payments:
            over = refunding.of_order(bench.desk, order, Money(paid(order) + 1, "EUR"))
            assert isinstance(over, Refusal), payment
    assert len({payment.id for order in made for payment in order.payments}) == sum(
        len(order.payments) for order in made
    )
    moved = {tender: after - before.get(tender, 0) for tender, after in _drawers(bench).items()}
    taken = tendering.taken if tendering is not None else ()
    for tender, amount in moved.items():
        assert amount == sum(one.amount + one.rounding for one in taken if one.tender == tender)
    for one in taken:
        parts = [
            payment.amount.amount
            for order in made
            for payment in order.payments
            if payment.id.startswith(one.id)
        ]
        assert sum(parts) == one.amount


def _drawers(bench: Bench) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in bench.store.cash.sums("shift-1"):
        if one.kind in (EntryKind.ORDER_PAYMENT, EntryKind.ROUNDING):
            sums[one.tender] = sums.get(one.tender, 0) + one.amount
    return sums
