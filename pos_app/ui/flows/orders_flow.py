"""The orders screen at work: tabs, search, details, and acts on one or many orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pos_app.operations import collecting, orders, printing
from pos_app.operations.desk import Acting, Desk
from pos_app.store.order_list import OrderFilter, Tab
from pos_app.store.order_rows import OrderRow
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.views.orders import order_details, order_row
from pos_app.ui.wording import refused, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Refusal

PAGE = 200


class OrdersFlow:
    """Finds orders and starts what is done with them."""

    def __init__(self, at: Workplace, screen: OrdersScreen) -> None:
        self._at = at
        self._screen = screen
        self._tab = Tab.TO_PICK
        self._typed = ""
        self._shown = 0
        self._chosen = ""
        screen.tab_chosen.connect(self._tab_chosen)
        screen.searched.connect(self._searched)
        screen.order_chosen.connect(self._choose)
        screen.order_opened.connect(self._choose)
        screen.more_wanted.connect(self._more)
        screen.bulk_pressed.connect(self._bulk)
        screen.panel.act_pressed.connect(self._act)
        screen.back_pressed.connect(at.window.navigation.back)
        at.takes_scans("orders", self)

    def arrive(self, tab: str = "", order_id: str = "", **_: object) -> None:
        """Show a tab, or an order wherever it stands."""
        if tab:
            self._tab = Tab(tab)
        self._chosen = order_id
        self._screen.search.clear()
        self._typed = ""
        self.refresh()

    def refresh(self) -> None:
        """Show counts, list and details as they are now."""
        store = self._at.place.store.code
        self._at.tasks.run(orders.tab_counts, then=self._counts)
        wanted = OrderFilter(store=store, typed=self._typed)
        if not self._typed:
            wanted = OrderFilter(tab=self._tab, store=store)
        self._at.tasks.run(orders.listed, wanted, PAGE, 0, then=self._rows)
        if self._chosen:
            self._choose(self._chosen)

    def _counts(self, counts: dict[Tab, int]) -> None:
        shown = {tab.value: count for tab, count in counts.items() if tab is not Tab.DONE}
        self._screen.show_tabs(dict(shown))
        self._screen.choose_tab(self._tab.value)

    def _rows(self, rows: tuple[OrderRow, ...]) -> None:
        now = self._at.now()
        self._shown = len(rows)
        more = len(rows) == PAGE
        self._screen.show_rows([order_row(row, now) for row in rows], more=more, searching=bool(self._typed))
        known = [row.id for row in rows]
        if self._chosen in known:
            self._screen.table.choose(self._chosen)
        elif known and not self._chosen:
            self._choose(known[0])
            self._screen.table.choose(known[0])
        elif not known and not self._chosen:
            self._screen.show_order(None)

    def _more(self) -> None:
        wanted = OrderFilter(tab=self._tab, store=self._at.place.store.code)
        if self._typed:
            wanted = OrderFilter(store=self._at.place.store.code, typed=self._typed)
        self._at.tasks.run(orders.listed, wanted, PAGE, self._shown, then=self._more_rows)

    def _more_rows(self, rows: tuple[OrderRow, ...]) -> None:
        now = self._at.now()
        self._shown += len(rows)
        self._screen.add_rows([order_row(row, now) for row in rows], more=len(rows) == PAGE)

    def _tab_chosen(self, code: str) -> None:
        if code == Tab.PROBLEMS.value:
            self._at.window.navigation.navigate("problems")
            return
        self._tab, self._chosen, self._typed = Tab(code), "", ""
        self._screen.search.clear()
        self.refresh()

    def _searched(self, typed: str) -> None:
        if typed == self._typed:
            return
        self._typed, self._chosen = typed, ""
        self.refresh()

    def _choose(self, order_id: str) -> None:
        self._chosen = order_id
        self._at.tasks.run(_record_and_sync, order_id, then=self._details)

    def _details(self, found: Any) -> None:
        if found is None:
            self._screen.show_order(None)
            return
        record, sync = found
        if record.order.id == self._chosen:
            self._screen.show_order(order_details(record, sync, self._at.now()))

    def _act(self, code: str, order_id: str) -> None:
        go = self._at.window.navigation.navigate
        if code == "collect":
            go("collect", order_id=order_id)
        elif code == "pick":
            go("pick", order_id=order_id)
        elif code == "put_back":
            go("put_back")
        elif code == "ship":
            permitted(
                self._at,
                lambda desk, acting: orders.ship(desk, acting, order_id, ""),
                lambda result, _acting: self._acted(result),
            )
        elif code == "recall":
            go("sale", recall=order_id)
        elif code == "more":
            kinds = (DocumentKind.ORDER_CONFIRMATION,)
            self._at.tasks.run(printing.print_order, self._at.acting, order_id, kinds, then=self._printed)

    def _printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"))

    def _acted(self, result: Any) -> None:
        if self._at.went_well(result):
            self.refresh()

    def _bulk(self, code: str, ids: list[str]) -> None:
        if code == "picking_list":
            self._at.act(printing.print_picking_slip, self._at.acting, tuple(ids), then=self._printed)
            return
        if code == "receipt_copy":
            for order_id in ids:
                self._act("more", order_id)
            return
        until = self._at.now() + timedelta(hours=48)
        self._at.act(_in_bulk, self._at.acting, tuple(ids), code, until, then=self._bulk_done)

    def _bulk_done(self, results: tuple[orders.BulkResult, ...]) -> None:
        refusals = [result for result in results if result.refusal is not None]
        done = len(results) - len(refusals)
        words = [say("orders.bulk_done", count=done)] if done else []
        for result in refusals[:5]:
            refusal: Refusal | None = result.refusal
            if refusal:
                words.append(f"{result.number}: {refused(refusal.code.value, refusal.facts)}")
        self._at.tell("\n".join(words), tone="warn" if refusals else "ok", seconds=12)
        self.refresh()

    def scanned(self, scan: Scan) -> bool:
        """An order number or bag shows its order; a customer's code goes to the collect screen."""
        if scan.kind in (ScanKind.ORDER_NUMBER, ScanKind.BAG) and scan.order_number:
            self._at.tasks.run(collecting.find, scan.order_number, then=self._found)
            return True
        return False

    def _found(self, found: Any) -> None:
        if self._at.went_well(found) and isinstance(found, collecting.Found):
            self._chosen = found.record.order.id
            self._choose(self._chosen)


def _record_and_sync(desk: Desk, order_id: str) -> Any:
    record = orders.record(desk, order_id)
    return (record, desk.store.orders.sync_state(order_id)) if record else None


def _in_bulk(
    desk: Desk, acting: Acting, ids: tuple[str, ...], code: str, until: Any
) -> tuple[orders.BulkResult, ...]:
    acts = {
        "mark_ready": lambda order_id: orders.mark_ready(desk, acting, order_id),
        "mark_delivered": lambda order_id: orders.deliver(desk, acting, order_id),
        "remind": lambda order_id: orders.remind(desk, acting, order_id),
        "extend": lambda order_id: orders.extend(desk, acting, order_id, until),
    }
    return orders.in_bulk(desk, acting, ids, acts[code])
