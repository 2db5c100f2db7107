"""What the payment-action dialog shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.money import Money


class ActionState(StrEnum):
    """How a tile is drawn."""

    MAIN = "main"
    NORMAL = "normal"
    DISABLED = "disabled"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class DialogHead:
    """The order on which the dialog was opened; title such as "Customer order S01-02-000318-4"."""

    title: str
    badge: str = ""
    badge_tone: str = "info"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SumRow:
    """One sum on the left; the `strong` one is what is left to pay."""

    text: str
    amount: Money
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ActionView:
    """One tile: `detail` says what it means or why it is not possible; between `least` and `most` the amount
    may be changed; `effects` are the sentences of "What will happen"."""

    code: str
    title: str
    detail: str = ""
    amount: Money | None = None
    state: ActionState = ActionState.NORMAL
    least: Money | None = None
    most: Money | None = None
    effects: tuple[str, ...] = ()
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody in the store who holds the missing right."""

    staff_id: str
    name: str
    role: str
