"""What every card terminal driver does: start, poll, cancel, refund, and recover an attempt by its id."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from site_sync.domain.money import Money


class TerminalState(StrEnum):
    """What the terminal says of an attempt; `unknown` means nobody can tell whether money moved."""

    IN_PROGRESS = "in_progress"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Tell whether the terminal will never say anything else."""
        return self in (TerminalState.APPROVED, TerminalState.DECLINED, TerminalState.CANCELLED)


class TerminalPrompt(StrEnum):
    """What has to happen next, for the screen to put into words."""

    NONE = ""
    PRESENT_CARD = "present_card"
    WAIT = "wait"
    CONFIRM_BY_HAND = "confirm_by_hand"


class TerminalReason(StrEnum):
    """Why an attempt was not approved, or is not known."""

    NONE = ""
    CARD_DECLINED = "card_declined"
    STOPPED_AT_TILL = "stopped_at_till"
    STOPPED_BY_CUSTOMER = "stopped_by_customer"
    TERMINAL_BUSY = "terminal_busy"
    ANSWER_LOST = "answer_lost"
    TERMINAL_SILENT = "terminal_silent"
    TERMINAL_OFFLINE = "terminal_offline"
    LINE_DOWN = "line_down"
    KEY_REFUSED = "key_refused"
    NOT_ACCEPTED = "not_accepted"
    POWER_LOST = "power_lost"
    NEVER_ASKED = "never_asked"
    NOT_ANSWERED = "not_answered"
    ORIGINAL_UNKNOWN = "original_unknown"
    OVER_ORIGINAL = "over_original"


@dataclass(frozen=True, slots=True)
class TerminalResult:
    """What is known of one attempt; `reference` is the terminal's own name for it, for receipt and refund."""

    attempt_id: str
    state: TerminalState
    amount: Money | None = None
    reference: str = ""
    reason: TerminalReason = TerminalReason.NONE
    prompt: TerminalPrompt = TerminalPrompt.NONE


class TerminalSays(StrEnum):
    """How a terminal is while nothing is asked of it."""

    BY_HAND = "by_hand"
    SIMULATED = "simulated"
    ONLINE = "online"
    OFFLINE = "offline"
    KEY_REFUSED = "key_refused"
    NO_READER = "no_reader"
    UNREACHABLE = "unreachable"
    ASKING = "asking"


@dataclass(frozen=True, slots=True)
class TerminalHealth:
    """How a terminal is, and its name where it has one."""

    says: TerminalSays
    name: str = ""


class CardTerminal(Protocol):
    """A terminal. The caller keeps the attempt durably before `start` or `refund`.

    Every call may be repeated: an attempt id moves money at most once, whatever is asked again. A terminal
    behind a network waits for it, so its driver is worked on a thread of its own.
    """

    def start(self, attempt_id: str, amount: Money) -> TerminalResult:
        """Ask for a payment; the amount is above zero."""
        ...

    def refund(self, attempt_id: str, amount: Money, reference: str) -> TerminalResult:
        """Give back a part or all of the payment with this reference; the amount is above zero."""
        ...

    def poll(self, attempt_id: str) -> TerminalResult:
        """Ask how an attempt stands."""
        ...

    def cancel(self, attempt_id: str) -> TerminalResult:
        """Ask to stop; the result may still be approved, when the card was quicker."""
        ...

    def recover(self, attempt_id: str) -> TerminalResult:
        """Ask again for the outcome of an attempt whose answer was lost, even before a restart."""
        ...

    def health(self) -> TerminalHealth:
        """Tell how the terminal is."""
        ...


def check_amount(amount: Money) -> None:
    """Refuse an amount no terminal could be asked for."""
    if amount.amount <= 0:
        raise ValueError(f"a terminal takes amounts above zero, not {amount.amount}")
