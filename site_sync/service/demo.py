"""The demo shop laid into an empty site: its records, its stock, and its orders as real commands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from site_sync.domain.catalogue import Category, Item, ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.permissions import Right, Role
from site_sync.domain.policies import Policies
from site_sync.domain.quantities import Unit
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import (
    DeliveryField,
    DeliveryMethod,
    Reason,
    ReasonFor,
    Source,
    StaffMember,
    Store,
    Tender,
    TenderKind,
)
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.pins import pin_verifier
from site_sync.service import demo_removal, reservations, settings_audit, sign_in
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.demo_orders import DemoOrders
from site_sync.service.entering import vault_of
from site_sync.service.notify.message_outbox import MESSAGES
from site_sync.service.sealing import Vault
from site_sync.service.sentences import said
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.sign_in import GivenPassword
from site_sync.service.wiring import Site

DEMO_PASSWORD = "fjord-and-fell-demo"  # noqa: S105 - of a shop where everything is invented
"""The back office password of everybody in the demo shop who may see the settings."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Row = Mapping[str, Any]


class DemoFolder:
    """The demo shop's files as values of the domain."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.settings: Row = self.read("settings")
        self.currency: str = self.settings["currency"]

    def read(self, name: str) -> Any:
        """The JSON of one file."""
        return json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))

    def policies(self) -> Policies:
        """The shop's policies."""
        found: Policies = RECORDS[RecordKind.POLICIES].load(json.dumps(self.settings["policies"]))
        return found

    def stores(self) -> list[Store]:
        """The stores."""
        return [_store(row) for row in self.read("stores")]

    def items(self) -> list[Item]:
        """The items; `shelf` is the one of the first store that has one."""
        return [_item(row, self.currency) for row in self.read("items")]

    def shelves(self) -> dict[tuple[str, str], str]:
        """Where an item lies, by (store, SKU)."""
        return {
            (store, row["sku"]): shelf
            for row in self.read("items")
            for store, shelf in row["shelves"].items()
        }

    def categories(self) -> list[Category]:
        """The categories."""
        return [
            Category(row["code"], row["names"], row["order"], row["icon"], row["colour"])
            for row in self.read("categories")
        ]

    def staff(self, pepper: bytes) -> list[StaffMember]:
        """The people, each with the demo PIN of the file."""
        return [
            StaffMember(
                id=row["id"],
                name=row["short_name"],
                role=Role(row["role"]),
                stores=tuple(row["stores"]),
                language=row["language"],
                pin_verifier=pin_verifier(pepper, row["pin"]),
            )
            for row in self.read("staff")
        ]

    def people(self) -> frozenset[str]:
        """The ids of the people."""
        return frozenset(str(row["id"]) for row in self.read("staff"))

    def customers(self) -> list[Customer]:
        """The customers."""
        return [Customer(**row) for row in self.read("customers")]

    def delivery_methods(self) -> list[DeliveryMethod]:
        """How goods reach the customer."""
        return [
            DeliveryMethod(
                code=row["code"],
                names=row["names"],
                mode=DeliveryMode(row["mode"]),
                fee=Money(row["fee"], self.currency) if row["fee"] else None,
                needs_address=row["needs_address"],
                needs_store=row["needs_store"],
                order=row["order"],
                required=tuple(DeliveryField(name) for name in row.get("required", ())),
                carriers=tuple(row.get("carriers", ())),
                fee_tax_rate=row.get("fee_tax_rate"),
            )
            for row in self.read("delivery_methods")
        ]

    def sources(self) -> list[Source]:
        """Where orders come from."""
        return [Source(row["code"], row["names"], row["order"]) for row in self.read("sources")]

    def tenders(self) -> list[Tender]:
        """Ways to pay."""
        return [
            Tender(
                code=row["code"],
                kind=TenderKind(row["kind"]),
                names=row["names"],
                order=row["order"],
                opens_drawer=row["opens_drawer"],
            )
            for row in self.read("tenders")
        ]

    def reasons(self) -> list[Reason]:
        """Why staff do what needs a reason, in the order of the file."""
        return [
            Reason(
                code=row["code"],
                used_for=ReasonFor(row["used_for"]),
                names=row["names"],
                stock_to=ReturnTo(row.get("stock_to", "on_hand")),
                order=number,
            )
            for number, row in enumerate(self.read("reasons"), start=1)
        ]

    def stock(self) -> list[StockLevel]:
        """What lies in the stores before the orders."""
        return [
            StockLevel(
                row["sku"], row["store"], row["on_hand"], safety=row["safety"], back_order=row["back_order"]
            )
            for row in self.read("stock")
        ]


