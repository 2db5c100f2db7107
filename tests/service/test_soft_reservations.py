"""What quotes reserve softly at the site: web shops are not offered it, firm orders take it all the same."""

from __future__ import annotations

import json

from sqlalchemy import insert, select, text

from site_sync.domain.commands import Act, Amend, Cancel, ConvertQuote, Create, Extend
from site_sync.domain.lifecycle import Decision
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.particulars import LineChange
from site_sync.domain.policies import Policies, Policy, PolicyRule, QuoteReserves
from site_sync.domain.quoted import of_quote, wanted
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders, reservations, soft_reservations, stock_enquiry
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.service.shop import ALL_RIGHTS, JACKET, TENT, Commands, new_line
from tests.service.sites import Clock
from tests.service.web_shop import Body, WebShop, line, problem

SOFTLY = Policy(quote_reserves=QuoteReserves.SOFTLY)


class Quotes:
    """A till that makes quotes where quotes reserve softly, and what the site says of them."""

    def __init__(self, site: Site, policies: Policies | None = None) -> None:
        self.site = site
        self.till = Commands()
        self.settle(policies or Policies(SOFTLY))

    def settle(self, policies: Policies) -> None:
        """What the shop settles."""
        self.site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))

    def quote(self, quantity: int = 4, **more: object) -> Order:
        """A quote for jackets."""
        lines = (new_line(JACKET, quantity),)
        return self._taken(self.till.create(*lines, order_kind=OrderKind.QUOTE, **more).act, "")

    def does(self, order: Order, act: Act) -> Order:
        """The order after an act."""
        return self._taken(act, order.id)

    def _taken(self, act: Act, order_id: str) -> Order:
        command = self.till.give(order_id or self.till.id("quote"), act)
        applied = self.site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
        assert isinstance(applied, Decision), applied
        return applied.order

    def kept(self, store: str = "S01") -> int:
        """Jackets that quotes reserve softly at a store now."""
        found = self.site.database.read(
            lambda db: soft_reservations.of_items(db, ["JKT", "STV"], self.site.now())
        )
        return wanted(found.get((store, "JKT"), ()))

    def level(self, store: str = "S01") -> StockLevel:
        """The jackets at a store as they are counted."""
        return self.site.database.read(lambda db: reservations.levels(db, [(store, "JKT")]))[store, "JKT"]


def offered(shop: WebShop, quantity: int = 10, store: str = "S01") -> Body:
    """What a web shop is told of some jackets."""
    asked = {"store": store, "lines": [line(quantity=quantity)]}
    answer: Body = shop.post("availability", asked).json()["stores"][0]
    return answer


def test_a_quote_is_softly_reserved_as_long_as_it_is_open(site: Site, clock: Clock) -> None:
    quotes = Quotes(site)
    quote = quotes.quote(4)
    assert quotes.kept() == wanted(of_quote(quote)) == 4
    assert quotes.level() == StockLevel("JKT", "S01", 10)
    quotes.does(quote, Amend(change=(LineChange(1, quantity=3),)))
    cancelled = quotes.quote(2)
    assert quotes.kept() == 5
    quotes.does(cancelled, Cancel(reason="bought elsewhere"))
    assert quotes.kept() == 3
    quotes.does(quote, ConvertQuote())
    assert (quotes.kept(), quotes.level().reserved) == (0, 3)
    assert site.database.read(reservations.drifts) == []
    quotes.quote(1)
    clock.forward(days=31)
    assert quotes.kept() == 0


def test_the_setting_counts_at_once_in_both_directions_and_by_store(site: Site) -> None:
    quotes = Quotes(site, Policies())
    quotes.quote(4)
    quotes.quote(2, delivery=Delivery(store="S02"))
    assert (quotes.kept("S01"), quotes.kept("S02")) == (0, 0)
    quotes.settle(Policies(rules=(PolicyRule(SOFTLY, store="S02"),)))
    assert (quotes.kept("S01"), quotes.kept("S02")) == (0, 2)
    quotes.settle(Policies(SOFTLY, (PolicyRule(Policy(), store="S02"),)))
    assert (quotes.kept("S01"), quotes.kept("S02")) == (4, 0)


