"""The orders screen at work: tabs, search, filters, details, and acts on one or many orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pos_app.background.sync import Sync
from pos_app.operations import collecting, order_finding, orders, other_stores, printing
from pos_app.operations.desk import Desk
from pos_app.operations.order_finding import NO_SIEVE, Listing, Options, Sieve, Wish
from pos_app.store.order_list import Tab
from pos_app.store.order_rows import row_from
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.order_more import OrderMore
from pos_app.ui.flows.orders_bulk import OrdersBulk
from pos_app.ui.flows.orders_centre import CentreSearch
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.views.order_filters import filters, with_choice, with_days
from pos_app.ui.views.orders import found_details, found_row, order_details, order_row
from pos_app.ui.views.presence import row_with_changer, with_changer
from pos_app.ui.wording import NotADay, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.history import OrderRecord

PAGE = order_finding.PAGE
PAPERS = {"copy": DocumentKind.ORDER_CONFIRMATION, "shipping_note": DocumentKind.SHIPPING_NOTE}
NOWHERE = Options((), (), (), ())


class OrdersFlow:
    """Finds orders and starts what is done with them."""

    def __init__(self, at: Workplace, screen: OrdersScreen, sync: Sync) -> None:
        self._at = at
        self._screen = screen
        self._wish = Wish(Tab.TO_PICK)
        self._options = NOWHERE
        self._listed = Listing((), more=False)
        self._chosen = ""
        self._centre = CentreSearch(at, sync, screen.centre)
        self._centre.found_some.connect(self._show_rows)
        self._bulk = OrdersBulk(at, screen, self.refresh)
        screen.tab_chosen.connect(self._tab_chosen)
        screen.searched.connect(self._searched)
        screen.order_chosen.connect(self._choose)
        screen.order_opened.connect(self._choose)
        screen.more_wanted.connect(self._more)
        screen.bulk_pressed.connect(
            lambda code, ids: self._taken_in(tuple(ids), lambda: self._bulk.run(code, tuple(ids)))
        )
        screen.panel.act_pressed.connect(
            lambda code, one: self._taken_in((one,), lambda: self._act(code, one))
        )
        screen.back_pressed.connect(at.window.navigation.back)
        screen.filters.chosen.connect(
            lambda code, option: self._sift(with_choice(self._wish.sieve, code, option))
        )
        screen.filters.days_typed.connect(self._days_typed)
        screen.filters.cleared.connect(lambda: self._sift(NO_SIEVE))
        at.takes_scans("orders", self)

    def arrive(self, tab: str = "", order_id: str = "", **_: object) -> None:
        """Show a tab as this person left its filters, or an order wherever it stands."""
        self._wish = Wish(Tab(tab) if tab else self._wish.tab, self._wish.sieve)
        self._chosen = order_id
        self._screen.close_report()
        self._screen.search.clear()
        self._centre.look_for("")
        self._at.tasks.run(_beginning, self._at.acting, then=self._begun)

    def leave(self) -> None:
        """What is still asked at the centre is not waited for any more."""
        self._centre.look_for("")

    def _begun(self, found: tuple[Sieve, Options]) -> None:
        sieve, self._options = found
        self._wish = replace(self._wish, sieve=sieve)
        self._show_filters()
        self.refresh()

    def refresh(self) -> None:
        """Show counts, list and details as they are now; what was scrolled to stays."""
        limit = max(PAGE, len(self._listed.rows))
        self._at.tasks.run(order_finding.counts, self._wish.sieve, then=self._counts)
        self._list(0, limit)
        if self._chosen:
            self._choose(self._chosen)

    def _list(self, offset: int, limit: int) -> None:
        wish = self._wish
        self._at.tasks.run(
            order_finding.listing, wish, offset, limit, then=lambda found: self._rows(wish, offset, found)
        )

    def _counts(self, counts: dict[Tab, int]) -> None:
        self._screen.show_tabs({tab.value: count for tab, count in counts.items() if tab is not Tab.DONE})
        self._screen.choose_tab(self._wish.tab.value)

    # the list

    def _rows(self, wish: Wish, offset: int, found: Listing) -> None:
        if wish != self._wish:
            return
        if offset:
            found = Listing(self._listed.rows[:offset] + found.rows, found.more)
        self._listed = found
        self._show_rows()

    def _show_rows(self) -> None:
        """What this till knows, and below it what the centre found besides."""
        now, listed = self._at.now(), self._listed
        rows = [row_with_changer(order_row(row, now), self._at.others.get(row.id)) for row in listed.rows]
        if not listed.more:
            rows += [found_row(row_from(one.order), now) for one in self._centre.found()]
        self._screen.show_rows(rows, more=listed.more, empty=self._nothing())
        known = [row.order_id for row in rows]
        if not self._chosen and known:
            self._choose(known[0])
        elif not known and not self._chosen:
            self._screen.show_order(None)
        self._screen.table.choose(self._chosen)

    def _nothing(self) -> str:
        if self._wish.typed:
            return say("orders.nothing_found")
        return say("orders.nothing_sifted") if self._wish.sieve.active else say("orders.nothing_here")

    def _more(self) -> None:
        self._list(len(self._listed.rows), PAGE)

    def _tab_chosen(self, code: str) -> None:
        if code == Tab.PROBLEMS.value:
            self._at.window.navigation.navigate("problems")
            return
        self._begin_anew(replace(self._wish, tab=Tab(code), typed=""))
        self._screen.search.clear()
        self._centre.look_for("")
        self.refresh()

    def _searched(self, typed: str) -> None:
        if typed == self._wish.typed:
            return
        self._begin_anew(replace(self._wish, typed=typed))
        self._centre.look_for(typed)
        self._list(0, PAGE)

    def _begin_anew(self, wish: Wish) -> None:
        self._wish, self._chosen = wish, ""
        self._listed = Listing((), more=False)

    # filters

    def _show_filters(self) -> None:
        self._screen.filters.show_filters(filters(self._wish.sieve, self._options, self._at.place.store.code))

    def _sift(self, sieve: Sieve) -> None:
        self._begin_anew(replace(self._wish, sieve=sieve))
        self._at.tasks.run(order_finding.remember, self._at.acting, sieve)
        self._show_filters()
        self.refresh()

    def _days_typed(self, first: str, last: str) -> None:
        try:
            sieve = with_days(self._wish.sieve, first, last)
        except NotADay:
            self._screen.filters.show_days_error(say("filters.day_wrong"))
            return
        self._screen.filters.close_choices()
        self._sift(sieve)

    # one order

    def _choose(self, order_id: str) -> None:
        self._chosen = order_id
        found = self._centre.record(order_id)
        if found is not None:
            self._screen.show_order(found_details(found, self._at.now()))
        else:
            self._at.tasks.run(_record_and_sync, order_id, then=self._details)

    def _details(self, found: Any) -> None:
        if found is None:
            self._screen.show_order(None)
            return
        record, sync, doubtful = found
        if record.order.id == self._chosen:
            shown = order_details(record, sync, self._at.now(), doubtful)
            self._screen.show_order(with_changer(shown, self._at.others.get(record.order.id)))

    def _taken_in(self, order_ids: tuple[str, ...], then: Any) -> None:
        """Act on orders of other stores only after their newest version is here."""
        records = tuple(filter(None, map(self._centre.record, order_ids)))
        if records:
            self._at.tasks.run(_take_in, records, then=lambda _: then())
        else:
            then()

    def _act(self, code: str, order_id: str) -> None:
        go = self._at.window.navigation.navigate
        if code in ("collect", "pick"):
            go(code, order_id=order_id)
        elif code == "put_back":
            go("put_back")
        elif code == "ship":
            go("shipping", order_id=order_id)
        elif code == "recall":
            go("sale", recall=order_id)
        elif code == "more":
            OrderMore(self._at, self.refresh).begin(order_id)
        elif code == "deliver":
            permitted(
                self._at,
                lambda desk, acting: orders.deliver(desk, acting, order_id),
                lambda result, _acting: self._acted(result),
            )
        elif code in PAPERS:
            self._at.tasks.run(
                printing.print_order, self._at.acting, order_id, (PAPERS[code],), then=self._printed
            )

    def _printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"))

    def _acted(self, result: Any) -> None:
        if self._at.went_well(result):
            self.refresh()

    def scanned(self, scan: Scan) -> bool:
        """An order number or bag shows its order; a customer's code goes to the collect screen."""
        if scan.kind in (ScanKind.ORDER_NUMBER, ScanKind.BAG) and scan.order_number:
            self._at.tasks.run(collecting.find, scan.order_number, then=self._found)
            return True
        return False

    def _found(self, found: Any) -> None:
        if self._at.went_well(found) and isinstance(found, collecting.Found):
            self._choose(found.record.order.id)


def _beginning(desk: Desk, acting: Any) -> tuple[Sieve, Options]:
    return order_finding.remembered(desk, acting), order_finding.options(desk)


def _record_and_sync(desk: Desk, order_id: str) -> Any:
    record = orders.record(desk, order_id)
    if record is None:
        return None
    return record, desk.store.orders.sync_state(order_id), desk.store.leases.to_confirm(order_id)


def _take_in(desk: Desk, records: tuple[OrderRecord, ...]) -> None:
    for record in records:
        other_stores.take_in(desk, record)
