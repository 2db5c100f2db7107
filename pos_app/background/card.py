"""One attempt at the card terminal, asked until the terminal knows what became of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.background.card_line import CardLine
from pos_app.hardware.card_terminal import CardTerminal, TerminalHealth, TerminalResult, TerminalState
from pos_app.hardware.card_terminal_manual import ManualTerminal
from site_sync.domain.money import Money

POLL_MS = 200


class CardDesk(QObject):
    """`said(TerminalResult)` tells each change of the attempt; drivers never wait, so neither does this."""

    said = Signal(object)

    def __init__(self, terminal: CardTerminal, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terminal = terminal
        self._attempt = ""
        self._last: TerminalResult | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def use(self, terminal: CardTerminal) -> None:
        """Ask another terminal from now on; what is under way stays kept and is asked for again."""
        self.close()
        self._terminal = terminal

    def close(self) -> None:
        """Ask nothing more."""
        self.leave()
        if isinstance(self._terminal, CardLine):
            self._terminal.close()

    @property
    def health(self) -> TerminalHealth:
        """How the terminal is, as far as is known without waiting."""
        return self._terminal.health()

    @property
    def by_hand(self) -> bool:
        """Whether the cashier tells what the terminal said."""
        return isinstance(self._terminal, ManualTerminal)

    def start(self, attempt_id: str, amount: Money) -> None:
        """Ask for a payment that is kept already."""
        self._attempt, self._last = attempt_id, None
        self._timer.start()
        self._hear(self._terminal.start(attempt_id, amount))

    def refund(self, attempt_id: str, amount: Money, reference: str) -> None:
        """Give money back to the card of an earlier payment; the attempt is kept already."""
        self._attempt, self._last = attempt_id, None
        self._timer.start()
        self._hear(self._terminal.refund(attempt_id, amount, reference))

    def ask_again(self, attempt_id: str) -> None:
        """Ask what became of an attempt whose answer was lost."""
        self._attempt, self._last = attempt_id, None
        self._timer.start()
        self._hear(self._terminal.recover(attempt_id))

    def cancel(self) -> None:
        """Ask to stop; the card may have been quicker."""
        if self._attempt:
            self._hear(self._terminal.cancel(self._attempt))

    def decide(self, *, approved: bool) -> None:
        """The cashier saw what a separate terminal said."""
        if isinstance(self._terminal, ManualTerminal) and self._attempt:
            answer = self._terminal.approve if approved else self._terminal.decline
            self._hear(answer(self._attempt))

    def leave(self) -> None:
        """Stop asking; the attempt stays kept with what is known of it."""
        self._timer.stop()
        self._attempt, self._last = "", None

    def _poll(self) -> None:
        if self._attempt:
            self._hear(self._terminal.poll(self._attempt))

    def _hear(self, result: TerminalResult) -> None:
        if result == self._last:
            return
        self._last = result
        if result.state is not TerminalState.IN_PROGRESS:
            self._timer.stop()
        self.said.emit(result)
