"""A basket of several orders in the payment-action dialog: its head, its sums, its tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pos_app.operations import baskets
from pos_app.operations.orders import Offer
from pos_app.ui.screens.payment_actions.views import ActionView, DialogHead, SumRow
from pos_app.ui.screens.payment_actions.words import basket_view
from pos_app.ui.wording import say
from site_sync.domain.actions_values import Action, ActionCode
from site_sync.domain.money import Money, total
from site_sync.domain.orders import DeliveryMode, Order
from site_sync.domain.totals import totals


@dataclass(frozen=True, slots=True)
class BasketView:
    """The offer in rows and words; `store_name` names a store by its code."""

    offer: Offer
    store_name: Callable[[str], str]

    @property
    def _orders(self) -> tuple[Order, ...]:
        return tuple(part.draft.after for part in self.offer.parts)

    def head(self) -> DialogHead:
        """How many orders, for whom."""
        title = say("payment_actions.title_basket", count=len(self.offer.parts))
        name = self.offer.draft.after.customer.name
        return DialogHead(title, say("payment_actions.new"), "info", name)

    def sums(self) -> list[SumRow]:
        """Each order with what it costs and what has to be paid of it now, then all of them."""
        rows: list[SumRow] = []
        for order, least in zip(self._orders, self._leasts(), strict=True):
            rows.append(SumRow(self._heading(order), totals(order).total))
            if least:
                rows.append(SumRow(say("payment_actions.deposit_needed"), least))
        currency = self.offer.order.currency
        whole = total((totals(order).total for order in self._orders), currency)
        return [*rows, SumRow(say("payment_actions.all_orders"), whole, strong=True)]

    def _leasts(self) -> list[Money]:
        found = {action.code for action in self.offer.actions}
        pick_up = ActionCode.CONTINUE_TO_PAYMENT
        action = pick_up if pick_up in found else ActionCode.PAY_DEPOSIT
        currency = self.offer.order.currency
        return [Money(one.least, currency) for one in baskets.bounds(self.offer, action)]

    def tile(self, action: Action) -> ActionView:
        """One action for all orders."""
        headings = [self._heading(order) for order in self._orders]
        return basket_view(action, headings, baskets.effects(self.offer, action), self.store_name)

    def _heading(self, order: Order) -> str:
        if order.delivery.mode is DeliveryMode.SHIP:
            return f"{order.number} · {say('sale.way_ship')}"
        where = say("payment_actions.collect_at", store=self.store_name(order.delivery.store))
        return f"{order.number} · {where}"
