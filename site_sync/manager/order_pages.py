"""Customer orders: looking for them, one order with all that belongs to it, acts on it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Code
from site_sync.domain.history import worth_telling
from site_sync.domain.lifecycle import Decision, allowed_actions
from site_sync.domain.orders import Order, Stage
from site_sync.domain.permissions import Right
from site_sync.domain.shop import Store
from site_sync.domain.totals import totals
from site_sync.manager import order_acts, wording
from site_sync.manager.formats import Clock
from site_sync.manager.rendering import clock, options, page, shops
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.manager.wording import Terms
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    items_meant,
    journal_enquiry,
    order_enquiry,
    orders,
    paging,
    problems,
    saved_views,
    shop_reports,
)
from site_sync.service.database import records
from site_sync.service.order_enquiry import Enquiry
from site_sync.service.saved_views import SavedView

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.ORDER_RECALL))]
Acting = Annotated[Change, Depends(changes(Right.ORDER_RECALL))]
STAGES: dict[str, tuple[Stage, ...]] = {
    "": (),
    "open": order_enquiry.OPEN,
    **{stage.value: (stage,) for stage in Stage},
}
FILTERS = ("q", "stage", "store", "source", "late", "refund")
KEPT = FILTERS[1:]
"""The filters that a saved view has: all but what was typed."""


def enquiry_of(visit: Visit) -> Enquiry:
    """The orders that an address asks for."""
    chosen = {name: visit.asked(name) for name in FILTERS}
    return Enquiry(
        text=chosen["q"],
        store=chosen["store"],
        stages=STAGES.get(chosen["stage"], ()),
        source=chosen["source"],
        late=bool(chosen["late"]),
        refund_due=bool(chosen["refund"]),
        within=visit.within,
        page=visit.page_number,
    )


@routes.get("/orders")
def search(visit: Looking) -> Response:
    """Orders by what was typed and chosen, page by page."""
    return _list(visit)


def _list(visit: Visit, name: str = "", errors: dict[str, str] | None = None) -> Response:
    """The list as the address asks for it; `name` was given to a view that could not be kept."""
    enquiry = enquiry_of(visit)
    return page(
        visit,
        "orders_found.html" if visit.live else "orders.html",
        status=422 if errors else 200,
        section="/orders",
        found=visit.read(lambda db: order_enquiry.find_orders(db, enquiry, visit.now())),
        due=visit.read(order_enquiry.deadlines),
        most=paging.MOST,
        totals=totals,
        chosen={name: visit.asked(name) for name in FILTERS},
        stage_options=[
            ("open", say("All open")),
            *((one.value, wording.word("stage", one)) for one in Stage),
        ],
        source_options=options(visit.read(lambda db: records.every(db, RecordKind.SOURCE))),
        meant=visit.read(lambda db: items_meant.meant(db, enquiry.text)),
        views=visit.read(lambda db: saved_views.views_of(db, visit.staff.id)),
        query=_query(visit, KEPT),
        longest=saved_views.LONGEST_NAME,
        view_name=name,
        errors=errors or {},
    )


def _query(visit: Visit, names: tuple[str, ...]) -> str:
    """Filters that are set, as an address has them."""
    return urlencode({name: asked for name in names if (asked := visit.asked(name))})


def _to_list(visit: Visit, done: str) -> Response:
    return RedirectResponse(f"{PREFIX}/orders?{_query(visit, FILTERS)}&done={done}", 303)


@routes.post("/orders/views")
def keep_view(change: Acting) -> Response:
    """Give the filters of the address a name."""
    visit, view = change.visit, SavedView(change.text("view"), _query(change.visit, KEPT))
    refused = visit.write(lambda tx: saved_views.keep(tx, visit.staff.id, view))
    if refused is None:
        return _to_list(visit, "view_kept")
    if refused.code is Code.QUANTITY_TOO_LARGE:
        why = say("At most {most} views. Delete one that you need no more.", most=saved_views.MOST)
    elif refused.code is Code.NOTHING_CHANGED:
        why = say("Choose a stage, a store or another filter first.")
    else:
        why = say("Give the view a short name.")
    return _list(visit, view.name, {"view": why})


@routes.post("/orders/views/drop")
def drop_view(change: Acting) -> Response:
    """Forget a view of one's own."""
    visit, name = change.visit, change.text("view")
    visit.write(lambda tx: saved_views.drop(tx, visit.staff.id, name))
    return _to_list(visit, "view_dropped")


