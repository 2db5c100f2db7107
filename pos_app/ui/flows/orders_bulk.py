"""Acts on the ticked orders of the list, and the report of what became of each."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.operations import order_bulk
from pos_app.operations.desk import BulkResult
from pos_app.operations.order_bulk import Bulk
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.widgets.report_panel import ReportLine
from pos_app.ui.wording import refused, say


class OrdersBulk:
    """Runs the act on the database thread; those that were not done stay ticked."""

    def __init__(self, at: Workplace, screen: OrdersScreen, ended: Callable[[], None]) -> None:
        self._at, self._screen, self._ended = at, screen, ended

    def run(self, code: str, order_ids: tuple[str, ...]) -> None:
        """Do the act on these orders."""
        act = Bulk(code)
        self._at.act(
            order_bulk.run, self._at.acting, act, order_ids, then=lambda found: self._done(act, found)
        )

    def _done(self, act: Bulk, results: tuple[BulkResult, ...]) -> None:
        lines = [_line(act, result) for result in results]
        failed = [line.order_id for line in lines if not line.done]
        done = len(lines) - len(failed)
        summary = say("orders.report_done", count=done)
        if failed:
            summary += " · " + say("orders.report_failed", count=len(failed))
        self._screen.table.orders.tick_only(failed)
        self._screen.show_report(say(f"orders.bulk_{act}"), summary, lines)
        self._ended()


def _line(act: Bulk, result: BulkResult) -> ReportLine:
    refusal = result.refusal
    title = result.number or say("orders.report_unknown")
    if refusal is None:
        return ReportLine(result.order_id, title, say(f"orders.did_{act}"), done=True)
    return ReportLine(result.order_id, title, refused(refusal.code.value, refusal.facts), done=False)
