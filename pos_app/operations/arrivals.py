"""Orders that arrive while the till is at work: their picking slips, at the till that prints them."""

from __future__ import annotations

from pos_app.operations import printing
from pos_app.operations.desk import Desk
from pos_app.operations.device_settings import habits
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.documents.floor_papers import picking_slip
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order, OrderKind, Stage


def arrived(desk: Desk, order_id: str) -> OrderRecord | None:
    """The order that came, if this store has to do with it; its slip is queued where slips print here."""
    record = desk.store.orders.record(order_id)
    if record is None or not _is_ours(desk, record.order):
        return None
    if habits(desk).slips and record.order.stage is Stage.TO_PICK and not _has_slip(desk, order_id):
        printing.queue(desk, (picking_slip((record.order,), _paper(desk)),), order_id)
    return record


def _is_ours(desk: Desk, order: Order) -> bool:
    here = desk.identity.store
    return order.kind is OrderKind.CUSTOMER_ORDER and (
        order.delivery.store == here or any(line.source_store == here for line in order.lines)
    )


def _has_slip(desk: Desk, order_id: str) -> bool:
    """An order may arrive twice, as after a new first load; its slip comes out once."""
    jobs = desk.store.print_jobs.of_order(order_id)
    return any(job.document.kind is DocumentKind.PICKING_SLIP for job in jobs)


def _paper(desk: Desk) -> Stationery:
    """Paper of the store, by nobody in particular."""
    shop = desk.store.shop
    languages = [person.language for person in shop.staff(desk.identity.store)]
    return Stationery(
        store=desk.here,
        now=desk.now(),
        language=max(sorted(set(languages)), key=languages.count) if languages else "en",
        till=desk.identity.till,
        logo=desk.store.pictures.named(desk.here.logo),
        stores={store.code: store for store in shop.stores()},
        tenders={tender.code: tender for tender in shop.tenders()},
    )
