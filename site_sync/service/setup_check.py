"""What is missing before a shop can work, in general and per store, and where each is put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import func, select

from site_sync.domain.offering import offered_for
from site_sync.domain.orders import OrderKind
from site_sync.domain.permissions import Right, Role
from site_sync.domain.shop import DeliveryMethod, StaffMember, Store, Tender, offered
from site_sync.protocol.changes import RecordKind
from site_sync.service import company, enrolment, mail_settings, staffing
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.demo_removal import MARK
from site_sync.service.enrolment import DeviceState
from site_sync.service.outgoing_hosts import LOOPBACK
from site_sync.service.settings import Settings

ON_THE_NETWORK = (
    "handover-site tls init --name shop.example --address 192.168.1.10",
    "handover-site serve --host 0.0.0.0",
    "HANDOVER_PUBLIC_URL=https://shop.example",
)
"""What lets other computers reach the site: a certificate and an address, or a proxy that speaks TLS."""


class Weight(StrEnum):
    """How much a finding presses."""

    MISSING = "missing"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be put right: a code with its number, the page where, and how much it presses.

    Where no page can put it right, `commands` are what whoever runs the site types or sets.
    """

    code: str
    where: str
    weight: Weight = Weight.MISSING
    number: int = 0
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of the shop as a whole and of each store."""

    general: tuple[Finding, ...]
    stores: tuple[tuple[Store, tuple[Finding, ...]], ...]

    @property
    def missing(self) -> int:
        """How many things are missing in all."""
        every = [*self.general, *(one for _, found in self.stores for one in found)]
        return sum(1 for one in every if one.weight is Weight.MISSING)


def check(db: Executor, settings: Settings) -> Checked:
    """Look the whole set-up through."""
    stores: list[Store] = records.every(db, RecordKind.STORE)
    general = [*_shop(db), *_lists(db), *_goods(db), *_people(db), *_service(db, settings)]
    if not stores:
        general.insert(0, Finding("no_store", "/setup/store"))
    return Checked(tuple(general), tuple((store, tuple(_store(db, store, len(stores)))) for store in stores))


def _shop(db: Executor) -> Iterator[Finding]:
    who = company.company(db)
    if company.fact(db, MARK) is not None:
        yield Finding("demo", "/setup/demo", Weight.ADVICE)
        return
    if who is None:
        yield Finding("no_company", "/setup/company")
    elif not who.rates:
        yield Finding("no_tax", "/setup/tax")
    if who is not None and not who.tax_number:
        yield Finding("no_tax_number", "/setup/company", Weight.ADVICE)


def _lists(db: Executor) -> Iterator[Finding]:
    tenders: list[Tender] = records.every(db, RecordKind.TENDER)
    methods: list[DeliveryMethod] = records.every(db, RecordKind.DELIVERY_METHOD)
    if not offered(tenders):
        yield Finding("no_tender", "/setup/tenders")
    if not offered_for(methods, (OrderKind.CUSTOMER_ORDER,)):
        yield Finding("no_method", "/lists/methods/add")
    if not records.every(db, RecordKind.REASON):
        yield Finding("no_reason", "/lists/reasons/add", Weight.ADVICE)


def _goods(db: Executor) -> Iterator[Finding]:
    i = t.items.c
    items = int(
        db.execute(select(func.count()).select_from(t.items).where(i.removed.is_(False))).scalar_one()
    )
    if not items:
        yield Finding("no_goods", "/setup/goods")
        return
    with_code = select(t.barcodes.c.sku).distinct().subquery()
    coded = int(db.execute(select(func.count()).select_from(with_code)).scalar_one())
    if coded * 2 < items:
        yield Finding("few_barcodes", "/import", Weight.ADVICE, items - coded)


def _people(db: Executor) -> Iterator[Finding]:
    staff: list[StaffMember] = [one for one in records.every(db, RecordKind.STAFF) if one.active]
    passwords = staffing.with_password(db)
    heads = [one for one in staff if one.role is Role.ADMINISTRATOR and one.id in passwords]
    if len(heads) < 2:
        yield Finding("one_administrator", "/staff", Weight.ADVICE)
    if pinless := sum(1 for one in staff if not one.pin_verifier and Right.SETTINGS_MANAGE not in one.rights):
        yield Finding("no_pin", "/staff", Weight.MISSING, pinless)


def _service(db: Executor, settings: Settings) -> Iterator[Finding]:
    if not mail_settings.has_server(db, settings):
        yield Finding("no_mail", "/messages/mail", Weight.ADVICE)
    address = urlsplit(settings.public_address)
    if address.hostname in LOOPBACK:
        yield Finding("loopback", "", Weight.ADVICE, commands=ON_THE_NETWORK)
    elif address.scheme != "https":
        host = address.hostname or "shop.example"
        commands = (f"handover-site tls init --name {host}", f"HANDOVER_PUBLIC_URL=https://{host}")
        yield Finding("no_tls", "", Weight.ADVICE, commands=commands)


def _store(db: Executor, store: Store, stores: int) -> Iterator[Finding]:
    page = f"/stores/{store.code}"
    if not store.address:
        yield Finding("no_address", page)
    if not store.phone:
        yield Finding("no_phone", page, Weight.ADVICE)
    if not any(store.calendar.weekly):
        yield Finding("no_hours", page)
    if store.click_and_collect and not store.shelves:
        yield Finding("no_shelves", page, Weight.ADVICE)
    yield from _manned(db, store)
    stocked = select(t.stock.c.sku).where(t.stock.c.store == store.code, t.stock.c.on_hand > 0).limit(1)
    if company.sells_already(db) and db.execute(stocked).first() is None:
        yield Finding("no_stock", "/import")
    if stores > 1 and not store.priority:
        yield Finding("no_priority", page, Weight.ADVICE)


def _manned(db: Executor, store: Store) -> Iterator[Finding]:
    """Tills of a store, and people with a PIN who can sell and hand over there."""
    tills = [one for one in enrolment.devices(db) if one.store == store.code]
    if not any(one.state is DeviceState.ACTIVE for one in tills):
        yield Finding("no_till", f"/setup/till?store={store.code}")
    if fenced := sum(1 for one in tills if one.state is DeviceState.FENCED):
        yield Finding("till_fenced", "/tills", Weight.MISSING, fenced)
    here = list(_working_in(records.every(db, RecordKind.STAFF), store))
    if not any(Right.ORDER_CREATE in one.rights for one in here):
        yield Finding("no_seller", "/setup/staff")
    elif not any(Right.DEPOSIT_OVERRIDE_MINIMUM in one.rights for one in here):
        yield Finding("no_supervisor", "/setup/staff", Weight.ADVICE)


def _working_in(staff: Iterable[StaffMember], store: Store) -> Iterator[StaffMember]:
    for one in staff:
        if one.active and one.pin_verifier and (not one.stores or store.code in one.stores):
            yield one
