"""A whole site with two stores, two web shops and everybody who might call it, each with what they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import update

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.catalogue import Item
from site_sync.domain.commands import Create
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, Order
from site_sync.domain.permissions import Role
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.shop import DeliveryMethod, StaffMember
from site_sync.domain.stock import StockLevel
from site_sync.domain.stock_documents import DocumentKind
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    balances,
    catalogue_import,
    enrolment,
    orders,
    problems,
    reservations,
    sessions,
    sign_in,
    stock_desk,
    webhook_desk,
    webhook_outbox,
)
from site_sync.service.backup import making
from site_sync.service.catalogue_import import NewFile
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import DeviceState
from site_sync.service.links import Links
from site_sync.service.settings_audit import Author
from site_sync.service.sheets.csv_file import CsvForm
from site_sync.service.sign_in import GivenPassword, NewKey
from site_sync.service.stock_desk import Begin, Keeper
from site_sync.service.webhook_outbox import Subscription
from site_sync.service.wiring import Site
from site_sync.serving import application
from tests.service import shop, tills
from tests.service.connectors.senders import Sender
from tests.service.serving import served
from tests.service.shop import ALL_RIGHTS, Commands
from tests.service.sites import Clock, make_site
from tests.service.web_shop import SCOPES

STORES = ("S01", "S02")
PEOPLE = {
    "C": StaffMember("cleo", "Cleo", Role.CASHIER, stores=("S01",)),
    "O": StaffMember("otto", "Otto", Role.COUNTER, stores=("S01",)),
    "P": StaffMember("pia", "Pia", Role.PICKER, stores=("S01",)),
    "S": StaffMember("sven", "Sven", Role.SUPERVISOR, stores=("S01",)),
    "M": StaffMember("mona", "Mona", Role.MANAGER, stores=("S01",)),
    "A": StaffMember("ruth", "Ruth", Role.ADMINISTRATOR),
    "c": StaffMember("cem", "Cem", Role.CASHIER, stores=("S02",)),
    "m": StaffMember("mads", "Mads", Role.MANAGER, stores=("S02",)),
}
"""Who is signed in to the back office, by the letters of the table."""
BUSY = 1_000_000
OWN_ENDPOINTS = {"key for webhooks": "endpoint-1", "key for all": "endpoint-2"}
"""Webhook endpoints of the shop that its keys take away, one for each; all others try another one of its."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls: a person, a till, a key with its scopes and shop, or a sender of webhooks."""

    name: str
    person: str = ""
    till: str = ""
    scopes: frozenset[str] = frozenset()
    shop: str = ""
    sender: str = ""
    bearer: str = field(default="", repr=False)
    refused: int = 0

    @property
    def store(self) -> str:
        """The store that binds them, empty where none does."""
        member = PEOPLE.get(self.person)
        return member.stores[0] if member is not None and member.stores else ""


@dataclass(repr=False)
class World:
    """The site, who calls it, what it holds of each store, and all secrets that were given out."""

    site: Site
    address: str
    callers: list[Caller]
    sessions: dict[str, tuple[str, str]]
    orders: dict[str, Order]
    senders: dict[str, Sender]
    backup: str
    secrets: set[str] = field(default_factory=set)

    def renew(self, person: str) -> None:
        """Sign a person in anew."""
        site, member = self.site, PEOPLE[person].id
        token, csrf = site.database.write(
            lambda tx: sessions.open_session(tx, member, site.around.secret, site.now())
        )
        self.sessions[person] = token, csrf
        self.secrets.add(token)

    def links(self) -> Links:
        """Makes the customers' addresses."""
        return Links(self.site.settings.public_address, self.site.keys.code_key)


def _order(site: Site, store: str) -> Order:
    commands = Commands(store, till="03")
    made = commands.create(
        customer=Customer("cust", "Maria Jensen", email="maria@example.com"),
        delivery=Delivery(store=store),
        collector=Collector("Dev Nair"),
    )
    links = Links("", site.keys.code_key)
    code, page = links.hashes(made.order_id)
    assert isinstance(made.act, Create)
    collector = links.first_collector(made.order_id)
    given = replace(made, act=replace(made.act, code_hash=code, page_hash=page, collector_hash=collector))
    outcome = site.database.write(lambda tx: orders.apply(tx, given, ALL_RIGHTS, given.at))
    order: Order = outcome.order  # type: ignore[union-attr]
    return order


def _fill_more(tx: Transaction, site: Site) -> None:
    """A count of each store, a file of goods, and where shops hear of orders."""
    author = Author.operator(site.now())
    for store in STORES:
        stock_desk.begin(tx, Keeper(author, None), Begin(f"document-{store}", DocumentKind.COUNT, store))
    table = b"SKU;Name;Price\nB-1;Boots;59,90\n"
    catalogue_import.begin(tx, author, NewFile("table", "goods.csv", table, CsvForm("utf-8", ";"), 1))
    for endpoint in ("endpoint-", "endpoint-shop", *OWN_ENDPOINTS.values()):
        owner = "" if endpoint == "endpoint-" else "api:shop"
        secret = webhook_desk.kept_secret(site, endpoint, "whsec_" + "c2VjcmV0" * 4)
        new = Subscription(endpoint, owner, "https://listener.example/", (), secret)
        webhook_outbox.subscribe(tx, new, site.now())


