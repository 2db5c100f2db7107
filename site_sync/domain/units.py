"""The quantities a line is divided into, what lies in which bag, and what an act took out of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Bucket(StrEnum):
    """The quantities a line's ordered quantity is divided into."""

    TO_PICK = "to_pick"
    PICKED = "picked"
    COLLECTED = "collected"
    SHORT = "short"
    CANCELLED = "cancelled"
    TO_PUT_BACK = "to_put_back"
    PUT_BACK = "put_back"


RESERVING = frozenset({Bucket.TO_PICK, Bucket.PICKED, Bucket.TO_PUT_BACK})
LIVE = frozenset({Bucket.TO_PICK, Bucket.PICKED, Bucket.COLLECTED})


@dataclass(frozen=True, slots=True)
class Quantities:
    """One line's quantities in smallest sale units; they add up to what was ordered."""

    __pydantic_config__ = {"extra": "forbid"}

    to_pick: int = 0
    picked: int = 0
    collected: int = 0
    short: int = 0
    cancelled: int = 0
    to_put_back: int = 0
    put_back: int = 0

    @property
    def ordered(self) -> int:
        """The sum of all buckets."""
        return (
            self.to_pick
            + self.picked
            + self.collected
            + self.short
            + self.cancelled
            + self.to_put_back
            + self.put_back
        )

    @property
    def open(self) -> int:
        """What may still be handed over."""
        return self.to_pick + self.picked

    @property
    def live(self) -> int:
        """What is charged for: open or collected."""
        return self.to_pick + self.picked + self.collected

    @property
    def reserved(self) -> int:
        """What holds stock back from others."""
        return self.to_pick + self.picked + self.to_put_back

    def held(self, bucket: Bucket) -> int:
        """The quantity in one bucket."""
        return int(getattr(self, bucket.value))

    def move(self, source: Bucket, target: Bucket, quantity: int) -> Quantities:
        """The quantities after moving some to another bucket; ValueError when there are not as many."""
        if source is target or not 0 < quantity <= self.held(source):
            raise ValueError(f"cannot move {quantity} of {self.held(source)} from {source} to {target}")
        changes = {source.value: self.held(source) - quantity, target.value: self.held(target) + quantity}
        return replace(self, **changes)

    def add(self, bucket: Bucket, quantity: int) -> Quantities:
        """The quantities with more (or, negative, less) ordered, held in `bucket`."""
        left = self.held(bucket) + quantity
        if left < 0:
            raise ValueError(f"cannot take {-quantity} of {self.held(bucket)} from {bucket}")
        return replace(self, **{bucket.value: left})


@dataclass(frozen=True, slots=True)
class Bag:
    """A packed bag: its number in the order, its shelf at the counter, what is in it (line, quantity).

    `sent_from` is the store it is on its way from.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: int
    shelf: str = ""
    contents: tuple[tuple[int, int], ...] = ()
    sent_from: str = ""


@dataclass(frozen=True, slots=True)
class TakenUnits:
    """Units of a line that an act took out of a quantity."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    source: Bucket
    quantity: int


@dataclass(frozen=True, slots=True)
class Undoable:
    """The latest cancellation or hand-over as it can be taken back: its command, when, by whom, which units.

    `bags` hold what it took out of each bag; `movement` is the credit or fee that it made of money held.
    """

    __pydantic_config__ = {"extra": "forbid"}

    command: str
    at: datetime
    by: str
    units: tuple[TakenUnits, ...]
    bags: tuple[Bag, ...] = ()
    movement: str = ""