def seen_order(visit: Visit, reference: str) -> Order:
    """The order of that id or number, when it is one of the person's stores'."""
    order = visit.read(lambda db: orders.find(db, reference))
    stores = visit.within
    if order is None or not (stores is None or {order.store, order.work_store} & stores):
        raise Missing
    return order


@routes.get("/orders/{reference}")
def show(visit: Looking, reference: str) -> Response:
    """One order with its lines, money, bags, journal, messages and history."""
    return order_page(visit, seen_order(visit, reference))


def _clock_of(order: Order, visit: Visit, stores: dict[str, Store]) -> Clock:
    """The clock of the store that prepares the order."""
    store = stores.get(order.work_store)
    return Clock(store.calendar.timezone, visit.now()) if store else clock(visit, stores)


def order_page(
    visit: Visit, order: Order, failed: str = "", errors: dict[str, str] | None = None
) -> Response:
    """The page of an order; `failed` is the act that was refused, `errors` say why, by field."""
    stores = shops(visit)
    shown = _clock_of(order, visit, stores)
    due = visit.read(order_enquiry.deadlines)
    allowed = allowed_actions(order, visit.rights)
    return page(
        visit,
        "order.html",
        status=422 if errors else 200,
        section="/orders",
        stores=stores,
        clock=shown,
        order=order,
        sums=totals(order),
        due=due.due(order),
        forms=[kind for kind in order_acts.FORMS if kind in allowed],
        at_till=[kind for kind in allowed if kind not in {*order_acts.FORMS, *order_acts.ELSEWHERE}],
        until=order_acts.usual_deadline(order, due, shown),
        failed=failed,
        errors=errors or {},
        **_records_of(visit, order, shown),
    )


def _records_of(visit: Visit, order: Order, shown: Clock) -> dict[str, Any]:
    """What is kept beside an order: history, journal, messages, open problems, the people in them."""
    told = visit.read(lambda db: order_enquiry.history_of(db, order.id))
    open_problems = visit.read(lambda db: problems.open_of_order(db, order.id))
    terms = Terms(shown, order.currency)
    return {
        "history": [(entry, wording.history(entry, shown)) for entry in reversed(worth_telling(told, order))],
        "journal": visit.read(lambda db: journal_enquiry.entries_of(db, order.id)),
        "messages": visit.read(lambda db: order_enquiry.messages_of(db, order.id)),
        "reports": visit.read(lambda db: shop_reports.of_order(db, order.id)),
        "problems": [wording.problem(one, terms)[0] for one in open_problems],
        "staff": {one.id: one for one in visit.read(lambda db: records.every(db, RecordKind.STAFF))},
    }


@routes.post("/orders/{order_id}/{act}")
def act_on(change: Acting, order_id: str, act: str) -> Response:
    """One act on an order, refused when the order changed since the page was shown."""
    visit = change.visit
    order = seen_order(visit, order_id)
    shown = _clock_of(order, visit, shops(visit))
    made = order_acts.act_of(act, change, order, shown)
    if isinstance(made, dict):
        return order_page(visit, order, act, made)
    outcome = order_acts.apply(change, order, made)
    if isinstance(outcome, Decision):
        return RedirectResponse(f"{PREFIX}/orders/{order.id}?done={act}", 303)
    terms = Terms(shown, order.currency)
    why = wording.stale() if outcome is None else wording.refusal(outcome, terms)
    return order_page(visit, seen_order(visit, order_id), act, {"act": why})
