"""Orders as rows and details in the language of who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pos_app.store.order_rows import OrderRow as StoredRow
from pos_app.store.order_rows import SyncState
from pos_app.ui.views.history import history_words, signatures
from pos_app.ui.widgets.order_panel import DetailLine, OrderDetails
from pos_app.ui.widgets.order_table import OrderRow
from pos_app.ui.wording import clock, day, local, quantity, say, when
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.customers import Address
from site_sync.domain.deadlines import PREPARED
from site_sync.domain.history import OrderRecord, worth_telling
from site_sync.domain.money import Money
from site_sync.domain.orders import (
    ArrivalState,
    Bucket,
    ClosedAs,
    Delivery,
    DeliveryMode,
    Line,
    Order,
    Stage,
    is_kept_deposit,
)
from site_sync.domain.totals import totals

NOTHING: Mapping[int, int] = {}
SOON = timedelta(hours=4)
STAGE_TONES = {
    Stage.QUOTE: "info",
    Stage.TO_PICK: "warn",
    Stage.PICKING: "info",
    Stage.TO_COLLECT: "ok",
    Stage.TO_SHIP: "ok",
    Stage.TO_PUT_BACK: "warn",
    Stage.DONE: "info",
}
_LINE_TONES = {
    Bucket.SHORT: "warn",
    Bucket.TO_PUT_BACK: "warn",
    Bucket.PICKED: "ok",
    Bucket.COLLECTED: "ok",
    Bucket.TO_PICK: "info",
    Bucket.CANCELLED: "info",
    Bucket.PUT_BACK: "info",
}


def stage_words(stage: Stage, closed_as: ClosedAs | str | None = None) -> str:
    """The stage, or how a done order ended."""
    if stage is Stage.DONE and closed_as:
        return say(f"order.closed_{closed_as}")
    return say(f"order.stage_{stage}")


def _badge(row: StoredRow) -> tuple[str, str]:
    if row.sync is SyncState.REFUSED:
        return say("order.refused"), "bad"
    if row.arrival == ArrivalState.HERE.value:
        return say("order.here_now"), "ok"
    if row.arrival == ArrivalState.ON_THE_WAY.value:
        return say("order.on_the_way"), "info"
    if row.stage is Stage.PICKING:
        return say("order.picked_by", name=row.claimed_by), "info"
    if row.stage is Stage.DONE:
        return stage_words(row.stage, row.closed_as), "info"
    if row.sync is SyncState.LOCAL:
        return say("order.waiting"), "warn"
    if row.to_pay.amount == 0:
        return say("order.paid"), "info"
    return stage_words(row.stage), STAGE_TONES[row.stage]


def due_words(row: StoredRow, now: datetime) -> tuple[str, str]:
    """The moment the row is sorted by in words, and its colour: late is bad, soon is a warning."""
    if row.stage is Stage.DONE:
        return when(row.due, now), "ink-2"
    words = when(row.due, now)
    if row.due < now:
        return words, "bad"
    return words, "warn" if row.due - now < SOON else "ink"


def order_row(row: StoredRow, now: datetime) -> OrderRow:
    """One order of a list."""
    badge, tone = _badge(row)
    by, by_tone = due_words(row, now)
    bags = say("order.bags", count=row.bags) if row.bags else say("order.units", count=row.units)
    return OrderRow(
        order_id=row.id,
        number=row.number,
        detail=" · ".join(part for part in (source_words(row.source), row.store) if part),
        customer=row.customer or say("order.no_name"),
        customer_detail=" · ".join(part for part in (bags, row.phone) if part),
        by=by,
        by_tone=by_tone,
        to_pay=row.to_pay,
        badge=badge,
        badge_tone=tone,
    )


def source_words(source: str) -> str:
    """Where an order came from; a source without words of its own is shown by its code."""
    names = {"till": "order.source_till", "phone": "order.source_phone", "web-shop": "order.source_web"}
    return say(names[source]) if source in names else source


def _line_state(line: Line) -> tuple[str, str]:
    held = {bucket: line.quantities.held(bucket) for bucket in Bucket}
    present = [bucket for bucket, count in held.items() if count]
    if not present:
        return "", "info"
    if line.returned:
        return say("order.line_returned", count=quantity(line.returned, line.unit)), "warn"
    for bucket in (Bucket.SHORT, Bucket.TO_PUT_BACK, Bucket.TO_PICK, *Bucket):
        if bucket in present:
            words = say(f"order.line_{bucket}")
            part = len(present) > 1
            count = quantity(held[bucket], line.unit)
            return (f"{count} {words}" if part else words), _LINE_TONES[bucket]
    return "", "info"


def detail_line(line: Line, doubtful: int = 0) -> DetailLine:
    """One line of an order with its state; so many of its units are still to be confirmed."""
    badge, tone = _line_state(line) if line.blocks else ("", "info")
    if doubtful:
        badge, tone = say("order.line_to_confirm", count=quantity(doubtful, line.unit)), "warn"
    name = item_words(line.kind, line.sku, line.description)
    return DetailLine(quantity(line.quantities.ordered, line.unit), name, badge, tone)


def item_words(kind: ItemKind, sku: str, description: str) -> str:
    """What a line is called; the fee kept from a deposit in the language of who reads it."""
    return say("order.kept_deposit") if is_kept_deposit(kind, sku, description) else description


def _facts(order: Order, now: datetime) -> tuple[str, ...]:
    facts = [" · ".join(part for part in (order.customer.name, order.customer.phone) if part)]
    if order.collector:
        facts.append(say("order.collector", name=order.collector.name))
    if order.bags:
        shelves = ", ".join(sorted({bag.shelf for bag in order.bags if bag.shelf})) or "–"
        facts.append(say("order.bags_on", count=len(order.bags), shelves=shelves))
    if order.collect_by and order.stage is Stage.TO_COLLECT:
        facts.append(say("order.collect_by", when=when(order.collect_by, now)))
    facts += _delivery_facts(order, now)
    facts += [text for text in (_basket(order), order.comment_staff, order.comment_customer) if text]
    return tuple(fact for fact in facts if fact)


def _basket(order: Order) -> str:
    """The orders that were made and paid together with this one."""
    others = ", ".join(number for number in order.basket if number != order.number)
    return say("order.basket", numbers=others) if others else ""


def _delivery_facts(order: Order, now: datetime) -> list[str]:
    """When it is wanted or promised, where it goes, and with whom it travels."""
    delivery, open_still = order.delivery, order.stage is not Stage.DONE
    facts = []
    if delivery.requested_at and open_still:
        facts.append(say("order.wanted", when=wanted_words(delivery, now)))
    elif order.promised_at and order.stage in PREPARED:
        facts.append(say("order.promised", when=when(order.promised_at, now)))
    if delivery.mode is DeliveryMode.SHIP and delivery.address:
        facts.append(say("order.ships_to", address=address_words(delivery.address)))
    if delivery.tracking or delivery.carrier:
        facts.append(say("order.tracked", what=f"{delivery.carrier} {delivery.tracking}".strip()))
    return facts


def wanted_words(delivery: Delivery, now: datetime) -> str:
    """The day, or the slot, a customer asked for."""
    if delivery.requested_at is None:
        return ""
    if delivery.requested_until is None:
        return day(local(delivery.requested_at).date())
    return f"{when(delivery.requested_at, now)}–{clock(delivery.requested_until)}"


def address_words(address: Address) -> str:
    """An address on one line."""
    town = f"{address.postcode} {address.city}".strip()
    return ", ".join(part for part in (address.street, address.extra, town, address.country) if part)


def sync_words(sync: SyncState | None) -> tuple[str, str]:
    """Where the newest change of the order is known, and its colour."""
    if sync is SyncState.REFUSED:
        return say("order.sync_refused"), "bad"
    if sync is SyncState.LOCAL:
        return say("order.sync_local"), "warn"
    return say("order.sync_central"), "ink-2"


def main_act(order: Order) -> tuple[str, str] | None:
    """What is usually done next with an order in this stage."""
    codes = {
        Stage.TO_PICK: "pick",
        Stage.PICKING: "pick",
        Stage.TO_COLLECT: "collect",
        Stage.TO_SHIP: "ship",
        Stage.TO_PUT_BACK: "put_back",
        Stage.QUOTE: "recall",
    }
    code = codes.get(order.stage)
    return (code, say(f"order.act_{code}")) if code else None


def order_details(
    record: OrderRecord, sync: SyncState | None, now: datetime, doubtful: Mapping[int, int] = NOTHING
) -> OrderDetails:
    """An order for the panel beside the list; `doubtful` are units by line that are still to be confirmed."""
    order = record.order
    sums = totals(order)
    words, tone = sync_words(sync)
    if doubtful:
        words = f"{words} · {say('order.sync_to_confirm', count=sum(doubtful.values()))}"
    source = source_words(order.source)
    placed = say(
        "order.placed",
        source=f"{source} #{order.external_id}" if order.external_id else source,
        day=day(local(order.created_at).date()),
        time=clock(order.created_at),
    )
    return OrderDetails(
        order_id=order.id,
        number=order.number,
        badge=stage_words(order.stage, order.closed_as),
        badge_tone=STAGE_TONES[order.stage],
        subtitle=placed,
        lines=tuple(detail_line(line, doubtful.get(line.id, 0)) for line in order.lines),
        paid=sums.paid,
        to_pay=sums.balance if not sums.refundable else Money(-sums.refundable.amount, order.currency),
        history=tuple(filter(None, map(history_words, worth_telling(record.history, order)))),
        facts=_facts(order, now),
        sync=words,
        sync_tone=tone,
        main=main_act(order),
        signatures=signatures(record),
        acts=_acts(order),
    )


def _acts(order: Order) -> tuple[tuple[str, str], ...]:
    """What else can be begun with the order; what is not allowed says so when it is pressed."""
    codes = ["recall"] if order.stage is not Stage.DONE else []
    if order.shipped_at is not None and order.delivered_at is None:
        codes.append("deliver")
    if order.shipped_at is not None:
        codes.append("shipping_note")
    return tuple((code, say(f"order.act_{code}")) for code in (*codes, "copy", "more"))


def found_row(row: StoredRow, now: datetime) -> OrderRow:
    """An order of another store in the list of this one."""
    shown = order_row(row, now)
    return replace(shown, detail=say("order.of_store", store=row.work_store), detail_tone="info")


def found_details(record: OrderRecord, now: datetime) -> OrderDetails:
    """An order of another store as the centre told of it."""
    shown = order_details(record, None, now)
    words = say("order.found_at_centre", store=record.order.work_store)
    return replace(shown, sync=words, sync_tone="info")
