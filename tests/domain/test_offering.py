"""Sources and delivery methods: what is offered for orders and quotes, what staff must choose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.commands import Act, Amend, ConvertQuote, Create
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context
from site_sync.domain.offering import offered_for, usual_source
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryMethod, Source
from tests.builders import CLERK, MARIA, NOW, command, new_line, order

ORDER, QUOTE = OrderKind.CUSTOMER_ORDER, OrderKind.QUOTE
SHOP = Actor(ActorKind.SHOP, "api:web", "Web")
TILL, FAIR = Source("till", {"en": "Till"}), Source("fair", {"en": "Fair"}, kinds=(QUOTE,))
COLLECT = DeliveryMethod("collect", {"en": "Collect"})
DRIVE = DeliveryMethod("drive", {"en": "Drive in"}, kinds=(ORDER,))
STRICT = Policy(order_needs_source=True, quote_needs_method=True)


def decided(
    act: Act, base: Order | None = None, *, by: Actor = CLERK, policy: Policy = STRICT, recorded: bool = False
) -> Code | None:
    """The code of what an act is refused for, None when it is allowed."""
    context = Context(
        NOW,
        frozenset(Right),
        policy,
        methods={one.code: one for one in (COLLECT, DRIVE)},
        sources={one.code: one for one in (TILL, FAIR)},
        recorded=recorded,
    )
    decision = decide(base, command("o1", act, by=by), context)
    return decision.code if isinstance(decision, Refusal) else None


def made(kind: OrderKind, source: str, method: str = "collect", follows: str = "") -> Create:
    """The act that makes an order of a kind."""
    delivery = Delivery(method, store="S01")
    return Create(kind, "N-1", "EUR", MARIA, delivery, (new_line(),), source=source, follows=follows)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (made(ORDER, "till"), None),
        (made(ORDER, ""), Code.SOURCE_NEEDED),
        (made(QUOTE, ""), None),
        (made(QUOTE, "till", ""), Code.METHOD_NEEDED),
        (made(ORDER, "till", ""), None),
        (made(ORDER, "fair"), Code.SOURCE_NOT_OFFERED),
        (made(ORDER, "fair", follows="S01-01-000001-1"), None),
        (made(QUOTE, "fair"), None),
        (made(QUOTE, "fair", "drive"), Code.METHOD_NOT_OFFERED),
        (made(ORDER, "webshop-7"), None),
    ],
)
def test_staff_choose_what_is_needed_and_only_what_is_offered(act: Create, code: Code | None) -> None:
    assert decided(act) is code


def test_a_web_order_chooses_nothing_but_names_no_source_that_is_for_quotes() -> None:
    assert decided(made(ORDER, ""), by=SHOP) is None
    assert decided(made(ORDER, "fair"), by=SHOP) is Code.SOURCE_NOT_OFFERED


def test_what_was_made_already_is_kept_as_it_is() -> None:
    assert decided(made(ORDER, ""), recorded=True) is None
    assert decided(made(QUOTE, "fair", "drive"), recorded=True) is None


def test_another_delivery_method_is_one_for_that_kind() -> None:
    quote = replace(order(), kind=QUOTE)
    change = Amend(delivery=replace(quote.delivery, method="drive"))
    assert decided(change, quote) is Code.METHOD_NOT_OFFERED
    assert decided(change, order()) is None
    older = replace(quote, delivery=replace(quote.delivery, method="drive"))
    assert decided(Amend(delivery=replace(older.delivery, store="S02")), older) is None


def test_a_quote_becomes_an_order_by_a_method_for_orders() -> None:
    only_quotes = replace(COLLECT, kinds=(QUOTE,))
    context = Context(NOW, frozenset(Right), methods={"collect": only_quotes})
    quote = replace(order(), kind=QUOTE)
    refused = decide(quote, command(quote.id, ConvertQuote()), context)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.METHOD_NOT_OFFERED
    allowed = decide(quote, command(quote.id, ConvertQuote()), replace(context, methods={"collect": COLLECT}))
    assert not isinstance(allowed, Refusal)


def test_what_is_chosen_from_is_for_the_kind_or_was_chosen_before() -> None:
    listed = (TILL, FAIR, replace(TILL, code="post", active=False))
    assert [one.code for one in offered_for(listed, (ORDER,))] == ["till"]
    assert [one.code for one in offered_for(listed, (ORDER, QUOTE))] == ["till", "fair"]
    assert [one.code for one in offered_for(listed, (ORDER,), kept="post")] == ["till", "post"]


def test_without_a_choice_it_is_the_till_or_what_is_offered_first() -> None:
    assert usual_source((), ORDER) == "till"
    assert usual_source((FAIR, TILL), QUOTE) == "till"
    assert usual_source((replace(TILL, kinds=(ORDER,)), FAIR), QUOTE) == "fair"
    assert usual_source((replace(TILL, kinds=(QUOTE,)),), ORDER) == "till"
