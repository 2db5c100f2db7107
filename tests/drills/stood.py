"""Whether what a site had applied before it was restored is applied again when its tills are back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine

from tests.drills.floor import Floor

_APPLIED = "SELECT command_id, subject, result FROM commands WHERE payload_kind = 'order'"
_OF_OTHERS = (
    "SELECT order_id, command_id FROM history WHERE command_id NOT IN (SELECT command_id FROM commands)"
)


class Raw:
    """The tables in the driver's own words, on either engine."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._connection = self._engine.connect()
        self.raw = self

    def execute(self, query: str) -> Any:
        """Run one query."""
        driver: Any = self._connection.connection.driver_connection
        return driver.execute(query)

    @classmethod
    @contextmanager
    def of(cls, floor: Floor) -> Iterator[Raw]:
        """The tables of a floor's site, for a moment."""
        raw = cls(floor.settings.database_url)
        try:
            yield raw
        finally:
            raw.close()

    def close(self) -> None:
        """Let go."""
        self._connection.close()
        self._engine.dispose()


@dataclass
class Stood:
    """What was applied, by its order; what the web shop and the site's own work did to which order.

    `lost` are the orders of which the backup lacks something that no till brings back.
    """

    applied: dict[str, str]
    others: set[tuple[str, str]]
    lost: set[str] = field(default_factory=set)

    @classmethod
    def before(cls, floor: Floor) -> Stood:
        """As the site is now."""
        with Raw.of(floor) as raw:
            return cls(dict(_applied(raw)), set(raw.execute(_OF_OTHERS).fetchall()))

    def look_back(self, floor: Floor) -> None:
        """What the restored site lacks, before anybody brings it back."""
        with Raw.of(floor) as raw:
            there = set(raw.execute(_OF_OTHERS).fetchall())
            known = {row[0] for row in raw.execute("SELECT command_id FROM commands").fetchall()}
        self.lost = {order_id for order_id, _ in self.others - there}
        self.applied = {one: order for one, order in self.applied.items() if one not in known}

    def refused(self, floor: Floor) -> Iterator[tuple[str, str, str]]:
        """Commands that are applied no longer, with their codes and what excuses that."""
        with Raw.of(floor) as raw:
            found = {row[0]: (row[1], json.loads(row[2])) for row in raw.execute(_APPLIED).fetchall()}
        for command_id, order_id in self.applied.items():
            subject, result = found.get(command_id, (order_id, {"kind": "", "code": "not there"}))
            if result["kind"] != "applied":
                excused = "its order's other history is lost" if subject in self.lost else ""
                yield command_id, str(result["code"]), excused


def _applied(raw: Raw) -> Iterator[tuple[str, str]]:
    for command_id, order_id, result in raw.execute(_APPLIED).fetchall():
        if json.loads(result)["kind"] == "applied":
            yield command_id, order_id
