"""What quotes reserve softly, how long, and which of them give way."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from site_sync.domain import commands as acts
from site_sync.domain.actions import (
    Action,
    ActionCode,
    Connection,
    Draft,
    Effect,
    EffectCode,
    HintCode,
    available_actions,
    what_will_happen,
)
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.lifecycle import Decision, decide
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.particulars import LineChange
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policies, Policy, PolicyRule, QuoteReserves
from site_sync.domain.quoted import (
    GivesWay,
    SoftReservation,
    changed,
    giving_way,
    in_quotes,
    of_quote,
    standing,
    unpromised,
)
from tests.builders import NOW, command, fresh_id, later, line, new_line, order, quote
from tests.domain.lifecycle.examples import context

SOFTLY = Policies(Policy(quote_reserves=QuoteReserves.SOFTLY))


def kept(
    quantity: int, number: str = "Q1", at: datetime = NOW, until: datetime | None = None
) -> SoftReservation:
    return SoftReservation(f"id-{number}", number, 1, "A", "S01", quantity, "S01", "collect", at, until)


def after(before: Order, act: acts.Act, at: datetime = NOW) -> Order:
    decision = decide(before, command(before.id, act, at=at), replace(context(), now=at))
    assert isinstance(decision, Decision)
    return decision.order


def units(order: Order | None) -> list[tuple[str, str, int]]:
    return [(one.store, one.sku, one.quantity) for one in of_quote(order)] if order else []


def test_only_goods_of_an_open_quote_are_reserved_softly() -> None:
    fitting = replace(line(2), kind=ItemKind.SERVICE)
    assert units(quote(line(1, to_pick=3), fitting)) == [("S01", line(1).sku, 3)]
    assert units(order(line(1, to_pick=3))) == []


def test_a_soft_reservation_follows_its_quote_to_its_end() -> None:
    made = quote(line(1, to_pick=3))
    fewer = after(made, acts.Amend(change=(LineChange(1, quantity=2),), add=(new_line("B", 1),)))
    assert [one[2] for one in units(fewer)] == [2, 1]
    assert units(after(fewer, acts.Cancel(reason="bought elsewhere"))) == []
    assert units(after(replace(made, customer=Customer("c", "Ib")), acts.ConvertQuote())) == []
    assert made.expires_at is not None
    ended = made.expires_at + timedelta(seconds=1)
    assert units(after(made, acts.Expire(fresh_id("forfeit")), ended)) == []


def test_it_counts_until_the_quote_expires_whoever_has_noticed() -> None:
    [one] = of_quote(quote(line(1)))
    assert one.until is not None
    assert standing([one], SOFTLY, one.until - timedelta(seconds=1)) == (one,)
    assert standing([one], SOFTLY, one.until) == ()
    assert standing([replace(one, until=None)], SOFTLY, later(9_999)) == (replace(one, until=None),)


def test_the_policy_of_the_place_the_quote_is_for_counts() -> None:
    [one] = of_quote(replace(quote(line(1)), delivery=Delivery(store="S02")))
    assert one.work_store == "S02"
    assert not Policies().quotes_reserve
    assert standing([one], Policies(), NOW) == ()
    only_there = Policies(rules=(PolicyRule(SOFTLY.general, store="S02"),))
    assert only_there.quotes_reserve
    assert standing([one], only_there, NOW) == (one,)
    not_there = Policies(SOFTLY.general, (PolicyRule(Policy(), store="S02"),))
    assert standing([one], not_there, NOW) == ()


@pytest.mark.parametrize(
    ("available", "wanted", "quoted", "web"),
    [(5, (2,), 2, 3), (5, (2, 9), 5, 0), (1, (2,), 1, 0), (0, (2,), 0, 0), (-1, (2,), 0, -1), (5, (), 0, 5)],
)
def test_quotes_keep_of_what_is_available_and_nothing_more(
    available: int, wanted: tuple[int, ...], quoted: int, web: int
) -> None:
    found = [kept(units) for units in wanted]
    assert (in_quotes(available, found), unpromised(available, found)) == (quoted, web)


def test_the_newest_quote_gives_way_first() -> None:
    policies, two = SOFTLY, (kept(2, "Q2", later(1)), kept(2, "Q1"))
    found = standing(two, policies, later(2))
    assert [one.number for one in found] == ["Q1", "Q2"]
    assert giving_way(found, 5, 1) == ()
    assert giving_way(found, 5, 2) == (GivesWay("Q2", 1),)
    assert giving_way(found, 5, 4) == (GivesWay("Q1", 1), GivesWay("Q2", 2))
    assert giving_way(found, 5, 9) == (GivesWay("Q1", 2), GivesWay("Q2", 2))


def test_what_two_quotes_count_on_is_lost_by_the_one_that_would_have_had_it() -> None:
    both = (kept(1, "Q1"), kept(1, "Q2", later(1)))
    assert giving_way(both, 1, 1) == (GivesWay("Q1", 1),)
    assert giving_way(both, 0, 1) == ()


def test_two_lines_of_one_quote_give_way_as_one() -> None:
    lines = (kept(1), replace(kept(2), line=2))
    assert giving_way(lines, 3, 3) == (GivesWay("Q1", 3),)


def test_what_changes_is_named_for_places_that_reserve_softly() -> None:
    before = quote(line(1, to_pick=3))
    assert changed(None, before, SOFTLY) == {("S01", line(1).sku)}
    assert changed(None, before, Policies()) == set()
    assert changed(before, replace(before, comment_staff="ring"), SOFTLY) == set()
    assert changed(before, replace(before, kind=OrderKind.CUSTOMER_ORDER), SOFTLY) == {("S01", line(1).sku)}


def test_the_dialog_says_that_a_quote_reserves_softly_where_it_does() -> None:
    new, saved = Draft(order(line(1)), "S01", new=True, changed=True), quote(line(1))
    [instead] = [one for one in _offered(order(line(1)), new) if one.code is ActionCode.SAVE_AS_QUOTE]
    assert instead.hint is not None
    assert instead.hint.code is HintCode.RESERVES_SOFTLY
    changed_quote = Draft(saved, "S01", changed=True)
    [save] = [one for one in _offered(saved, changed_quote) if one.code is ActionCode.SAVE]
    assert save.stock == ()
    assert Effect(EffectCode.RESERVES_SOFTLY) in what_will_happen(save, saved, changed_quote)


def _offered(before: Order, draft: Draft) -> tuple[Action, ...]:
    return available_actions(before, draft, SOFTLY.general, frozenset(Right), Connection.ONLINE)
