"""Working what web shops sent, and forgetting what was worked long ago."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from site_sync.service.connectors import receipts
from site_sync.service.connectors.working import ReceiptWorker
from site_sync.service.wiring import Site

_log = structlog.get_logger(__name__)


def working_receipts(site: Site) -> Callable[[], int]:
    """Works all that is due and returns how much that was; one worker keeps its numbers for all turns."""
    worker = ReceiptWorker(site)

    def work() -> int:
        waiting = site.database.read(lambda db: receipts.due(db, site.now()))
        return sum(_one(worker, receipt_id) for receipt_id in waiting)

    return work


def _one(worker: ReceiptWorker, receipt_id: str) -> bool:
    try:
        return worker.work(receipt_id)
    except (OperationalError, InterfaceError):  # the database is away: nothing was lost, the job comes again
        raise
    except Exception as error:  # outermost loop: one broken document never holds up the others
        _log.error("a webhook broke", receipt=receipt_id, error=type(error).__name__, exc_info=True)
        worker.give_up(receipt_id, f"broken: {type(error).__name__}")
        return True


def forget_receipts(site: Site) -> int:
    """Delete what was worked long ago; there is nothing left to do at once."""
    site.database.write(lambda tx: receipts.forget(tx, site.now()))
    return 0
