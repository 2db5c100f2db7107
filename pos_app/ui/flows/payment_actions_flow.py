"""The payment-action dialog at work: the domain's actions shown, approved and done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pos_app.operations import baskets, meanwhile, orders, signing_in
from pos_app.operations import cart as carts
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.meanwhile import CaughtUp
from pos_app.operations.orders import Offer
from pos_app.operations.stock_facts import stock_facts
from pos_app.ui.flows.approval_flow import show_not_approved
from pos_app.ui.flows.payment_actions_doing import Chosen, Doing
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.screens.payment_actions.views import Approver, DialogHead, FootKey, PickUpLine, SumRow
from pos_app.ui.screens.payment_actions.words import action_view, foot_key, percent_text
from pos_app.ui.views.basket import BasketView
from pos_app.ui.views.meanwhile import changed_meanwhile
from pos_app.ui.views.orders import STAGE_TONES, stage_words
from pos_app.ui.views.selling import delivery_words, gives_way_lines
from pos_app.ui.wording import say, when
from site_sync.domain import deposits
from site_sync.domain.actions import what_will_happen
from site_sync.domain.actions_values import Action, ActionCode
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import Policy
from site_sync.domain.shop import StaffMember
from site_sync.domain.totals import totals

DISCARDS = frozenset({ActionCode.DISCARD_ORDER, ActionCode.DISCARD_CHANGES})
AT_THE_FOOT = DISCARDS | {ActionCode.CHANGE_DETAILS}


class PaymentActionsFlow:
    """Shows what the domain allows; knows no rule of its own."""

    def __init__(self, at: Workplace, screen: PaymentActionsScreen) -> None:
        self._at = at
        self._screen = screen
        self._offer: Offer | None = None
        self._stores: dict[str, str] = {}
        self._doing = Doing(at)
        screen.action_chosen.connect(
            lambda code, amount: self._chosen(code, amount, at.sale.acting(at.acting))
        )
        screen.approval_wanted.connect(self._approval)
        screen.approved.connect(self._approved)
        screen.details_pressed.connect(self._details_pressed)
        screen.discard_pressed.connect(self._doing.leave)
        screen.back_pressed.connect(lambda: at.window.navigation.navigate("sale"))
        screen.lines_chosen.connect(self._lines_chosen)
        at.takes_scans("payment_actions", self)

    def arrive(self, **_: object) -> None:
        """Show what can be done with the order in the sale."""
        sale = self._at.sale
        if sale.details is not None:
            self._at.tasks.run(meanwhile.caught_up, sale.cart, sale.details, then=self._up_to_date)

    def refresh(self) -> None:
        """Somebody may have changed the order elsewhere: what is offered is offered on what it is now."""
        sale = self._at.sale
        if sale.details is not None and not self._at.at_work:
            self._at.tasks.run(meanwhile.caught_up, sale.cart, sale.details, then=self._changed_elsewhere)

    def _changed_elsewhere(self, found: CaughtUp | None) -> None:
        if found is not None:
            self._up_to_date(found)

    def _up_to_date(self, found: CaughtUp | None) -> None:
        """Go on with the newest version of the order, one's own changes on top of it."""
        sale = self._at.sale
        if found is not None:
            sale.catch_up(found.cart, found.details)
            if found.told:
                self._at.tell(changed_meanwhile(found), tone="warn", seconds=15)
        if sale.details is not None:
            self._at.tasks.run(_offer, self._at.acting, sale.cart, sale.deliveries, then=self._show)

    def _show(self, found: Any) -> None:
        result, self._stores, policy, in_sale = found
        if isinstance(result, Refusal):
            self._at.tell_refusal(result)
            self._at.window.navigation.navigate("sale")
            return
        self._offer, gives_way = result, gives_way_lines(*in_sale)
        if result.parts:
            self._show_basket(result, gives_way)
            return
        after, draft = result.draft.after, result.draft
        kind = "title_quote" if after.kind is OrderKind.QUOTE else "title_order"
        badge = say("payment_actions.new") if draft.new else stage_words(after.stage, after.closed_as)
        tone = "info" if draft.new else STAGE_TONES[after.stage]
        discard = ActionCode.DISCARD_ORDER if draft.new else ActionCode.DISCARD_CHANGES
        codes = {action.code for action in result.actions}
        discard_words = say(f"action.{discard.value}") if discard in codes else ""
        head = DialogHead(
            say(f"payment_actions.{kind}", number=after.number), badge, tone, self._detail(), gives_way
        )
        self._screen.show_head(head, discard=discard_words, details=self._details_key())
        self._screen.show_sums(self._sums(policy))
        self._screen.show_actions(
            [
                action_view(
                    action, what_will_happen(action, result.order, draft), self._store_name, new=draft.new
                )
                for action in result.actions
                if action.code not in AT_THE_FOOT
            ]
        )

    def _show_basket(self, offer: Offer, gives_way: str) -> None:
        """Several orders made at once: each with its sums and what will happen to it, one list of actions."""
        view = BasketView(offer, self._store_name)
        self._screen.show_head(replace(view.head(), hint=gives_way), discard=say("action.discard_order"))
        self._screen.show_sums(view.sums())
        self._screen.show_actions([view.tile(one) for one in offer.actions if one.code not in AT_THE_FOOT])

    def _details_pressed(self) -> None:
        """The details of the order; of several, of the one that is chosen."""
        go, known = self._at.window.navigation.navigate, self._at.sale.deliveries
        if self._offer is None or not self._offer.parts:
            cart = self._at.sale.cart
            go("order_details", place=baskets.first_place(cart, known))
            return
        answers = [Answer(str(place), delivery_words(one)) for place, one in enumerate(known)]
        go(
            "choices", title=say("payment_actions.which_delivery"), answers=answers,
            then=lambda code: go("order_details", place=int(code)),
        )  # fmt: skip

    def _details_key(self) -> FootKey:
        """The way to the order's details, where the rules leave one."""
        offer = self._shown
        action = next((one for one in offer.actions if one.code is ActionCode.CHANGE_DETAILS), None)
        if action is None:
            return FootKey()
        return foot_key(action, what_will_happen(action, offer.order, offer.draft), self._store_name)

    @property
    def _shown(self) -> Offer:
        if self._offer is None:
            raise RuntimeError("no offer is shown")
        return self._offer

    def _store_name(self, code: str) -> str:
        return f"{code} {self._stores[code]}" if code in self._stores else code

    def _detail(self) -> str:
        after = self._shown.draft.after
        parts = [after.customer.name]
        if after.delivery.store:
            parts.append(say("payment_actions.collect_at", store=self._store_name(after.delivery.store)))
        if after.promised_at:
            parts.append(when(after.promised_at, self._at.now()))
        return " · ".join(part for part in parts if part)

    def _sums(self, policy: Policy) -> list[SumRow]:
        after = self._shown.draft.after
        sums = totals(after)
        items = sum(1 for line in after.lines if line.quantities.live)
        rows = [SumRow(say("payment_actions.items", count=items), sums.total)]
        needed = deposits.minimum(sums.total.amount, policy.deposit, after.delivery.mode)
        if needed and after.kind is OrderKind.CUSTOMER_ORDER:
            percent = policy.deposit.minimum_percent
            words = (
                say("payment_actions.deposit_needed_share", percent=percent_text(percent))
                if percent
                else say("payment_actions.deposit_needed")
            )
            rows.append(SumRow(words, Money(needed, after.currency)))
        rows.append(SumRow(say("payment_actions.paid"), sums.paid))
        if sums.refundable:
            rows.append(SumRow(say("payment_actions.surplus"), sums.refundable, strong=True))
        else:
            rows.append(SumRow(say("payment_actions.left"), sums.balance, strong=True))
        return rows

    # approval

    def _approval(self, code: str, amount: Money | None) -> None:
        self._at.tasks.run(signing_in.staff_here, then=lambda staff: self._ask_approval(code, amount, staff))

    def _ask_approval(self, code: str, amount: Money | None, staff: tuple[StaffMember, ...]) -> None:
        needed = self._action(code).missing
        me = self._at.acting.staff.id
        approvers = [
            Approver(one.id, one.name, say(f"role.{one.role.value}"))
            for one in staff
            if one.id != me and all(right in one.rights for right in needed)
        ]
        if approvers:
            self._screen.ask_approval(code, amount, approvers)
        else:
            self._at.tell(say("approval.nobody"), tone="bad", seconds=10)

    def _approved(self, code: str, amount: object, staff_id: str, pin: str, reason: str) -> None:
        self._at.act(
            signing_in.approve, self._at.acting, staff_id, pin, reason,
            then=lambda result: self._approved_by(code, amount, result),
        )  # fmt: skip

    def scanned(self, scan: Scan) -> bool:
        """The badge of who approves stands for name and PIN; other codes mean nothing while that is asked."""
        if not self._screen.approving:
            return False
        if scan.kind is ScanKind.STAFF_BADGE and scan.token:
            code, amount = self._screen.waiting
            self._at.act(
                signing_in.approve_with_badge, self._at.acting, scan.token, self._screen.approval.reason(),
                then=lambda result: self._approved_by(code, amount, result),
            )  # fmt: skip
        return True

    def _approved_by(self, code: str, amount: object, result: Any) -> None:
        if isinstance(result, Refusal):
            show_not_approved(self._screen.approval, result, self._at.now())
        else:
            self._screen.show_tiles()
            self._chosen(code, amount, result)

    def _action(self, code: str) -> Action:
        return next(action for action in self._shown.actions if action.code == code)

    # choosing

    def _chosen(self, code: str, amount: object, acting: Acting) -> None:
        offer, action = self._shown, self._action(code)
        now = amount if isinstance(amount, Money) else action.amount_now
        if action.code is ActionCode.PICK_UP_SELECTED and not offer.draft.marked:
            self._ask_lines()
        else:
            self._doing.do(Chosen(offer, action, now, acting))

    def _ask_lines(self) -> None:
        after = self._shown.draft.after
        cart = self._at.sale.cart
        numbers = orders.line_numbers(cart)
        lines = []
        for line in cart.live:
            held = after.line(numbers[line.id])
            if held.quantities.open and held.blocks:
                worth = Money(deposits.value_now(after, {held.id: held.quantities.open}), after.currency)
                lines.append(PickUpLine(line.id, held.description, held.quantities.open, held.unit, worth))
        self._screen.ask_lines(say("payment_actions.which_lines"), lines)

    def _lines_chosen(self, units: dict[int, int]) -> None:
        """The units are marked in the sale, which is then looked at again: only what is marked leaves."""
        sale = self._at.sale
        for line, count in units.items():
            marked = carts.with_mark(sale.cart, line, count)
            if isinstance(marked, Refusal):
                self._at.tell_refusal(marked)
                return
            sale.cart = marked
        if sale.details is not None:
            self._at.tasks.run(_offer, self._at.acting, sale.cart, sale.deliveries, then=self._marked)

    def _marked(self, found: Any) -> None:
        self._show(found)
        action = next((one for one in self._shown.actions if one.code is ActionCode.PICK_UP_SELECTED), None)
        if action is not None and action.enabled and not action.locked:
            acting = self._at.sale.acting(self._at.acting)
            self._doing.do(Chosen(self._shown, action, action.amount_now, acting))


def _offer(desk: Desk, acting: Acting, cart: Any, deliveries: Any) -> Any:
    portions = baskets.portions(cart, deliveries)
    offer, details = baskets.offer(desk, acting, portions), portions[0].details
    stores = {store.code: store.name for store in desk.store.shop.stores()}
    policy = desk.policy(details.delivery.store, details.delivery.method)
    return offer, stores, policy, (cart, stock_facts(desk, cart, deliveries))
