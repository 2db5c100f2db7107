"""What was chosen in the payment-action dialog, done: tried out, paid, kept, or asked about first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pos_app.operations import baskets, orders, printing, settling, surplus, undoing
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.orders import Offer
from pos_app.operations.paying import Tendering
from pos_app.operations.refunding import PayBack
from pos_app.operations.settling import Settled
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.basket_doing import BasketDoing
from pos_app.ui.flows.cancelling import Cancelling, words_for
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from pos_app.ui.flows.shortages import Shortage, ask_about
from pos_app.ui.flows.undo import tell_done, tell_with_undo
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.wording import money, say, when
from site_sync.domain.actions_case import PAY_OUTS, PICK_UPS
from site_sync.domain.actions_values import Action, ActionCode
from site_sync.domain.commands import Collect, Extend
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import ClosedAs, OrderKind
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import OnShortage

_CHOSEN_IN_DETAILS = frozenset(
    {Code.SOURCE_NEEDED, Code.METHOD_NEEDED, Code.SOURCE_NOT_OFFERED, Code.METHOD_NOT_OFFERED}
)
"""Refusals that staff mend where the details of the order are."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An action of the offer that is shown, its amount, and who acts."""

    offer: Offer
    action: Action
    amount: Money
    acting: Acting


class Doing:
    """Carries out one action at a time."""

    def __init__(self, at: Workplace) -> None:
        self._at = at
        self._basket = BasketDoing(at)

    def do(self, chosen: Chosen) -> None:
        """Do it, after the questions that come first."""
        action = chosen.action
        if action.asks_to_prepay and chosen.amount < _all_of_it(chosen):
            self._ask_to_prepay(chosen)
        elif action.code in PAY_OUTS:
            self._pay_back(chosen.acting, -chosen.amount)
        elif action.code is ActionCode.KEEP_AS_CREDIT:
            self._run(surplus.keep, chosen.acting)
        elif action.code is ActionCode.CANCEL_ORDER:
            self._cancel(chosen)
        elif action.code is ActionCode.EXTEND:
            self._run(_extend, chosen.acting)
        elif action.code is ActionCode.PRINT:
            self._print(chosen)
        elif chosen.offer.parts and action.code is not ActionCode.SAVE_AS_QUOTE:
            self._settle_basket(chosen)
        else:
            self._settle(chosen)

    def leave(self) -> None:
        """The sale is empty again."""
        self._at.sale.clear()
        self._at.window.navigation.home("sale")

    # a question first

    def _ask_to_prepay(self, chosen: Chosen) -> None:
        whole = _all_of_it(chosen)
        detail = say("payment_actions.prepay_left", left=whole - chosen.amount)
        answers = (
            Answer("now", say("payment_actions.prepay_now"), main=True, amount=money(whole)),
            Answer("later", say("payment_actions.prepay_later"), detail, amount=money(chosen.amount)),
        )

        def answered(code: str) -> None:
            wanted = _in_full(chosen) if code == "now" else chosen
            if wanted.offer.parts:
                self._settle_basket(wanted)
            else:
                self._settle(wanted)

        name = chosen.offer.draft.after.customer.name
        self._at.window.navigation.navigate(
            "choices", title=say("payment_actions.prepay", name=name), answers=answers, then=answered
        )

    # orders saved, paid, handed over

    def _settle_basket(self, chosen: Chosen) -> None:
        sale, offer = self._at.sale, chosen.offer
        portions = baskets.portions(sale.cart, sale.deliveries)
        what = baskets.Settled(portions, offer, chosen.action.code, chosen.amount, sale.on_shortage)
        self._basket.settle(what, chosen.acting)

    def _settled(self, chosen: Chosen) -> Settled | None:
        sale, action = self._at.sale, chosen.action
        if sale.details is None:
            return None
        details = baskets.portions(sale.cart, sale.deliveries)[0].details
        if action.code is ActionCode.SAVE_AS_QUOTE:
            details = replace(details, kind=OrderKind.QUOTE)
        quote = chosen.offer.draft.after.kind is OrderKind.QUOTE
        converts = quote and action.code in PICK_UPS | {ActionCode.CONVERT_QUOTE}
        return Settled(
            sale.cart, details, _collect(chosen), sale.on_shortage, action.documents, converts=converts
        )

    def _settle(self, chosen: Chosen) -> None:
        """Everything is tried out before money moves: rights, stock, identity."""
        what = self._settled(chosen)
        if what is None:
            return

        def tried(result: Any, acting: Acting) -> None:
            if isinstance(result, Refusal):
                self._refused(result, what, acting)
            elif chosen.amount:
                self._take(replace(chosen, acting=acting), what)
            else:
                self._at.act(settling.finish, acting, what, then=self._done)

        amount = chosen.amount
        permitted(self._at, lambda desk, who: settling.check(desk, who, what, amount), tried, chosen.acting)

    def _refused(self, refusal: Refusal, what: Settled, acting: Acting) -> None:
        if refusal.code is not Code.INSUFFICIENT_STOCK:
            self._at.tell_refusal(refusal)
            if refusal.code in _CHOSEN_IN_DETAILS:
                self._at.window.navigation.navigate("order_details")
            return

        def known(short: Shortage) -> None:
            place = baskets.first_place(self._at.sale.cart, self._at.sale.deliveries)
            of_sale = replace(short, place=place, ordered=what.cart)
            ask_about(self._at, of_sale, lambda: self._at.window.navigation.navigate("payment_actions"))

        self._at.tasks.run(_shortage, acting, what, refusal, then=known)

    def _take(self, chosen: Chosen, what: Settled) -> None:
        def paid(tendering: Tendering, finish: Finish) -> None:
            def kept(result: Any) -> None:
                self._paid(result, finish)

            self._at.act(settling.finish, chosen.acting, what, tendering, then=kept)

        after = chosen.offer.draft.after
        ask = Ask(chosen.amount, paid, after.number, after.customer.name, after.id)
        self._at.window.navigation.navigate("payment", ask=ask)

    def _paid(self, result: Any, finish: Finish) -> None:
        if isinstance(result, Refusal):
            finish(Outcome(refusal=result), lambda: None)
        else:
            self._at.sale.clear()
            finish(Outcome(words_of(result)), self.leave)
            if undoing.handed_over(result):
                tell_with_undo(self._at, words_of(result), result)

    # money back, the end, papers

    def _pay_back(self, acting: Acting, amount: Money) -> None:
        """Money goes back first; the changes that freed it are kept with it."""
        cart, details = self._at.sale.cart, self._at.sale.details
        if details is None or cart.base is None:
            return
        order = cart.base

        def given(back: PayBack, who: Acting, finish: Finish) -> None:
            self._at.act(
                surplus.finish, who, cart, details, back, then=lambda result: self._paid(result, finish)
            )

        def begun(result: Any, who: Acting) -> None:
            if self._at.went_well(result):
                wanted = AskBack(result, who, given, order.number, order.customer.name)
                self._at.window.navigation.navigate("pay_back", ask=wanted)

        permitted(self._at, lambda desk, who: surplus.begin(desk, who, cart, details, amount), begun, acting)

    def _cancel(self, chosen: Chosen) -> None:
        base = self._at.sale.cart.base
        if base is not None:
            cancelling = Cancelling(self._at, lambda _changed: self.leave())
            cancelling.begin(base, chosen.offer.draft.voided, chosen.acting)

    def _run(self, work: Callable[..., Any], acting: Acting) -> None:
        cart, details = self._at.sale.cart, self._at.sale.details
        permitted(
            self._at,
            lambda desk, who: work(desk, who, cart, details),
            lambda result, _who: self._done(result),
            acting,
        )

    def _print(self, chosen: Chosen) -> None:
        base, kinds = self._at.sale.cart.base, chosen.action.documents
        if base is None:
            return
        order_id = base.id

        def printed(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                self._at.tell(say("orders.copy_printed"))

        permitted(
            self._at, lambda desk, who: printing.print_order(desk, who, order_id, kinds), printed,
            chosen.acting,
        )  # fmt: skip

    def _done(self, result: Any) -> None:
        """Say what was done; where it can be taken back the notice offers it."""
        if isinstance(result, Refusal):
            self._at.tell_refusal(result)
            return
        words, reason = words_of(result), say("cancel.undone_reason")
        before, acting = self._at.sale.cart.base, self._at.acting

        def tell(undo: Any) -> None:
            tell_done(self._at, words, undo)

        self._at.tasks.run(undoing.undo_of, acting, result, before, reason, then=tell)
        self.leave()


def _all_of_it(chosen: Chosen) -> Money:
    """What pays the order in full now."""
    return chosen.action.amount_now + chosen.action.amount_left


def _in_full(chosen: Chosen) -> Chosen:
    """The same, paid in full: saving becomes paying, with the papers of it."""
    code = chosen.action.code
    if code is not ActionCode.CONVERT_QUOTE:
        code = ActionCode.PAY_IN_FULL
    action = next(one for one in chosen.offer.actions if one.code is code)
    return replace(chosen, action=action, amount=_all_of_it(chosen))


def _collect(chosen: Chosen) -> Collect | None:
    if chosen.action.code not in PICK_UPS:
        return None
    marked = chosen.offer.draft.marked
    lines = None if chosen.action.code is ActionCode.PICK_UP_ALL or not marked else marked
    return Collect(Identity(IdentityBy.KNOWN), lines)


def words_of(changed: Changed) -> str:
    """What was done with an order, in one sentence."""
    order = changed.order
    key = "saved_quote" if order.kind is OrderKind.QUOTE else "saved"
    if isinstance(changed.command.act, Extend):
        return _extended_words(changed, changed.command.act)
    if order.cancelled_at is not None or order.closed_as is ClosedAs.CANCELLED:
        return words_for(changed)
    if order.closed_at is not None:
        key = f"ended_{order.closed_as}"
    return say(f"payment_actions.{key}", number=order.number, name=order.customer.name)


def _extended_words(changed: Changed, act: Extend) -> str:
    order = changed.order
    key = "extended_quote" if order.kind is OrderKind.QUOTE else "extended"
    until = when(act.until, changed.command.at)
    return say(f"payment_actions.{key}", number=order.number, name=order.customer.name, until=until)


def _shortage(desk: Desk, acting: Acting, what: Settled, refusal: Refusal) -> Shortage:
    """Where else it is free, and whether it can wait for the supplier."""
    patient = replace(what, on_shortage=OnShortage.BACK_ORDER)
    again = settling.check(desk, acting, patient, Money(0, what.cart.currency))
    still = isinstance(again, Refusal) and again.code is Code.INSUFFICIENT_STOCK
    waits = what.cart.base is None or what.converts
    free = orders.availability(desk, what.cart, what.details.delivery.method)
    delivery = what.details.delivery
    rule = desk.policy(delivery.store, delivery.method).not_free
    return Shortage(refusal, free, back_order=waits and not still, rule=rule)


def _extend(desk: Desk, acting: Acting, cart: Any, details: Any) -> Any:
    """Longer by the shop's own time: for a quote from its end, else from the time to collect."""
    base = cart.base
    policy = desk.policy(base.work_store, base.delivery.method)
    if base.kind is OrderKind.QUOTE:
        until = max(desk.now(), base.expires_at or desk.now()) + timedelta(days=policy.quote_days)
    else:
        until = max(desk.now(), base.collect_by or desk.now()) + timedelta(hours=policy.extension_hours)
    return orders.extend(desk, acting, base.id, until)
