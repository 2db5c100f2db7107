"""A hand-over of what another till had handed over already: told with both who, where and when."""

from __future__ import annotations

from sqlalchemy import select

from site_sync.domain.commands import Collect, Command
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.protocol.codec import RECORDED
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor

HANDED_OVER = "goods_handed_over"


def named(db: Executor, command: Command, refusal: Refusal, current: Order | None) -> Refusal:
    """The refusal of a hand-over, where its goods left before, with the names of both; others as they are.

    Only tills that were cut off from one another can come to this: the goods did leave, or were said to.
    """
    collects = isinstance(command.act, Collect) or getattr(command.act, "collect", None) is not None
    if refusal.code is not Code.ALREADY_COLLECTED or not collects or current is None:
        return refusal
    first = _first(db, current.id)
    facts: dict[str, object] = {
        "number": current.number,
        "by": command.by.name,
        "till": f"{command.store}-{command.till}",
        "at": command.at.isoformat(),
    }
    return Refusal(Code.HANDED_OVER_TWICE, facts | first)


def _first(db: Executor, order_id: str) -> dict[str, object]:
    """By whom, where and when the goods left before."""
    h, c, d = t.history.c, t.commands.c, t.devices.c
    query = (
        select(h.body, d.store, d.till)
        .select_from(t.history.outerjoin(t.commands, c.command_id == h.command_id))
        .outerjoin(t.devices, d.id == c.device)
        .where(h.order_id == order_id, h.kind == HANDED_OVER)
        .order_by(h.version.desc(), h.n.desc())
    )
    row = db.execute(query).first()
    if row is None:
        return {}
    recorded = RECORDED.load(row.body)
    place = f"{row.store}-{row.till}" if row.store else ""
    return {"first_by": recorded.by.name, "first_till": place, "first_at": recorded.at.isoformat()}
