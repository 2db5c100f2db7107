"""A refusal or conflict that waits for a person, as the site keeps it and tells the tills of its store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProblemRecord:
    """One problem: the refused or parked command (or none, for a conflict), its code and facts.

    `act` is the command's act; `resolution` names how it ended once it is no longer open.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    at: datetime
    store: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)
    order_id: str = ""
    command_id: str = ""
    device: str = ""
    act: str = ""
    open: bool = True
    resolution: str = ""
