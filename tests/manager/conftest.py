"""A site with the small shop, Site Manager mounted, served over real HTTP, and people with passwords."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.catalogue import Category
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.permissions import Role
from site_sync.domain.shop import DeliveryMethod, Source, StaffMember
from site_sync.domain.stock_documents import DocumentKind, DocumentLine
from site_sync.manager import application
from site_sync.manager.visit import COOKIE
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    balance_desk,
    catalogue_import,
    connector_register,
    orders,
    sessions,
    sign_in,
    stock_desk,
    webhook_desk,
    webhook_outbox,
)
from site_sync.service.app import create_app
from site_sync.service.balance_desk import Correction
from site_sync.service.catalogue_import import NewFile
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connectors import upkeep
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.entering import vault_of
from site_sync.service.settings_audit import Author
from site_sync.service.sheets.csv_file import CsvForm
from site_sync.service.sign_in import GivenPassword
from site_sync.service.stock_desk import Begin, Keeper
from site_sync.service.webhook_outbox import Subscription
from site_sync.service.wiring import Site
from tests.manager.browsing import PASSWORD, Browser
from tests.service import shop
from tests.service.serving import served
from tests.service.shop import ALL_RIGHTS, Commands, new_line
from tests.service.sites import Clock, make_site

PEOPLE = (
    StaffMember("root", "Ruth", Role.ADMINISTRATOR),
    StaffMember("mona", "Mona", Role.MANAGER, stores=("S01",)),
    StaffMember("bert", "Bert", Role.CASHIER, stores=("S02",)),
)


@pytest.fixture
def clock() -> Clock:
    """The site's clock."""
    return Clock()


def _fill(site: Site) -> None:
    vault, hashed = vault_of(site), sign_in.password_hash(site.keys, PASSWORD)

    def fill(tx: Transaction) -> None:
        shop.fill(tx)
        records.save(tx, RecordKind.STAFF, *PEOPLE)
        records.save(tx, RecordKind.CATEGORY, Category("jackets", {"en": "Jackets"}))
        records.save(tx, RecordKind.SOURCE, Source("till", {"en": "Till"}))
        records.save(tx, RecordKind.DELIVERY_METHOD, DeliveryMethod("collect", {"en": "Collect in store"}))
        for person in PEOPLE:
            verifier = sign_in.sealed_hash(vault, person.id, hashed)
            sign_in.set_password(tx, GivenPassword(person.id, verifier), site.now())

    site.database.write(fill)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small shop and three people who may sign in, to make others from."""
    folder = tmp_path_factory.mktemp("filled")
    site = make_site(f"sqlite:///{folder / 'site.sqlite'}", folder, Clock())
    _fill(site)
    site.close()
    return folder / "site.sqlite"


@pytest.fixture
def site(filled: Path, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site with the small shop and three people who may sign in."""
    shutil.copyfile(filled, tmp_path / "site.sqlite")
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def address(site: Site, clock: Clock) -> Iterator[str]:
    """Where the site with its back office is served; tries to sign in are counted by the test's clock."""
    app = create_app(site)
    application.mount(app, site, lambda: clock.now.timestamp())
    with served(app) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    browser = Browser(address)
    yield browser
    browser.http.close()


@pytest.fixture
def root(browser: Browser, site: Site) -> Browser:
    """The browser of an administrator who signed in already."""
    token, _ = site.database.write(
        lambda tx: sessions.open_session(tx, "root", site.around.secret, site.now())
    )
    browser.http.cookies.set(COOKIE, token, path="/manager")
    return browser


@pytest.fixture
def commands() -> Commands:
    """Commands of a till at S01."""
    return Commands()


@pytest.fixture
def give(site: Site) -> Callable[..., Order]:
    """Apply a command that must not be refused; gives the order after it."""

    def given(command: object) -> Order:
        outcome = site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))  # type: ignore[arg-type,attr-defined]
        order: Order = outcome.order  # type: ignore[union-attr]
        return order

    return given


@pytest.fixture
def shelved(site: Site, order: Order) -> None:
    """One of each thing that has a page of its own besides orders, items, stores and staff."""
    author = Author("root", "Ruth", PEOPLE[0].rights, site.now())
    lines = [DocumentLine("JKT", -1), DocumentLine("STV", 2)]

    def shelve(tx: Transaction) -> None:
        records.save(tx, RecordKind.CUSTOMER, Customer("c-77", "Maria Jensen", email="maria@example.com"))
        mended = Correction("credit", Holder(BalanceKind.CREDIT, "c-77"), Money(500, "EUR"), "As promised")
        assert balance_desk.correct(tx, author, mended) is None
        keeper = Keeper(author, None)
        stock_desk.begin(tx, keeper, Begin("document", DocumentKind.ADJUSTMENT, "S01"))
        for line in lines:
            document = stock_desk.find(tx, "document")
            assert document is not None
            assert stock_desk.put(tx, keeper, document, line) is None
        table = b"SKU;Name;Price\nB-1;Boots;59,90\n"
        catalogue_import.begin(tx, author, NewFile("table", "goods.csv", table, CsvForm("utf-8", ";"), 1))
        sealed = upkeep.kept_secret(site, "sport", "a secret of the shop")
        sport = Connector("sport", ConnectorKind.WOOCOMMERCE, "Sport shop", sealed)
        connector_register.add(tx, sport, site.now())
        secret = webhook_desk.kept_secret(site, "listener", "a secret")
        listener = Subscription("listener", "", "https://listener.example/", (), secret)
        webhook_outbox.subscribe(tx, listener, site.now())

    site.database.write(shelve)


@pytest.fixture
def order(give: Callable[..., Order], commands: Commands) -> Order:
    """An order of two jackets and a stove at S01, to be picked."""
    return give(commands.create(new_line(shop.JACKET, 2), new_line(shop.STOVE)))
