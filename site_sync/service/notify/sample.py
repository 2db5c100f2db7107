"""An order that never was, to try phrases on and to show what a message looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.shop import Store
from site_sync.service.notify.message_outbox import MessageKind
from site_sync.service.notify.phrases import facts_of
from site_sync.service.order_view import LineWords, OrderView, Situation
from site_sync.service.shop_words import hours_rows, moment_words, money_words

WEEK = Calendar("Europe/Copenhagen", (((time(9), time(18)),),) * 6 + ((),))
STORE = Store("S01", "Harbour Street", "Harbour Street 1, 1000 Portville", calendar=WEEK)
MOMENT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_SITUATIONS = {
    MessageKind.CREATED: Situation.TO_PICK,
    MessageKind.SUBSTITUTE: Situation.PICKING,
    MessageKind.EXPIRED: Situation.EXPIRED,
    MessageKind.PUT_BACK: Situation.EXPIRED,
    MessageKind.CANCELLED: Situation.CANCELLED,
    MessageKind.REOPENED: Situation.TO_PICK,
    MessageKind.UNAVAILABLE: Situation.UNAVAILABLE,
    MessageKind.SHIPPED: Situation.SHIPPED,
    MessageKind.COLLECTED: Situation.COLLECTED,
}
_BEFORE = frozenset({MessageKind.CREATED, MessageKind.SUBSTITUTE, MessageKind.REOPENED})
_OVER = frozenset({MessageKind.EXPIRED, MessageKind.PUT_BACK, MessageKind.CANCELLED, MessageKind.UNAVAILABLE})


def full(language: str, store: Store = STORE, now: datetime = MOMENT) -> OrderView:
    """A customer's view of an order that has everything."""
    until = now + timedelta(days=2)
    return OrderView(
        number="W-000482-9",
        situation=Situation.TO_COLLECT,
        language=language,
        customer="Maria Jensen",
        collector="Dev Nair",
        ready=(LineWords("2", "Trail jacket, blue, M"), LineWords("1", "Head torch 400")),
        waiting=(),
        short=(LineWords("1", "Gas stove, two flames"),),
        collected=(),
        cancelled=(),
        collect_by=moment_words(until, store.calendar, language),
        promised=moment_words(now + timedelta(hours=2), store.calendar, language),
        total=money_words(Money(29_350, "EUR"), language),
        paid="",
        due=money_words(Money(29_350, "EUR"), language),
        refundable="",
        tracking="",
        store=store,
        hours=tuple(hours_rows(store.calendar, now, language)),
        page="https://orders.example/o/SAMPLE",
        code="CO1.W-000482-9.SAMPLESAMPLESAMPLESAMPLE",
        asked=(LineWords("1", "Gas stove, one flame"),),
        until=until,
    )


def of_kind(kind: MessageKind, language: str, store: Store = STORE, now: datetime = MOMENT) -> OrderView:
    """The sample as it would stand when a message of that kind goes out."""
    view = replace(full(language, store, now), situation=_SITUATIONS.get(kind, Situation.TO_COLLECT))
    if kind in _BEFORE:
        return replace(view, ready=(), waiting=view.ready, short=())
    if kind in _OVER:
        paid = view.due
        return replace(view, ready=(), short=(), due="", paid=paid, refundable=paid, collector="")
    if kind in (MessageKind.COLLECTED, MessageKind.SHIPPED):
        tracking = "JD0002 1234 5678" if kind is MessageKind.SHIPPED else ""
        return replace(view, ready=(), collected=view.ready, short=(), due="", tracking=tracking)
    return view


def bare(language: str) -> OrderView:
    """The view of an order of which nearly nothing is known."""
    nothing = replace(full(language), store=None, hours=(), ready=(), short=(), asked=(), until=None)
    return replace(nothing, customer="", collector="", collect_by="", promised="", due="", page="", code="")


def samples(language: str) -> list[dict[str, Any]]:
    """Facts with everything and with nothing, to try a phrase on."""
    everything = replace(
        full(language),
        waiting=(LineWords("1", "Rope"),),
        collected=(LineWords("1", "Map"),),
        tracking="JD0002",
        refundable=money_words(Money(1_000, "EUR"), language),
    )
    return [facts_of(everything, "Fjord & Fell"), facts_of(bare(language), "")]