def test_web_shops_are_not_offered_what_is_in_quotes(web_shop: WebShop, site: Site, clock: Clock) -> None:
    quotes = Quotes(site)
    quote = quotes.quote(4)
    assert offered(web_shop)["lines"][0]["available"] == 6
    assert offered(web_shop, 7)["can_collect"] == "some"
    held = {"store": "S01", "lines": [line(quantity=7)]}
    refused = web_shop.post("holds", held)
    assert problem(refused) == (409, "insufficient_stock")
    assert refused.json()["lines"][0]["available"] == 6
    assert web_shop.post("holds", {**held, "lines": [line(quantity=6)]}).status_code == 201
    quotes.does(quote, Extend(quotes.till.at.replace(year=2027, month=1)))
    clock.forward(days=1)
    assert offered(web_shop)["lines"][0]["available"] == 0


def test_a_web_order_that_comes_all_the_same_is_firm(web_shop: WebShop, site: Site) -> None:
    quotes = Quotes(site)
    quotes.quote(4)
    order = web_shop.created(line(quantity=9))
    assert [part["to_pick"] for part in order["lines"]] == [9]
    assert (quotes.level().reserved, quotes.kept()) == (9, 4)
    assert offered(web_shop, 1)["lines"][0]["available"] == 0
    [seen] = [one for one in _stock(site) if one.store.code == "S01"]
    assert (seen.level.available, seen.in_quotes) == (1, 1)
    assert problem(web_shop.create(web_shop.order(line(quantity=2)))) == (409, "insufficient_stock")


def test_a_web_order_spares_quotes_where_another_store_can_send(web_shop: WebShop, site: Site) -> None:
    quotes = Quotes(site, Policies(Policy(quote_reserves=QuoteReserves.SOFTLY, transfer_hours=20)))
    quotes.quote(4)
    assert offered(web_shop, 7)["lines"][0]["available"] == 7
    sources = [web_shop.created(line(quantity=7))["lines"][0]["store"] for _ in range(2)]
    assert sources == ["S02", "S01"]


def test_an_endpoint_hears_of_stock_that_a_quote_takes_from_web_shops(site: Site) -> None:
    endpoint = {"id": "end", "owner": "", "url": "https://shop.example", "events": "stock.changed"}
    row = endpoint | {"secret": "s", "created_at": site.now(), "active": True}
    site.database.write(lambda tx: tx.execute(insert(t.webhook_endpoints), row))
    quotes = Quotes(site)
    quote = quotes.quote(4)
    quotes.does(quote, Amend(comment_staff="ring first"))
    quotes.does(quote, Cancel(reason="bought elsewhere"))
    quotes.settle(Policies())
    quotes.quote(1)
    column = t.webhook_deliveries.c
    rows = site.database.read(lambda db: db.execute(select(column.body).order_by(column.id)).scalars().all())
    told = [(json.loads(body)["order_version"], json.loads(body)["data"]["stock"][0]) for body in rows]
    jackets = {"store": "S01", "sku": "JKT", "on_hand": 10, "reserved": 0}
    assert told == [(1, {**jackets, "available": 6}), (3, {**jackets, "available": 10})]


def _stock(site: Site, sku: str = "JKT") -> list[stock_enquiry.StoreStock]:
    return site.database.read(lambda db: stock_enquiry.stock_of(db, sku, site.now()))


def test_the_last_unit_goes_to_whoever_orders_it(site: Site) -> None:
    quotes = Quotes(site)
    lines = (new_line(TENT),)
    quotes.does(quotes.quote(1), Amend(add=lines))
    create = quotes.till.create(*lines)
    assert isinstance(create.act, Create)
    taken = quotes._taken(create.act, create.order_id)
    assert taken.line(1).quantities.to_pick == 1
    [tents] = [one for one in _stock(site, "TNT") if one.store.code == "S01"]
    assert (tents.level.available, tents.in_quotes, wanted(tents.kept)) == (0, 0, 1)


def test_what_is_in_quotes_is_asked_of_their_own_index(empty_database: Database) -> None:
    query = soft_reservations._QUOTED.where(t.order_lines.c.sku == "JKT")
    asked = query.compile(compile_kwargs={"literal_binds": True})

    def plan(tx: Transaction) -> str:
        if tx.postgres:
            tx.execute(text("SET LOCAL enable_seqscan = off"))
        words = "EXPLAIN" if tx.postgres else "EXPLAIN QUERY PLAN"
        return str(tx.execute(text(f"{words} {asked}")).all())

    assert "ix_order_lines_quoted" in empty_database.write(plan)
