"""What the customer's page shows beside the order: questions, the collector's code, the way there, passes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.shop import Store
from site_sync.domain.totals import line_total
from site_sync.service.links import Links
from site_sync.service.shop_words import language_of, moment_words, money_words, quantity_words

_APPLE = ("iPhone", "iPad", "Macintosh")


@dataclass(frozen=True, slots=True)
class Question:
    """Something else offered for what is missing: both in words, what it costs, until when to answer."""

    line: int
    offered: str
    missing: str
    price: str
    until: str


@dataclass(frozen=True, slots=True)
class Extras:
    """Everything beside the order itself, as texts; empty where there is none."""

    questions: tuple[Question, ...] = ()
    collector_page: str = ""
    collector_code: str = ""
    map_link: str = ""
    passes: tuple[str, ...] = ()


def extras_of(order: Order, store: Store | None, links: Links, agent: str, passes: tuple[str, ...]) -> Extras:
    """The extras of an order; `passes` are the wallets that this site can make passes for."""
    return Extras(
        questions=_questions(order, store),
        collector_page=links.collector_page(order) or "",
        collector_code=links.collector_code(order) or "",
        map_link=map_link(store, agent) if store else "",
        passes=passes,
    )


def _questions(order: Order, store: Store | None) -> tuple[Question, ...]:
    language, found = language_of(order.customer.language), []
    for one in order.asked:
        offered, missing = order.line(one.line), order.line(one.instead_of)
        units = offered.quantities.live
        cost = line_total(offered, units, prices_include_tax=order.prices_include_tax)
        until = moment_words(one.until, store.calendar, language) if one.until and store else ""
        found.append(
            Question(
                line=one.line,
                offered=f"{quantity_words(offered, units, language)} × {offered.description}",
                missing=f"{quantity_words(missing, one.quantity, language)} × {missing.description}",
                price=money_words(Money(cost.amount, order.currency), language),
                until=until,
            )
        )
    return tuple(found)


def map_link(store: Store, agent: str) -> str:
    """A link that opens the phone's own map, so that no outside host learns who goes where."""
    place = ""
    if store.latitude is not None and store.longitude is not None:
        place = f"{store.latitude:.6f},{store.longitude:.6f}"
    words = quote(", ".join(part for part in (store.name, store.address.replace("\n", ", ")) if part))
    if not place and not store.address:
        return ""
    if any(name in agent for name in _APPLE):
        return f"maps:?q={words}&ll={place}" if place else f"maps:?q={words}"
    return f"geo:{place or '0,0'}?q={place or words}({words})" if place else f"geo:0,0?q={words}"