def _fill(site: Site) -> None:
    now = site.now()

    def fill(tx: Transaction) -> None:
        shop.fill(tx)
        records.save(tx, RecordKind.ITEM, Item("BAG", "Paper bag", Money(10, "EUR"), 2500))
        reservations.set_levels(tx, [StockLevel("BAG", "S01", 10_000)])
        records.save(tx, RecordKind.STAFF, *PEOPLE.values())
        records.save(tx, RecordKind.DELIVERY_METHOD, DeliveryMethod("collect", {"en": "Collect in store"}))
        records.save(tx, RecordKind.CUSTOMER, Customer("cust", "Maria Jensen", email="maria@example.com"))
        card = Holder(BalanceKind.GIFT_CARD, "GC10029876")
        cause = balances.Cause("c1", now, "S01", "02", "anna", sale_id="sale-1")
        balances.move(tx, cause, [BalanceMove("m1", card, Money(5_000, "EUR"), MoveReason.ISSUED)])
        for store in STORES:
            someone = StaffMember(f"person-{store}", "Someone", Role.CASHIER, stores=(store,))
            records.save(tx, RecordKind.STAFF, someone)
            sign_in.set_password(tx, GivenPassword(someone.id, "no verifier"), now)
            problems.raise_problem(
                tx, ProblemRecord(f"problem-{store}", now, store, "not_allowed_in_stage", {})
            )
        _fill_more(tx, site)

    site.database.write(fill)


def _key(site: Site, key_id: str, name: str, scopes: tuple[str, ...]) -> str:
    new = NewKey(key_id, name, site.around.secret(), scopes, BUSY)
    return site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))


def _set_state(site: Site, device: str, state: DeviceState) -> None:
    changed = update(t.devices).where(t.devices.c.id == device).values(state=state.value)
    site.database.write(lambda tx: tx.execute(changed))


def _tills(site: Site) -> Iterator[Caller]:
    for store in STORES:
        yield Caller(f"till of {store}", till=store, bearer=tills.enrol(site, store, "02").token)
        tills.enrol(site, store, "08")
    for number, state in (("04", DeviceState.REVOKED), ("05", DeviceState.FENCED)):
        till = tills.enrol(site, "S01", number)
        _set_state(site, till.device, state)
        yield Caller(f"{state.value} till", till="S01", bearer=till.token, refused=403)


def _keys(site: Site) -> Iterator[Caller]:
    for scope in SCOPES:
        text = _key(site, f"key-{scope}", "shop", (scope,))
        yield Caller(f"key for {scope}", scopes=frozenset({scope}), shop="shop", bearer=text)
    yield Caller(
        "key for all", scopes=frozenset(SCOPES), shop="shop", bearer=_key(site, "key-all", "shop", SCOPES)
    )
    other = _key(site, "key-other", "other", SCOPES)
    yield Caller("other shop", scopes=frozenset(SCOPES), shop="other", bearer=other)
    gone = _key(site, "key-gone", "shop", SCOPES)
    site.database.write(lambda tx: sign_in.revoke_api_key(tx, "key-gone", site.now()))
    yield Caller("withdrawn key", shop="shop", bearer=gone)
    _key(site, "key-spare", "spare", SCOPES)


@contextmanager
def world(file: Path, folder: Path) -> Iterator[World]:
    """Everything together, served, on a migrated file."""
    site = make_site(f"sqlite:///{file}", folder, Clock())
    _fill(site)
    made = {store: _order(site, store) for store in STORES}
    senders = {kind.value: Sender(site, kind) for kind in ConnectorKind}
    Sender(site, ConnectorKind.WOOCOMMERCE, name="stranger")
    backup, _ = making.make(site)
    callers = [Caller("nobody"), *(Caller(one.name, person=letter) for letter, one in PEOPLE.items())]
    callers += [Caller("whoever left"), *_tills(site), *_keys(site)]
    callers += [Caller(f"{kind} shop", sender=kind) for kind in senders]
    with served(application(site)) as address:
        there = World(site, address, callers, {}, made, senders, backup.name)
        for letter in PEOPLE:
            there.renew(letter)
        there.secrets |= {caller.bearer for caller in callers if caller.bearer}
        yield there
    site.close()


def code_for_a_till(site: Site) -> str:
    """A one-time code that was just made."""
    code = enrolment.code_text(site.around.random_bytes(8))
    site.database.write(lambda tx: enrolment.offer(tx, code, enrolment.NewTill("S01", "09"), site.now()))
    return code
