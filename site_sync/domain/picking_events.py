"""What happened while goods were found: something else offered and answered, bags received, a code given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_sync.domain.customers import Collector
from site_sync.domain.substitutes import Answer, Substitution


@dataclass(frozen=True, slots=True)
class SubstituteOffered:
    """A line of the order stands for units of another one; the customer agreed or is being asked."""

    __pydantic_config__ = {"extra": "forbid"}

    substitution: Substitution
    kind: Literal["substitute_offered"] = "substitute_offered"


@dataclass(frozen=True, slots=True)
class SubstituteAnswered:
    """The customer said yes or no to a substitute line, or the time to answer ran out."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    answer: Answer
    kind: Literal["substitute_answered"] = "substitute_answered"


@dataclass(frozen=True, slots=True)
class BagsSent:
    """Packed bags left the store they waited in for the one that hands over now."""

    __pydantic_config__ = {"extra": "forbid"}

    bags: tuple[int, ...]
    store: str
    kind: Literal["bags_sent"] = "bags_sent"


@dataclass(frozen=True, slots=True)
class BagsReceived:
    """Bags that another store sent are here."""

    __pydantic_config__ = {"extra": "forbid"}

    bags: tuple[int, ...]
    kind: Literal["bags_received"] = "bags_received"


@dataclass(frozen=True, slots=True)
class CollectorNamed:
    """Another person may collect, with a code of their own; the code before it is void."""

    __pydantic_config__ = {"extra": "forbid"}

    collector: Collector | None
    code_hash: str
    issue: int
    kind: Literal["collector_named"] = "collector_named"


PickingEvent = SubstituteOffered | SubstituteAnswered | BagsSent | BagsReceived | CollectorNamed
