"""A card terminal behind a network, asked on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic

from pos_app.hardware.card_terminal import (
    CardTerminal,
    TerminalHealth,
    TerminalPrompt,
    TerminalResult,
    TerminalSays,
    TerminalState,
)
from pos_app.hardware.card_terminal_address import is_remote, terminal_at
from site_sync.domain.money import Money

ASK_EVERY_S = 1.0
HEALTH_EVERY_S = 20.0

_Answer = tuple[str, TerminalResult | TerminalHealth | BaseException]
_HEALTH = ""


class CardLine:
    """A card terminal that never waits: an answer that is not there yet is `in progress`.

    The driver behind it is only ever called on the line's thread, one call after the other.
    """

    def __init__(self, terminal: CardTerminal, clock: Callable[[], float]) -> None:
        self._terminal = terminal
        self._clock = clock
        self._calls: SimpleQueue[tuple[str, Callable[[], TerminalResult | TerminalHealth]] | None] = (
            SimpleQueue()
        )
        self._answers: SimpleQueue[_Answer] = SimpleQueue()
        self._waits_for: dict[str, int] = {}
        self._last: dict[str, TerminalResult] = {}
        self._asked: dict[str, float] = {}
        self._health = TerminalHealth(TerminalSays.ASKING)
        self._thread = threading.Thread(target=self._work, name="card terminal", daemon=True)
        self._thread.start()

    def start(self, attempt_id: str, amount: Money) -> TerminalResult:
        """Begin a payment; its answer comes with `poll`."""
        return self._ask(attempt_id, lambda: self._terminal.start(attempt_id, amount))

    def refund(self, attempt_id: str, amount: Money, reference: str) -> TerminalResult:
        """Begin to give money back; its answer comes with `poll`."""
        return self._ask(attempt_id, lambda: self._terminal.refund(attempt_id, amount, reference))

    def poll(self, attempt_id: str) -> TerminalResult:
        """The newest answer; the terminal is asked again about once a second."""
        self._hear()
        last = self._last.get(attempt_id)
        asked = bool(self._waits_for.get(attempt_id))
        if asked and last is not None and last.state is TerminalState.UNKNOWN:
            return _waiting(attempt_id)  # an answer to an earlier question: the later one is on its way
        if last is not None and last.state is not TerminalState.IN_PROGRESS:
            return last
        due = self._clock() - self._asked.get(attempt_id, 0.0) >= ASK_EVERY_S
        if due and not asked:
            self._ask(attempt_id, lambda: self._terminal.poll(attempt_id))
        return last or _waiting(attempt_id)

    def cancel(self, attempt_id: str) -> TerminalResult:
        """Ask to stop; what came of it comes with `poll`."""
        return self._ask(attempt_id, lambda: self._terminal.cancel(attempt_id))

    def recover(self, attempt_id: str) -> TerminalResult:
        """Ask what became of an attempt; what is known of it comes with `poll`."""
        self._last.pop(attempt_id, None)
        return self._ask(attempt_id, lambda: self._terminal.recover(attempt_id))

    def health(self) -> TerminalHealth:
        """How the terminal was a moment ago; asked again now and then."""
        self._hear()
        last = self._asked.get(_HEALTH)
        if not self._waits_for.get(_HEALTH) and (last is None or self._clock() - last >= HEALTH_EVERY_S):
            self._submit(_HEALTH, self._terminal.health)
        return self._health

    def close(self) -> None:
        """Ask nothing more; a call that is under way is left to end by itself."""
        self._calls.put(None)

    def _ask(self, attempt_id: str, call: Callable[[], TerminalResult]) -> TerminalResult:
        self._submit(attempt_id, call)
        return self._last.get(attempt_id) or _waiting(attempt_id)

    def _submit(self, name: str, call: Callable[[], TerminalResult | TerminalHealth]) -> None:
        self._waits_for[name] = self._waits_for.get(name, 0) + 1
        self._asked[name] = self._clock()
        self._calls.put((name, call))

    def _hear(self) -> None:
        while True:
            try:
                name, answer = self._answers.get_nowait()
            except Empty:
                return
            self._waits_for[name] -= 1
            if isinstance(answer, BaseException):
                raise answer
            if isinstance(answer, TerminalHealth):
                self._health = answer
            else:
                self._last[name] = answer

    def _work(self) -> None:
        while (asked := self._calls.get()) is not None:
            name, call = asked
            try:
                answer: TerminalResult | TerminalHealth | BaseException = call()
            except Exception as error:  # outermost loop: told where it was asked
                answer = error
            self._answers.put((name, answer))


def connect(address: str, folder: Path, now: Callable[[], datetime], key: str) -> CardTerminal:
    """The terminal of an address, on a line where it has to be waited for; raises TerminalRefused."""
    terminal = terminal_at(address, folder, now, key)
    return CardLine(terminal, monotonic) if is_remote(address) else terminal


def _waiting(attempt_id: str) -> TerminalResult:
    return TerminalResult(attempt_id, TerminalState.IN_PROGRESS, prompt=TerminalPrompt.WAIT)
