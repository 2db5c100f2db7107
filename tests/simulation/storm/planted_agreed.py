"""Bugs planted in what tills and site lend, end and compare."""

from __future__ import annotations

from pos_app.store.agreement import Agreement
from pos_app.store.leases import Leases
from pos_app.store.site_side import SiteSide
from pos_app.store.store import Store
from site_sync.service import enrolment, leases, problem_ends, problems
from site_sync.worker import worker
from tests.simulation.storm.mutation import bug

AGREED_BUGS = (
    bug("lend without counting it as lent", leases.grant, "if units:", "if False:"),
    bug("book nothing as spent of a lease", leases.spend, "spent=lease.spent + units", "spent=lease.spent"),
    bug("keep what a till spent as lent", leases.spend, "_lend(tx, key, -units)", "pass"),
    bug("take back what is still promised", leases.give_back, "returned=lease.returned + count",
        "returned=lease.returned"),
    bug("leave a withdrawn till what it was lent", enrolment.revoke, "leases.end(tx, device_id)", "pass"),
    bug("tell a till nothing of its leases", leases._write, "tx.changed(", "str("),
    bug("promise a lease twice", Leases.left, "lease.left - int(drawn)", "lease.left"),
    bug("go on counting draws that were answered", Leases.answered, "self._file.raw.execute(f\"DELETE",
        "(lambda *_: None)(f\"DELETE"),
    bug("take over no word on a lease", SiteSide._take_lease, "self._replica.leases.take(", "str("),
    bug("end a problem at the till alone", Store.keep_end,
        'self._send(entry, "problem_ended", end.problem)', "pass"),
    bug("leave a problem open that a till ended", problem_ends._close,
        "if problems.resolve(tx, ends.problem, ending):", "if True:"),
    bug("tell nobody how a problem ended", problems.resolve, "tx.changed(", "str("),
    bug("compare nothing with the site", worker._changed, "_is_due(state, event.now)", "False"),
    bug("load a kind again and take nothing of it", Agreement.load, "if gone.pop(",
        "if False and gone.pop(", (Agreement.load, "self._shop.apply(record)", "pass")),
    bug("find no difference", worker._compared, "event.differing", "frozenset()"),
)  # fmt: skip