def _span(pair: list[str]) -> tuple[time, time]:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])


def _store(row: Row) -> Store:
    where = row["address"]
    weekly = tuple(tuple(_span(pair) for pair in row["opening_hours"].get(day, [])) for day in WEEK)
    closed = tuple(date.fromisoformat(day["date"]) for day in row["closed_days"])
    return Store(
        code=row["code"],
        name=row["name"],
        address=f"{where['street']}, {where['postcode']} {where['city']}",
        phone=row["phone"],
        latitude=row["lat"],
        longitude=row["lon"],
        calendar=Calendar(row["timezone"], weekly, closed),
        click_and_collect=row["click_and_collect"],
        shelves=tuple(row["shelves"]),
        priority=row["sourcing_priority"],
        receipt_header=tuple(row["receipt_header"]),
        receipt_footer=tuple(row["receipt_footer"]),
    )


def _item(row: Row, currency: str) -> Item:
    return Item(
        sku=row["sku"],
        name=row["name"],
        price=Money(row["price"], currency),
        tax_rate=row["tax_rate"],
        barcodes=tuple(row["barcodes"]),
        unit=Unit(row["unit"]["code"], row["unit"]["decimals"]),
        kind=ItemKind(row["kind"]),
        category=row["category"],
        shelf=next(iter(row["shelves"].values()), ""),
        picture=row["picture"],
        colour=row["colour"],
        favourite=row["favourite"],
        open_price=row["price_mode"] != "fixed",
    )


@dataclass(frozen=True, slots=True)
class _People:
    """The demo shop's people and the hash of their password, made before the transaction."""

    staff: list[StaffMember]
    hashed: str
    vault: Vault


def _save_records(tx: Transaction, folder: DemoFolder, people: _People, now: datetime) -> dict[str, int]:
    kept: dict[RecordKind, list[Any]] = {
        RecordKind.POLICIES: [folder.policies()],
        RecordKind.STORE: folder.stores(),
        RecordKind.CATEGORY: folder.categories(),
        RecordKind.ITEM: folder.items(),
        RecordKind.STAFF: people.staff,
        RecordKind.CUSTOMER: folder.customers(),
        RecordKind.DELIVERY_METHOD: folder.delivery_methods(),
        RecordKind.SOURCE: folder.sources(),
        RecordKind.TENDER: folder.tenders(),
        RecordKind.REASON: folder.reasons(),
    }
    for kind, values in kept.items():
        records.save(tx, kind, *values)
    demo_removal.mark(tx, kept)
    for member in people.staff:
        if Right.SETTINGS_VIEW in member.rights:
            verifier = sign_in.sealed_hash(people.vault, member.id, people.hashed)
            sign_in.set_password(tx, GivenPassword(member.id, verifier), now)
    names = {"stores": RecordKind.STORE, "items": RecordKind.ITEM, "staff": RecordKind.STAFF}
    names["customers"] = RecordKind.CUSTOMER
    return {name: len(kept[kind]) for name, kind in names.items()}


def _note(tx: Transaction, author: Author) -> None:
    """Write down who laid the demo shop in, and how much of what it is, as its end is written down too."""
    found = demo_removal.look(tx)
    if found is not None:
        subject = Subject(demo_removal.MARK, "demo")
        settings_audit.note(tx, author, subject, (None, dict(found.going)))


def load(site: Site, path: Path, *, by: Author | None = None, orders: bool = True) -> dict[str, int]:
    """Lay the demo shop of a folder into an empty site, all of it or nothing; how many of what.

    It is noted as the act of the one who asked, by default of who works at the command line.
    """
    folder = DemoFolder(path)
    hashed = sign_in.password_hash(site.keys, DEMO_PASSWORD)
    people = _People(folder.staff(site.keys.pepper), hashed, vault_of(site))

    def lay(tx: Transaction) -> dict[str, int]:
        counts = _save_records(tx, folder, people, site.now())
        reservations.set_levels(tx, folder.stock())
        if orders:
            rows = folder.read("orders")
            DemoOrders(tx, site, folder.currency, folder.shelves()).play(rows)
            counts["orders"] = len(rows)
            MESSAGES.drop_waiting(tx, said("the demo shop's customers are invented"))
        _note(tx, by or Author.operator(site.now()))
        return counts

    return site.database.write(lay)
