"""A till of an hour apart: `FOLDER CLOCK_FILE`, told what to do on its input."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos_app.operations import picking
from pos_app.operations.desk import Acting, Desk
from site_sync.domain.commands import Pick
from site_sync.domain.permissions import Role
from tests.campaigns.apart.clock import moved
from tests.together.till_process import TillProcess, run

ROLES = (Role.SUPERVISOR, Role.MANAGER)


class TillApart(TillProcess):
    """Knows a few more words."""

    def acting(self, desk: Desk) -> Acting:
        """Somebody else at each till."""
        role = ROLES[int(desk.identity.till) % 2]
        member = next(one for one in desk.store.shop.staff(desk.identity.store) if one.role is role)
        return replace(super().acting(desk), staff=member)

    def claim(self, desk: Desk, order_id: str) -> Any:
        """Take an order to pick."""
        [done] = picking.claim(desk, self.acting(desk), (order_id,))
        return done.refusal or done.order_id

    def pick_line(self, desk: Desk, order_id: str, quantity: int) -> Any:
        """Find some units of the first line."""
        return picking.pick(desk, self.acting(desk), order_id, Pick(1, quantity))

    def version_of(self, desk: Desk, order_id: str) -> Any:
        """The site's version of an order, as far as this till knows."""
        return desk.store.orders.site_version(order_id)


if __name__ == "__main__":
    run(TillApart(Path(sys.argv[1]), moved(Path(sys.argv[2]))))
