"""Whether what a site had applied before it was restored is applied again when its tills are back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from site_sync.service import turns
from site_sync.service.catching_up import PATIENCE
from tests.simulation.storm.checks_site import SiteRows

if TYPE_CHECKING:
    from tests.simulation.storm.world import World

_APPLIED = "SELECT command_id, subject, result FROM commands WHERE payload_kind = 'order'"
_OF_OTHERS = (
    "SELECT order_id, command_id FROM history WHERE command_id NOT IN (SELECT command_id FROM commands)"
)
_AWAITED = "SELECT id FROM devices WHERE expected AND state = 'active'"
_TIMES = "SELECT command_id, at FROM commands"
_GOODS = "SELECT DISTINCT order_id, store, sku FROM journal"
_TAKEN = "SELECT order_id, store, sku, at FROM journal WHERE quantity < 0"
_NOBODY_BRINGS = "its order's other history is lost"
_ITS_GOODS = "an order that is lost had some of its goods"
_TAKEN_FIRST = "the web shop has sold some of its goods since"


@dataclass
class Stood:
    """What was applied, by its order; what the web shop and the site's own work did to which order; where
    the goods of each order lay.

    `lost` are the orders of which the backup lacks something that no till brings back.
    """

    applied: dict[str, str]
    others: set[tuple[str, str]]
    goods: dict[str, set[tuple[str, str]]]
    lost: set[str] = field(default_factory=set)

    @classmethod
    def before(cls, raw: Any) -> Stood:
        """As the site is now."""
        goods: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for order_id, store, sku in raw.execute(_GOODS).fetchall():
            goods[order_id].add((store, sku))
        return cls(dict(_applied(raw)), set(raw.execute(_OF_OTHERS).fetchall()), goods)

    def look_back(self, raw: Any) -> None:
        """What the restored site lacks, before anybody brings it back."""
        known = {row[0] for row in raw.execute("SELECT command_id FROM commands").fetchall()}
        self.lost = {order_id for order_id, _ in self.others - set(raw.execute(_OF_OTHERS).fetchall())}
        self.applied = {one: order for one, order in self.applied.items() if one not in known}

    def refused(self, raw: Any) -> Iterator[tuple[str, str, str]]:
        """Commands that are applied no longer, with their codes and what excuses that."""
        found = {row[0]: (row[1], json.loads(row[2])) for row in raw.execute(_APPLIED).fetchall()}
        for command_id, order_id in self.applied.items():
            subject, result = found.get(command_id, (order_id, {"kind": "", "code": "not there"}))
            if result["kind"] != "applied":
                excuse = self._excuse(subject) or self._taken_first(raw, command_id, subject)
                yield command_id, str(result["code"]), excuse

    def _excuse(self, order_id: str) -> str:
        if order_id in self.lost:
            return _NOBODY_BRINGS
        gone = {place for one in self.lost for place in self.goods.get(one, ())}
        return _ITS_GOODS if gone & self.goods.get(order_id, set()) else ""

    def _taken_first(self, raw: Any, command_id: str, order_id: str) -> str:
        """Whether an order that the web shop made after the restore held its goods when it was refused."""
        before = {order for order, _ in self.others}
        fresh = {order for order, _ in raw.execute(_OF_OTHERS).fetchall()} - before
        times = dict(raw.execute(_TIMES).fetchall())
        if command_id not in times:
            return ""
        goods, refused_at = self.goods.get(order_id, set()), times[command_id]
        taken = raw.execute(_TAKEN).fetchall()
        first = (
            order in fresh and (store, sku) in goods for order, store, sku, at in taken if at <= refused_at
        )
        return _TAKEN_FIRST if any(first) else ""


def _applied(raw: Any) -> Iterator[tuple[str, str]]:
    for command_id, order_id, result in raw.execute(_APPLIED).fetchall():
        if json.loads(result)["kind"] == "applied":
            yield command_id, order_id


EXCUSES = ("till cloned", "till's file damaged", "staff right withdrawn", "till revoked")
"""Where a till does not know, or may not say, what was applied."""


def is_awaited(raw: Any, devices: Iterable[str]) -> bool:
    """Whether a restored site waits for all of some tills: it does not for those it does not know."""
    return {row[0] for row in raw.execute(_AWAITED)} >= set(devices)


def check_brought_back(world: World, rows: SiteRows) -> Iterator[str]:
    """15: what was applied before a restore is applied after it, where all tills came back in time."""
    if any(world.fired[name] for name in EXCUSES):
        return
    begun = world.database.read(lambda db: turns.find(db, turns.WAITS))
    until = (
        datetime.fromisoformat(begun.outcome["since"]) + PATIENCE
        if begun
        else datetime.max.replace(tzinfo=UTC)
    )
    late = {one for one, at in rows.all(_TIMES) if datetime.fromisoformat(at).replace(tzinfo=UTC) >= until}
    for stood in world.stood:
        for command_id, code, excused in stood.refused(rows.raw):
            if not excused and command_id not in late:
                yield f"15: {command_id} was applied before a restore, now it is {code}"
