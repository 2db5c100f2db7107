"""The card terminal's part of a payment screen: one attempt, kept first, asked until its end is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.background.card import CardDesk
from pos_app.hardware.card_terminal import TerminalPrompt, TerminalResult, TerminalState
from pos_app.operations import paying
from pos_app.operations.desk import Acting, Desk
from pos_app.store.card_attempts import AttemptState, CardAttempt
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import CardState, CardView
from pos_app.ui.wording import knows, refused, say
from site_sync.domain.errors import Code, Refusal

Begin = Callable[[Desk, Acting], CardAttempt | Refusal]
Start = Callable[[CardAttempt], None]


class CardPart:
    """Tells its owner of each approved attempt; an unknown one blocks until somebody knows."""

    def __init__(
        self, at: Workplace, screen: PaymentScreen, card: CardDesk, approved: Callable[[CardAttempt], None]
    ) -> None:
        self._at = at
        self._screen = screen
        self._card = card
        self._approved = approved
        self._attempt: CardAttempt | None = None
        self._begun: tuple[Begin, Start] | None = None
        self._own: dict[str, tuple[Begin, Start]] = {}
        screen.card_cancelled.connect(self._cancel)
        screen.card_asked_again.connect(self._ask_again)
        screen.card_tried_again.connect(self._try_again)
        screen.card_left.connect(self.leave)
        screen.card_decided.connect(self._decided)
        card.said.connect(self._said)

    @property
    def desk(self) -> CardDesk:
        """The terminal."""
        return self._card

    @property
    def waiting(self) -> bool:
        """Whether the terminal works on an attempt of this screen."""
        return self._attempt is not None and self._attempt.state is AttemptState.ASKED

    def forget(self) -> None:
        """Another payment begins: attempts of the one before are not its own."""
        self._attempt, self._begun, self._own = None, None, {}

    def begin(self, work: Begin, start: Start) -> None:
        """Keep an attempt by `work`, then ask the terminal by `start`."""
        if self.waiting:
            return
        self._begun = (work, start)
        self._at.act(work, self._at.acting, then=lambda result: self._kept(start, result))

    def _kept(self, start: Start, result: Any) -> None:
        if isinstance(result, CardAttempt):
            self._attempt = result
            if self._begun is not None:
                self._own[result.id] = self._begun
            start(result)
        elif result.code is Code.TENDER_BLOCKED:
            self._at.tasks.run(paying.unsettled, then=self._blocked)
        else:
            self._screen.show_error(refused(result.code.value, result.facts))

    def _blocked(self, attempts: tuple[CardAttempt, ...]) -> None:
        """An earlier attempt has no end yet: it comes first; one of this payment still counts for it."""
        if not attempts:
            return
        self._attempt, self._begun = attempts[0], self._own.get(attempts[0].id)
        words = say("payment.earlier_unknown")
        self._screen.show_card(CardView(CardState.UNKNOWN, attempts[0].amount, words, may_decide=True))

    def _said(self, result: TerminalResult) -> None:
        attempt = self._attempt
        if attempt is None or attempt.id != result.attempt_id:
            return
        in_progress = result.state is TerminalState.IN_PROGRESS
        state = CardState.WAITING if in_progress else CardState(result.state.value)
        decides = self._card.by_hand or not in_progress  # by right, or approved in place
        key = f"payment.terminal_{result.prompt.value or result.reason.value}"
        prompt = result.prompt is not TerminalPrompt.NONE or result.reason.value
        words = say(key) if prompt and knows(key) else ""
        self._screen.show_card(CardView(state, attempt.amount, words, may_decide=decides))
        if not in_progress:
            self._at.tasks.run(paying.settle_card, result, then=self._settled)

    def _settled(self, attempt: Any) -> None:
        if not isinstance(attempt, CardAttempt) or self._attempt is None or attempt.id != self._attempt.id:
            return
        self._attempt = attempt
        if attempt.state is not AttemptState.APPROVED:
            return
        self._attempt = None
        if self._begun is not None:
            self._approved(attempt)
            return
        self._at.tell(say("payment.earlier_settled"), tone="warn", seconds=10)
        self._screen.show_tendering()

    def _cancel(self) -> None:
        if self._attempt is not None:
            self._card.cancel()

    def _ask_again(self) -> None:
        if self._attempt is not None:
            self._card.ask_again(self._attempt.id)

    def _try_again(self) -> None:
        if self._begun is not None:
            self.begin(*self._begun)

    def leave(self) -> None:
        """Another tender; the attempt stays kept with what is known of it."""
        if self._attempt is None and self._begun is None:
            return
        self._card.leave()
        self._attempt, self._begun = None, None
        self._screen.show_tendering()

    def _decided(self, approved: bool) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if self._card.by_hand and attempt.state is AttemptState.ASKED and self._begun is not None:
            self._card.decide(approved=approved)
            return

        def decide(desk: Desk, acting: Acting) -> Any:
            return paying.decide_unknown(desk, acting, attempt.id, approved=approved)

        permitted(self._at, decide, self._decided_unknown)

    def _decided_unknown(self, result: Any, _acting: Acting) -> None:
        if not self._at.went_well(result):
            return
        self._settled(result)
        if isinstance(result, CardAttempt) and result.state is not AttemptState.APPROVED:
            self._card.leave()
            self._attempt = None
            self._screen.show_tendering()
