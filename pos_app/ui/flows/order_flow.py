"""A customer order at work: its details, then the payment-action dialog."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pos_app.operations import baskets, drafting, order_times, orders
from pos_app.operations import cart as carts
from pos_app.operations.desk import Desk
from pos_app.operations.orders import Details
from pos_app.operations.orders import StoreChoice as FreeAt
from pos_app.ui.flows.order_form import (
    Listed,
    form_of,
    lacking,
    method_choice,
    not_chosen,
    source_choice,
    with_form,
)
from pos_app.ui.flows.order_times import OrderTimes
from pos_app.ui.flows.shortages import Shortage, ask_about
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.order_details.views import (
    Cover,
    DepositPreview,
    Needed,
    OrderDetailsForm,
    SourceChoice,
    StoreChoice,
)
from pos_app.ui.screens.payment_actions.words import percent_text
from pos_app.ui.wording import say, when
from site_sync.domain.deposits import minimum
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.offering import (
    USUAL_SOURCE,
    needs_method,
    needs_source,
    offered_for,
    usual_method,
)
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.policies import OnShortage, Policy
from site_sync.domain.shop import BOTH_KINDS


class OrderDetailsFlow:
    """Makes an order of what lies in the sale, or changes how the recalled one reaches the customer."""

    def __init__(self, at: Workplace, screen: OrderDetailsScreen) -> None:
        self._at = at
        self._screen = screen
        self._details: Details | None = None
        self._place = 0
        self._then = "payment_actions"
        self._listed = Listed()
        self._free: tuple[FreeAt, ...] = ()
        self._times = OrderTimes(at, screen)
        screen.method_chosen.connect(self._method)
        screen.store_chosen.connect(self._store)
        screen.source_chosen.connect(lambda _code: None)
        screen.done.connect(lambda form: self._done(form, OrderKind.CUSTOMER_ORDER))
        screen.quote_pressed.connect(lambda form: self._done(form, OrderKind.QUOTE))
        screen.customer_pressed.connect(lambda: at.window.navigation.navigate("customer"))
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, place: int = 0, then: str = "payment_actions", **_: object) -> None:
        """Show the details of the order in the sale, or those a new one begins with.

        `place` is that of its delivery in a sale of several orders, `then` where it goes on.
        """
        self._place, self._then = place, then
        known = self._at.sale.deliveries
        self._details = known[place] if place < len(known) else None
        self._at.tasks.run(_beginning, self._cart, self._details, self._kinds, then=self._begun)

    @property
    def _cart(self) -> carts.Cart:
        """The lines that this delivery is for; those of a new one were given to it already."""
        sale = self._at.sale
        if self._place == 0:
            return baskets.lines_of(sale.cart, sale.deliveries, 0)
        return replace(sale.cart, lines=tuple(one for one in sale.cart.lines if one.group == self._place))

    def refresh(self) -> None:
        """Stock changed somewhere: show what is free now."""
        if self._details is not None:
            self._at.tasks.run(_availability, self._cart, self._details, then=self._stores)

    def _begun(self, found: Any) -> None:
        self._details, self._listed, self._free = found
        details = self._known
        cart = self._at.sale.cart
        who = cart.customer.name if cart.customer else say("order_details.nobody")
        title = (
            say("order_details.title", number=cart.base.number)
            if cart.base
            else say("order_details.title_new")
        )
        quotable = OrderKind.QUOTE in self._kinds and cart.base is None
        self._screen.show_order(title, who, form_of(details), quote_possible=quotable)
        methods = [method_choice(one, among=self._kinds) for one in self._listed.methods]
        self._screen.show_methods(methods, details.delivery.method)
        self._show_sources()
        self._stores(self._free)
        self._times.begin(details.delivery)
        self._settled(self._listed.policy)

    @property
    def _known(self) -> Details:
        if self._details is None:
            raise RuntimeError("no order is being made")
        return self._details

    @property
    def _kinds(self) -> tuple[OrderKind, ...]:
        """What the sale may become here: the recalled order stays what it is."""
        sale = self._at.sale
        if sale.cart.base is not None:
            return (sale.cart.base.kind,)
        alone = self._place == 0 and not sale.further
        return BOTH_KINDS if alone else (OrderKind.CUSTOMER_ORDER,)

    def _show_sources(self) -> None:
        """What may be chosen; a saved order stays where it came from, whether or not that is in the list."""
        own, saved = self._known.source, self._at.sale.cart.base is not None
        listed = [one for one in self._listed.sources if one.code == own or not saved]
        choices = [source_choice(one, among=self._kinds) for one in listed]
        if not choices or (own and own not in {choice.code for choice in choices}):
            choices.append(SourceChoice(own or USUAL_SOURCE, own or USUAL_SOURCE))
        self._screen.show_sources(choices, own)

    def _settled(self, policy: Policy) -> None:
        """What the settings of the chosen store and delivery method ask for."""
        self._listed = replace(self._listed, policy=policy)
        self._show_deposit(policy)
        fresh, kinds = self._at.sale.cart.base is None, self._kinds
        source = fresh and any(needs_source(policy, kind) for kind in kinds)
        self._screen.show_needed(Needed(source, fresh and any(needs_method(policy, kind) for kind in kinds)))

    def _stores(self, free: tuple[FreeAt, ...]) -> None:
        self._free = free
        wanted = carts.totals(self._cart).units
        now = self._at.now()
        choices = []
        for one in free:
            have = max(0, wanted - one.missing)
            cover = Cover.ALL if one.complete else Cover.SOME if have else Cover.NONE
            name = f"{one.store.code} {one.store.name}"
            words = say("order_details.ready_by", when=when(one.ready_by, now))
            choices.append(StoreChoice(one.store.code, name, cover, have, wanted, words))
        self._screen.show_stores(choices, self._known.delivery.store)

    def _show_deposit(self, policy: Policy) -> None:
        total = self._total()
        needed = minimum(total.amount, policy.deposit, self._known.delivery.mode)
        percent = percent_text(policy.deposit.minimum_percent) if policy.deposit.minimum_percent else ""
        self._screen.show_deposit(DepositPreview(total, Money(needed, total.currency), percent))

    def _total(self) -> Money:
        """What the cart costs, with what the chosen delivery will add."""
        cart, wanted = self._cart, self._known.delivery.method
        total = carts.totals(cart).total
        if cart.base is not None and cart.base.delivery.method == wanted:
            return total
        fees = [one.fee for one in self._listed.methods if one.code == wanted and one.fee]
        return total + fees[0] if fees else total

    def _method(self, code: str) -> None:
        method = next((one for one in self._listed.methods if one.code == code), None)
        if method is None:
            return
        store = self._known.delivery.store if method.needs_store else ""
        delivery = replace(self._known.delivery, method=code, mode=method.mode, store=store)
        self._details = replace(self._known, delivery=delivery)
        self._times.follow(delivery)
        self._at.tasks.run(_policy, self._known, then=self._settled)
        if method.needs_store:
            self.refresh()

    def _store(self, code: str) -> None:
        self._details = replace(self._known, delivery=replace(self._known.delivery, store=code))
        self._times.follow(self._known.delivery)
        self._at.tasks.run(_policy, self._known, then=self._settled)

    def _done(self, form: OrderDetailsForm, kind: OrderKind) -> None:
        details = with_form(self._known, form, self._times.wanted(form.slot))
        errors: dict[str, str] = {}
        if self._at.sale.cart.base is None:
            details = self._usual(replace(details, kind=kind))
            errors = not_chosen(details, self._listed)
        method = next((one for one in self._listed.methods if one.code == details.delivery.method), None)
        errors |= lacking(details, self._at.sale.cart.customer, method)
        self._screen.show_errors(errors)
        if errors:
            return
        self._at.sale.deliver(self._place, details)
        if not self._at.sale.further:
            self._at.sale.on_shortage = OnShortage.REFUSE
        self._at.tasks.run(_promised, self._at.acting, self._cart, details, then=self._promised)

    def _usual(self, details: Details) -> Details:
        """The details with the usual delivery method where none was chosen and none must be."""
        if details.delivery.method or needs_method(self._listed.policy, details.kind):
            return details
        method = usual_method(self._listed.methods, details.kind)
        delivery = replace(details.delivery, method=method, mode=DeliveryMode.COLLECT)
        return replace(details, delivery=replace(delivery, store=self._at.place.store.code))

    def _promised(self, found: tuple[Details, Refusal | None, bool]) -> None:
        details, refusal, back_order = found
        self._at.sale.deliver(self._place, details)
        self._checked((refusal, back_order))

    def _checked(self, found: tuple[Refusal | None, bool]) -> None:
        refusal, back_order = found
        if refusal is None:
            self._go_on()
        else:
            rule = self._listed.policy.not_free
            short = Shortage(refusal, self._free, back_order, self._place, rule=rule)
            ask_about(self._at, short, self._go_on)

    def _go_on(self) -> None:
        self._at.window.navigation.navigate(self._then)


def _shortages(desk: Desk, acting: Any, cart: carts.Cart, details: Details) -> tuple[Refusal | None, bool]:
    """What is not free, and whether it may be ordered from the supplier instead."""
    refusal = orders.shortage(desk, acting, cart, details, OnShortage.REFUSE)
    if refusal is None:
        return None, False
    return refusal, orders.shortage(desk, acting, cart, details, OnShortage.BACK_ORDER) is None


def _promised(
    desk: Desk, acting: Any, cart: carts.Cart, details: Details
) -> tuple[Details, Refusal | None, bool]:
    """The details with what can be promised, and what is not free of them."""
    if cart.base is None:
        details = replace(details, promised_at=order_times.promised(desk, details.delivery))
    return details, *_shortages(desk, acting, cart, details)


def _policy(desk: Desk, details: Details) -> Policy:
    return desk.policy(details.delivery.store, details.delivery.method)


def _availability(desk: Desk, cart: carts.Cart, details: Details) -> tuple[FreeAt, ...]:
    return orders.availability(desk, cart, details.delivery.method)


def _beginning(
    desk: Desk, cart: carts.Cart, known: Details | None, kinds: tuple[OrderKind, ...]
) -> tuple[Details, Listed, tuple[FreeAt, ...]]:
    details = known or drafting.unchosen(desk, orders.new_details(desk), kinds)
    shop = desk.store.shop
    listed = Listed(
        offered_for(shop.delivery_methods(), kinds, details.delivery.method),
        offered_for(shop.sources(), kinds, details.source),
        _policy(desk, details),
    )
    return details, listed, orders.availability(desk, cart, details.delivery.method)
