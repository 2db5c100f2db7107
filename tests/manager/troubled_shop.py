"""The demo shop on a bad morning: every page has something to show, and much of it is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from site_sync.domain.orders import Stage
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service import connector_register, demo, problems, sessions, turns, webhook_desk
from site_sync.service.backup import making, shelf
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connectors import upkeep
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import DeviceState
from site_sync.service.jobs.upkeep import look_now
from site_sync.service.sessions import Browser, Coming
from site_sync.service.webhook_outbox import Subscription, subscribe
from site_sync.service.wiring import Site

SHOP = Path(__file__).parents[2] / "resources" / "demo"
ADMINISTRATOR = "901"
LONG = " ".join(["The customer stood at the counter for a long time and told us the whole story"] * 8)
"""About 600 characters, as somebody types them who wants to be understood."""
UNBROKEN = "https://shop.example/" + "a-very-long-path-without-a-space" * 6
SHORT: dict[str, object] = {"lines": [{"sku": "TENT-DOME-2", "store": "S01", "available": 1}]}
STUCK: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("needs_mapping", "unknown item WOO-TENT; unknown store (Nordvest)",
     {"items": ["WOO-TENT"], "stores": ["Nordvest"]}),
    ("failed", "/line_items/0/price is no number", {}),
    ("failed", "insufficient_stock", {"refusal": SHORT}),
)  # fmt: skip
"""What came from a shop and went no further: state, why, facts."""
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def fill(site: Site, language: str) -> str:
    """Lay the shop in and bring the trouble over it; gives an order with a long story."""
    demo.load(site, SHOP)
    order = site.database.write(lambda tx: _people_and_orders(tx, site, language))
    site.database.write(lambda tx: _tills(tx, site))
    _backups(site)
    site.database.write(lambda tx: _web_shop(tx, site))
    site.database.write(lambda tx: _books(tx, site))
    look_now(site)
    return order


def _people_and_orders(tx: Transaction, site: Site, language: str) -> str:
    me: StaffMember = records.find(tx, RecordKind.STAFF, ADMINISTRATOR)  # type: ignore[assignment]
    records.save(tx, RecordKind.STAFF, replace(me, language=language))
    for number in range(4):
        at = site.now() - timedelta(days=number, hours=number)
        sessions.open_session(
            tx, ADMINISTRATOR, site.around.secret, at, Coming(Browser(AGENT, f"10.0.0.{number}"))
        )
    query = select(t.orders.c.id).where(t.orders.c.stage != Stage.DONE.value).order_by(t.orders.c.number)
    order = str(tx.execute(query.limit(1)).scalar_one())
    facts: dict[str, object] = {
        "lines": [{"sku": "TENT-DOME-2", "store": "S01", "requested": 3, "available": 1}]
    }
    troubles: tuple[tuple[str, dict[str, object]], ...] = (
        ("insufficient_stock", facts),
        ("stock_drift", {"sku": "JKT-TRAIL-BL-XS", "store": "S01", "reserved": 2, "by_lines": 1}),
        ("audit_changed", {"till": "S01-02", "shift": "s-9", "known": 40}),
        ("reason_needed", {"note": LONG}),
    )
    for code, more in troubles:
        told = ProblemRecord(site.new_id(), site.now(), "S01", code, more, order)
        problems.raise_problem(tx, told)
    return order


def _tills(tx: Transaction, site: Site) -> None:
    for number, state in enumerate((DeviceState.ACTIVE, DeviceState.FENCED, DeviceState.REVOKED), 1):
        row = {
            "id": f"d-{number}", "store": "S01", "till": f"0{number}", "token_hash": f"none-{number}",
            "state": state.value, "enrolled_at": site.now() - timedelta(days=30), "waiting": 7 * (number - 1),
            "last_seen": site.now() - timedelta(hours=number), "app_version": "1.0.0",
            "name": "Till beside the fitting rooms, second from the entrance",
        }  # fmt: skip
        tx.execute(insert(t.devices), row)


def _backups(site: Site) -> None:
    for _ in range(2):
        making.make(site)
    newest, *_ = shelf.shelved(site.settings.backup_folder)
    newest.path.write_bytes(newest.path.read_bytes()[:-100])
    trouble = {"trouble": "the rows in the backup are not those it says it has"}
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), trouble))


def _web_shop(tx: Transaction, site: Site) -> None:
    sealed = upkeep.kept_secret(site, "sport", "a secret of the shop")
    made = Connector("sport", ConnectorKind.WOOCOMMERCE, "Sport shop with a name that is long", sealed)
    connector_register.add(tx, made, site.now())
    for number, (state, error, facts) in enumerate(STUCK):
        receipt = {
            "id": f"r-{number}", "connector": "sport", "delivery_id": str(number), "topic": "order.updated",
            "content_hash": str(number), "received_at": site.now(), "headers": "{}", "body": b"{}",
            "external_id": f"10{number}", "state": state, "error": error, "facts": json.dumps(facts),
        }  # fmt: skip
        tx.execute(insert(t.webhook_receipts), receipt)
    poll = {"connector": "sport", "failures": 3, "since": site.now(), "next_at": site.now()}
    refused = "the shop refuses the key: 401 " + UNBROKEN
    tx.execute(insert(t.connector_polls), poll | {"last_at": site.now(), "error": refused})
    key = webhook_desk.kept_secret(site, "end", "secret")
    subscribe(tx, Subscription("end", "", UNBROKEN, (), key), site.now())


def _books(tx: Transaction, site: Site) -> None:
    """Wrong books, and dead messages."""
    some = t.stock.c.store == "S01", t.stock.c.sku.like("JKT-TRAIL-%")
    tx.execute(update(t.stock).where(*some).values(reserved=t.stock.c.reserved + 1))
    tx.execute(update(t.feed_head).values(position=t.feed_head.c.position + 3))
    dead = "the mail server does not take the address (550)"
    tx.execute(update(t.messages).values(state="dead", error=dead, recipient="a." * 30 + "@example.com"))
    turns.note(tx, turns.RETENTION, site.now(), {"sessions": 12, "people of orders": 3, "changes": 4_120})
