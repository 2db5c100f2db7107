"""The payment-action dialog at work: the domain's actions shown, approved and done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pos_app.operations import orders, printing, signing_in, surplus, undoing
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.orders import Offer, Settlement
from pos_app.operations.paying import Tendering
from pos_app.operations.refunding import PayBack
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.cancelling import Cancelling
from pos_app.ui.flows.pay_back_flow import AskBack
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from pos_app.ui.flows.undo import tell_done
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.screens.payment_actions.views import Approver, DialogHead, SumRow
from pos_app.ui.screens.payment_actions.words import action_view, percent_text
from pos_app.ui.views.orders import STAGE_TONES, stage_words
from pos_app.ui.wording import refused, say, when
from site_sync.domain import deposits
from site_sync.domain.actions import what_will_happen
from site_sync.domain.actions_values import Action, ActionCode
from site_sync.domain.commands import Collect
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import Policy
from site_sync.domain.shop import StaffMember
from site_sync.domain.totals import totals

TAKES_MONEY = frozenset(
    {
        ActionCode.PAY_DEPOSIT,
        ActionCode.PAY_IN_FULL,
        ActionCode.CONTINUE_TO_PAYMENT,
        ActionCode.PICK_UP_SELECTED,
        ActionCode.PICK_UP_ALL,
    }
)
HANDS_OVER = frozenset({ActionCode.CONTINUE_TO_PAYMENT, ActionCode.PICK_UP_SELECTED, ActionCode.PICK_UP_ALL})
PAYS_BACK = frozenset({ActionCode.PAY_BACK_DEPOSIT, ActionCode.REFUND_SURPLUS})
DISCARDS = frozenset({ActionCode.DISCARD_ORDER, ActionCode.DISCARD_CHANGES})


class PaymentActionsFlow:
    """Shows what the domain allows; knows no rule of its own."""

    def __init__(self, at: Workplace, screen: PaymentActionsScreen) -> None:
        self._at = at
        self._screen = screen
        self._offer: Offer | None = None
        self._stores: dict[str, str] = {}
        screen.action_chosen.connect(
            lambda code, amount: self._chosen(code, amount, at.sale.acting(at.acting))
        )
        screen.approval_wanted.connect(self._approval)
        screen.approved.connect(self._approved)
        screen.details_pressed.connect(lambda: at.window.navigation.navigate("order_details"))
        screen.discard_pressed.connect(self._discard)
        screen.back_pressed.connect(lambda: at.window.navigation.navigate("sale"))

    def arrive(self, **_: object) -> None:
        """Show what can be done with the order in the sale."""
        sale = self._at.sale
        if sale.details is not None:
            self._at.tasks.run(_offer, self._at.acting, sale.cart, sale.details, then=self._show)

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _show(self, found: Any) -> None:
        result, self._stores, policy = found
        if isinstance(result, Refusal):
            self._at.tell_refusal(result)
            self._at.window.navigation.navigate("sale")
            return
        self._offer = result
        after, draft = result.draft.after, result.draft
        kind = "title_quote" if after.kind is OrderKind.QUOTE else "title_order"
        badge = say("payment_actions.new") if draft.new else stage_words(after.stage, after.closed_as)
        tone = "info" if draft.new else STAGE_TONES[after.stage]
        discard = ActionCode.DISCARD_ORDER if draft.new else ActionCode.DISCARD_CHANGES
        codes = {action.code for action in result.actions}
        discard_words = say(f"action.{discard.value}") if discard in codes else ""
        head = DialogHead(say(f"payment_actions.{kind}", number=after.number), badge, tone, self._detail())
        self._screen.show_head(head, discard=discard_words)
        self._screen.show_sums(self._sums(policy))
        self._screen.show_actions(
            [
                action_view(
                    action, what_will_happen(action, result.order, draft), self._store_name, new=draft.new
                )
                for action in result.actions
                if action.code not in DISCARDS and action.code is not ActionCode.CHANGE_DETAILS
            ]
        )

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
        self._screen.ask_approval(code, amount, approvers)

    def _approved(self, code: str, amount: object, staff_id: str, pin: str, reason: str) -> None:
        given = amount if isinstance(amount, Money) else None

        def go_on(result: Any) -> None:
            if isinstance(result, Refusal):
                self._screen.approval.show_wrong(refused(result.code.value, result.facts))
            else:
                self._chosen(code, given, result)

        self._at.act(signing_in.approve, self._at.acting, staff_id, pin, reason, then=go_on)

    def _action(self, code: str) -> Action:
        return next(action for action in self._shown.actions if action.code == code)

    # doing

    def _chosen(self, code: str, amount: object, acting: Acting) -> None:
        action = self._action(code)
        now = amount if isinstance(amount, Money) else action.amount_now
        if action.code is ActionCode.PICK_UP_SELECTED and not self._shown.draft.marked:
            self._at.tell(say("payment_actions.mark_first"), tone="warn")
            self._at.window.navigation.navigate("sale")
        elif action.code in TAKES_MONEY:
            self._take(action, now, acting)
        elif action.code in PAYS_BACK:
            self._pay_back(acting, -now if now.amount < 0 else now)
        elif action.code is ActionCode.KEEP_AS_CREDIT:
            self._run(_keep_credit, acting)
        elif action.code is ActionCode.CANCEL_ORDER:
            self._cancel(acting)
        elif action.code is ActionCode.EXTEND:
            self._run(_extend, acting)
        elif action.code is ActionCode.PRINT:
            self._print(acting)
        else:
            self._save(action, acting, None, self._done)

    def _run(self, work: Callable[..., Any], acting: Acting) -> None:
        cart, details = self._at.sale.cart, self._at.sale.details
        permitted(
            self._at,
            lambda desk, who: work(desk, who, cart, details),
            lambda result, _who: self._done(result),
            acting,
        )

    def _cancel(self, acting: Acting) -> None:
        base = self._at.sale.cart.base
        if base is not None:
            Cancelling(self._at, lambda _changed: self._leave()).begin(base, self._shown.draft.voided, acting)

    def _pay_back(self, acting: Acting, amount: Money) -> None:
        """Money goes back first; the changes that freed it are kept with it."""
        cart, details = self._at.sale.cart, self._at.sale.details
        if details is None or cart.base is None:
            return
        order = cart.base

        def given(back: PayBack, who: Acting, finish: Finish) -> None:
            def kept(result: Any) -> None:
                if isinstance(result, Refusal):
                    finish(Outcome(refusal=result), lambda: None)
                else:
                    self._at.sale.clear()
                    finish(Outcome(self._words(result)), self._leave)

            self._at.act(surplus.finish, who, cart, details, back, then=kept)

        def begun(result: Any, who: Acting) -> None:
            if self._at.went_well(result):
                wanted = AskBack(result, who, given, order.number, order.customer.name)
                self._at.window.navigation.navigate("pay_back", ask=wanted)

        permitted(self._at, lambda desk, who: surplus.begin(desk, who, cart, details, amount), begun, acting)

    def _print(self, acting: Acting) -> None:
        base = self._at.sale.cart.base
        if base is None:
            return
        order_id, kinds = base.id, (DocumentKind.ORDER_CONFIRMATION,)
        permitted(
            self._at,
            lambda desk, who: printing.print_order(desk, who, order_id, kinds),
            lambda result, _who: self._printed(result),
            acting,
        )

    def _printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"))

    def _take(self, action: Action, amount: Money, acting: Acting) -> None:
        if not amount:
            self._save(action, acting, None, self._done)
            return

        def paid(tendering: Tendering, finish: Finish) -> None:
            def done(result: Any) -> None:
                if isinstance(result, Refusal):
                    finish(Outcome(refusal=result), lambda: None)
                else:
                    self._at.sale.clear()
                    finish(Outcome(self._words(result)), self._leave)

            self._save(action, acting, tendering, done)

        after = self._shown.draft.after
        ask = Ask(amount, paid, after.number, after.customer.name, after.id)
        self._at.window.navigation.navigate("payment", ask=ask)

    def _save(
        self, action: Action, acting: Acting, tendering: Tendering | None, then: Callable[[Any], None]
    ) -> None:
        sale = self._at.sale
        settlement = Settlement(
            tendering, collect=self._collect(action), on_shortage=sale.on_shortage, documents=action.documents
        )
        details = sale.details
        if action.code is ActionCode.SAVE_AS_QUOTE and details is not None:
            details = replace(details, kind=OrderKind.QUOTE)
        if details is None:
            return
        work = _convert if self._converts(action) else orders.save
        cart, wanted = sale.cart, details
        permitted(
            self._at,
            lambda desk, who: work(desk, who, cart, wanted, settlement),
            lambda result, _who: then(result),
            acting,
        )

    def _converts(self, action: Action) -> bool:
        base = self._at.sale.cart.base
        quote = base is not None and base.kind is OrderKind.QUOTE
        return quote and action.code in TAKES_MONEY | {ActionCode.CONVERT_QUOTE}

    def _collect(self, action: Action) -> Collect | None:
        if action.code not in HANDS_OVER:
            return None
        marked = self._shown.draft.marked
        lines = None if action.code is ActionCode.PICK_UP_ALL or not marked else marked
        return Collect(Identity(IdentityBy.KNOWN), lines)

    def _words(self, changed: Changed) -> str:
        order = changed.order
        key = "saved_quote" if order.kind is OrderKind.QUOTE else "saved"
        if order.closed_at is not None:
            key = f"ended_{order.closed_as}"
        return say(f"payment_actions.{key}", number=order.number, name=order.customer.name)

    def _done(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._at.tell_refusal(result)
            if result.code is Code.INSUFFICIENT_STOCK:
                self._at.window.navigation.navigate("order_details")
            return
        self._tell_saved(result)
        self._leave()

    def _tell_saved(self, changed: Changed) -> None:
        """Say what was saved; where it can be taken back the notice offers it."""
        words, reason = self._words(changed), say("cancel.undone_reason")
        before = self._at.sale.cart.base
        acting = self._at.acting
        self._at.tasks.run(
            undoing.undo_of,
            acting,
            changed,
            before,
            reason,
            then=lambda undo: tell_done(self._at, words, undo),
        )

    def _discard(self) -> None:
        self._leave()

    def _leave(self) -> None:
        self._at.sale.clear()
        self._at.window.navigation.home("sale")


def _offer(desk: Desk, acting: Acting, cart: Any, details: Any) -> Any:
    offer = orders.actions(desk, acting, cart, details)
    stores = {store.code: store.name for store in desk.store.shop.stores()}
    return offer, stores, desk.policy(details.delivery.store, details.delivery.method)


def _saved_first(desk: Desk, acting: Acting, cart: Any, details: Any) -> Refusal | None:
    """What was changed in the sale is saved before money is kept for the customer."""
    saved = orders.save(desk, acting, cart, details)
    if isinstance(saved, Refusal) and saved.code is not Code.NOTHING_CHANGED:
        return saved
    return None


def _keep_credit(desk: Desk, acting: Acting, cart: Any, details: Any) -> Any:
    with desk.store.file.transaction():
        refusal = _saved_first(desk, acting, cart, details)
        if refusal is not None:
            return refusal
        order = desk.store.orders.order(cart.base.id)
        surplus = Money(deposits.surplus(order), order.currency) if order else Money(0, cart.currency)
        return orders.keep_credit(desk, acting, cart.base.id, surplus)


def _extend(desk: Desk, acting: Acting, cart: Any, details: Any) -> Any:
    hours = desk.policy(cart.base.work_store, cart.base.delivery.method).extension_hours
    until = max(desk.now(), cart.base.collect_by or desk.now()) + timedelta(hours=hours)
    return orders.extend(desk, acting, cart.base.id, until)


def _convert(desk: Desk, acting: Acting, cart: Any, details: Any, settlement: Settlement) -> Any:
    return orders.convert_quote(desk, acting, cart.base.id, settlement)
