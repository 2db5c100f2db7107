"""Money going back at work: part by part, each the way it came, then the act it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pos_app.background.card import CardDesk
from pos_app.operations import paying, refunding
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.refunding import Part, PayBack
from pos_app.store.card_attempts import CardAttempt
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.card_part import CardPart
from pos_app.ui.flows.payment_flow import ICONS, Finish, Outcome
from pos_app.ui.flows.receipt_part import ReceiptPart
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import PaymentHead, TakenPayment, TenderChoice
from pos_app.ui.wording import language, refused, say
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender, TenderKind

Then = Callable[[PayBack, Acting, Finish], None]


@dataclass(frozen=True, slots=True)
class AskBack:
    """Money to give back, who gives it, and what is done once it is given."""

    back: PayBack
    acting: Acting
    then: Then
    title: str
    detail: str = ""


class PayBackFlow:
    """The act is kept only after the last part is given; a card's part only after its terminal said so."""

    def __init__(self, at: Workplace, screen: PaymentScreen, card: CardDesk) -> None:
        self._at = at
        self._screen = screen
        self._ask: AskBack | None = None
        self._who: Acting | None = None
        self._back: PayBack | None = None
        self._receipt = ReceiptPart(at, screen)
        self._tenders: dict[str, Tender] = {}
        self._card = CardPart(at, screen, card, self._card_approved)
        screen.tendered.connect(lambda code, _amount, _reference: self._tendered(code))
        screen.payment_removed.connect(self._removed)
        screen.back_pressed.connect(self._leave)

    @property
    def busy(self) -> bool:
        """Whether money lies between customer and till."""
        if self._receipt.asking:
            return False
        return self._back is not None and (bool(self._back.tendering.taken) or self._card.waiting)

    def arrive(self, ask: AskBack | None = None, **_: object) -> None:
        """Give this back, then do what it belongs to."""
        if ask is None or self._ask is ask:
            return
        tendering = replace(ask.back.tendering, asks_receipt=True)
        self._ask, self._back = ask, replace(ask.back, tendering=tendering)
        self._who = ask.acting
        self._card.forget()
        self._receipt.begin()
        self._screen.show_tendering()
        self._at.tasks.run(_tenders, then=self._known)

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _known(self, tenders: tuple[Tender, ...]) -> None:
        self._tenders = {one.code: one for one in tenders}
        self._show()

    def _show(self) -> None:
        ask, back = self._ask, self._back
        if ask is None or back is None:
            return
        due = back.tendering.due
        self._show_taken(back, final=False)
        if not back.open:
            ask.then(back, self._acting, self._finish)
            return
        part = back.open[0]
        head = PaymentHead(ask.title, ask.detail, due, Money(-part.amount, due.currency))
        self._screen.show_head(head)
        self._screen.show_quick_cash(())
        self._screen.show_tenders([self._choice(one, part) for one in self._ways(part)])
        self._screen.tendering.fix_amount()
        self._screen.show_tendering()

    @property
    def _acting(self) -> Acting:
        if self._who is None:
            raise RuntimeError("nothing is paid back")
        return self._who

    def _ways(self, part: Part) -> list[Tender]:
        """The tender it came by first, then cash, which needs a right."""
        own = [self._tenders[part.tender]] if part.tender in self._tenders else []
        cash = [one for one in self._tenders.values() if one.kind is TenderKind.CASH and one not in own]
        return own + cash

    def _choice(self, tender: Tender, part: Part) -> TenderChoice:
        own = tender.code == part.tender
        detail = part.reference if own else say("payment.other_way")
        return TenderChoice(tender.code, self._name(tender.code), ICONS.get(tender.kind, "wallet"), detail)

    def _name(self, code: str) -> str:
        tender = self._tenders.get(code)
        return tender.names.get(language().value) or tender.names.get("en", code) if tender else code

    def _show_taken(self, back: PayBack, *, final: bool) -> None:
        currency = back.tendering.due.currency
        self._screen.show_taken(
            [
                TakenPayment(
                    one.id,
                    self._name(one.tender),
                    Money(one.amount, currency),
                    one.reference,
                    removable=not one.attempt and not final,
                )
                for one in back.tendering.taken
            ]
        )

    # giving

    def _tendered(self, code: str) -> None:
        back = self._back
        if back is None or not back.open:
            return
        part = back.open[0]
        if code == part.tender and self._is_card(code):
            self._begin_card(back, part)
            return

        def give(desk: Desk, acting: Acting) -> Any:
            return refunding.give(desk, acting, back, part, code)

        permitted(self._at, give, self._given, self._acting)

    def _is_card(self, code: str) -> bool:
        return code in self._tenders and self._tenders[code].kind is TenderKind.CARD

    def _begin_card(self, back: PayBack, part: Part) -> None:
        def keep(desk: Desk, acting: Acting) -> CardAttempt | Refusal:
            return refunding.begin_card(desk, acting, back, part)

        self._card.begin(
            keep, lambda attempt: self._card.desk.refund(attempt.id, attempt.amount, part.reference)
        )

    def _card_approved(self, attempt: CardAttempt) -> None:
        back = self._back
        if back is not None and back.open:
            self._at.tasks.run(
                refunding.with_attempt,
                back,
                back.open[0],
                attempt.id,
                then=lambda result: self._given(result, self._acting),
            )

    def _given(self, result: Any, acting: Acting) -> None:
        if self._ask is None:
            return
        if isinstance(result, Refusal):
            self._screen.show_tendering()
            self._screen.show_error(refused(result.code.value, result.facts))
            return
        self._who = acting  # an approval given for a part holds for the whole act
        self._back = result
        self._show()

    def _removed(self, taken_id: str) -> None:
        back = self._back
        if back is None:
            return
        tendering = paying.untake(back.tendering, taken_id)
        if not isinstance(tendering, Refusal):
            self._back = replace(back, tendering=tendering)
            self._show()

    # the end

    def put_away(self) -> None:
        """Somebody leaves the till after the act is done: go on as if they had pressed Next."""
        self._receipt.put_away()

    def _finish(self, outcome: Outcome, after: Callable[[], None]) -> None:
        if self._back is None:
            return
        if outcome.refusal is not None:
            self._at.tell_refusal(outcome.refusal)
            self._leave()  # what a card terminal gave back already counts the next time
            return
        self._show_taken(self._back, final=True)
        due = self._back.tendering.due
        if self._ask is not None:
            self._screen.show_head(
                PaymentHead(self._ask.title, self._ask.detail, due, Money(0, due.currency))
            )

        def left() -> None:
            self._ask, self._back = None, None
            after()

        self._receipt.ask(outcome.words, Money(0, due.currency), left)

    def _leave(self) -> None:
        self._card.leave()
        self._ask, self._back = None, None
        self._at.window.navigation.back()


def _tenders(desk: Desk) -> tuple[Tender, ...]:
    return desk.store.shop.tenders()
