"""An order at the collect counter in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pos_app.operations.collecting import Waiting, worth
from pos_app.store.order_rows import OrderRow
from pos_app.ui.views.orders import item_words, stage_words
from pos_app.ui.widgets.collect_parts import BagView, CollectView, FoundOrder
from pos_app.ui.widgets.quantity_row import QuantityLine
from pos_app.ui.wording import money, quantity, say, span, when
from site_sync.domain.left_out import left_out
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState, Line, Order
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.totals import line_total, totals

Chosen = tuple[Mapping[int, int], frozenset[int], bool]
"""What is handed over (line → units), which bags were scanned, whether quantities are being changed."""


def found_order(row: OrderRow, now: datetime) -> FoundOrder:
    """An order in the list of those that may be the one."""
    parts = [row.number, stage_words(row.stage, row.closed_as)]
    if row.bags:
        parts.append(say("order.bags", count=row.bags))
    if row.arrival:
        parts.append(say(f"collect.arrival_{row.arrival}"))
    amount = money(row.to_pay) if row.to_pay.amount else ""
    return FoundOrder(row.id, row.customer or row.number, " · ".join(parts), amount)


def waiting_order(waiting: Waiting, now: datetime) -> FoundOrder:
    """An order whose customer waits, and how long already."""
    row = waiting.row
    here = row.arrival == ArrivalState.HERE.value
    time = span(int((now - waiting.since).total_seconds()))
    parts = [say("collect.waits" if here else "collect.comes", time=time), row.number]
    if row.bags:
        parts.append(say("order.bags", count=row.bags))
    amount = money(row.to_pay) if row.to_pay.amount else ""
    return FoundOrder(row.id, row.customer or row.number, " · ".join(parts), amount)


def identity_choices(order: Order) -> list[tuple[str, str, str]]:
    """The ways to be sure who it is without the code: (code, title, detail)."""
    card = order.customer.member_card
    choices = [(IdentityBy.DOCUMENT, say("collect.by_document"), say("collect.by_document_detail"))]
    if card:
        choices.insert(0, (IdentityBy.MEMBER_CARD, say("collect.by_card"), card))
    if order.customer.phone:
        choices.append((IdentityBy.PHONE, say("collect.by_phone"), order.customer.phone))
    choices.append((IdentityBy.ORDER_MAIL, say("collect.by_mail"), order.customer.email))
    choices.append((IdentityBy.KNOWN, say("collect.by_known"), ""))
    return [(by.value, title, detail) for by, title, detail in choices]


def _of_interest(order: Order) -> list[Line]:
    """Every line but those for which something else comes that has a line of its own."""
    missed = left_out(order)
    return [
        line
        for line in order.lines
        if line.id in missed or not line.quantities.short or line.quantities.open or line.quantities.collected
    ]


def _line(order: Order, line: Line, now: int) -> QuantityLine:
    held = line.quantities
    name = item_words(line.kind, line.sku, line.description)
    if held.short and not held.open:
        name = say("collect.short_line", item=name)
    elif held.collected:
        name = say("collect.collected_line", item=name, count=quantity(held.collected, line.unit))
    elif held.to_pick:
        name = say("collect.unpicked_line", item=name)
    including = order.prices_include_tax
    price = line_total(line, held.collected + now, prices_include_tax=including)
    price = price - line_total(line, held.collected, prices_include_tax=including)
    return QuantityLine(
        line.id, quantity(now, line.unit), quantity(held.ordered, line.unit), name, price, held.open > 0
    )


def _bags(order: Order, scanned: frozenset[int]) -> tuple[BagView, ...]:
    bags = []
    for bag in order.bags:
        words = say("collect.bag", number=bag.number, of=len(order.bags))
        if bag.number not in scanned:
            words = say("collect.scan_bag", bag=words)
        bags.append(BagView(str(bag.number), bag.shelf, words, bag.number in scanned))
    return tuple(bags)


def _deadline(order: Order, now: datetime) -> tuple[str, str]:
    if order.collect_by is None:
        return "", "ink-2"
    words = say("collect.by", when=when(order.collect_by, now))
    return words, "bad" if order.collect_by < now else "ink-2"


def _who(order: Order, identity: Identity) -> tuple[str, str, str]:
    """Badge, its tone, and the line below the name."""
    whose = (
        say("collect.other_collector", name=order.collector.name) if order.collector else say("collect.own")
    )
    if identity.by is IdentityBy.CODE:
        return say("collect.verified"), "ok", f"{whose} · {say('collect.no_check')}"
    return say("collect.checked"), "info", f"{whose} · {say(f'collect.checked_{identity.by}')}"


def _warning(order: Order, missing: int) -> str:
    """What must not be overlooked before the customer leaves: a bag on its shelf, money of theirs."""
    surplus = totals(order).refundable
    parts = [say("collect.bags_missing", count=missing)] if missing else []
    if surplus:
        parts.append(say("collect.surplus", amount=surplus))
    return " ".join(parts)


def collect_view(order: Order, identity: Identity, chosen: Chosen, due: Money, now: datetime) -> CollectView:
    """The order as the counter shows it; `due` is what these units cost now."""
    wanted, scanned, editing = chosen
    badge, tone, subtitle = _who(order, identity)
    deadline, deadline_tone = _deadline(order, now)
    lines = tuple(_line(order, line, wanted.get(line.id, 0)) for line in _of_interest(order))
    goods, before = worth(order, wanted)
    missing = [bag for bag in order.bags if bag.number not in scanned]
    main = say("collect.take", amount=due) if due.amount > 0 else say("collect.hand_over")
    return CollectView(
        customer=order.customer.name or order.number,
        badge=badge,
        badge_tone=tone,
        subtitle=f"{order.number} · {subtitle}",
        deadline=deadline,
        deadline_tone=deadline_tone,
        bags=_bags(order, scanned),
        lines=lines,
        sums=say("collect.sums", goods=goods, paid=before),
        due=due,
        main=main,
        ready=any(wanted.values()),
        editing=editing,
        warning=_warning(order, len(missing) if scanned or len(order.bags) > 1 else 0),
    )
