"""After a start: what became of card payments that were under way when the till stopped."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from pos_app.background.card import CardDesk
from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations import paying
from pos_app.store.card_attempts import AttemptState, CardAttempt
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import money, say


class CardRecovery(QObject):
    """Asks the terminal about each open attempt, one after the other; one still under way is stopped.

    Nobody waits for it any more: a card that was quicker is approved and waits among the problems.
    """

    def __init__(self, at: Workplace, card: CardDesk) -> None:
        super().__init__(at)
        self._at = at
        self._card = card
        self._open: list[CardAttempt] = []
        self._stopped = False

    def start(self) -> None:
        """Begin; a terminal without a cable can tell nothing, so people decide."""
        if not self._card.by_hand:
            self._at.tasks.run(paying.unsettled, then=self._found)

    def _found(self, attempts: tuple[CardAttempt, ...]) -> None:
        self._open = list(attempts)
        if attempts:
            self._card.said.connect(self._said)
            self._ask()

    def _ask(self) -> None:
        if not self._open:
            self._card.said.disconnect(self._said)
            return
        self._stopped = False
        self._card.ask_again(self._open[0].id)

    def _said(self, result: TerminalResult) -> None:
        if not self._open or result.attempt_id != self._open[0].id:
            return
        if result.state is not TerminalState.IN_PROGRESS:
            self._open.pop(0)
            self._at.tasks.run(paying.settle_card, result, then=self._settled)
        elif not self._stopped:
            self._stopped = True
            self._card.cancel()

    def _settled(self, attempt: Any) -> None:
        if isinstance(attempt, CardAttempt):
            amount = money(attempt.amount)
            if attempt.state is AttemptState.APPROVED:
                self._at.tell(say("payment.recovered_paid", amount=amount), tone="warn", seconds=60)
            elif attempt.state is not AttemptState.UNKNOWN:
                self._at.tell(say("payment.recovered_not_paid", amount=amount), seconds=30)
        self._at.tasks.kept.emit("")
        self._ask()
