"""What the payment-action dialog shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.money import Money
from site_sync.domain.quantities import Unit


class ActionState(StrEnum):
    """How a tile is drawn."""

    MAIN = "main"
    NORMAL = "normal"
    DISABLED = "disabled"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class DialogHead:
    """The order on which the dialog was opened; title such as "Customer order S01-02-000318-4".

    `hint` is what staff should know before they choose.
    """

    title: str
    badge: str = ""
    badge_tone: str = "info"
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SumRow:
    """One sum on the left; the `strong` one is what is left to pay."""

    text: str
    amount: Money
    strong: bool = False


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """What will happen to one order of several."""

    heading: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionView:
    """One tile: `detail` says what it means or why it is not possible; between `least` and `most` the amount
    may be changed; `effects` are the sentences of "What will happen", `groups` those by order."""

    code: str
    title: str
    detail: str = ""
    amount: Money | None = None
    state: ActionState = ActionState.NORMAL
    least: Money | None = None
    most: Money | None = None
    effects: tuple[str, ...] = ()
    groups: tuple[EffectGroup, ...] = ()
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class FootKey:
    """A key at the foot of the dialog: absent without a text; `why_not` disables it and says why."""

    text: str = ""
    detail: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PickUpLine:
    """A line of which at most `most` units, worth `amount`, may be picked up now."""

    line: int
    name: str
    most: int
    unit: Unit
    amount: Money


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody in the store who holds the missing right."""

    staff_id: str
    name: str
    role: str
