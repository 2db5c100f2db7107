"""Pages out of templates: what every template can call, and the answer a page goes out in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import PIECE
from site_sync.domain.shop import Store
from site_sync.manager import formats, wording
from site_sync.manager.formats import Clock
from site_sync.manager.visit import PREFIX, Visit
from site_sync.manager.wording import Terms
from site_sync.protocol.changes import RecordKind
from site_sync.service import problem_enquiry, stock_enquiry
from site_sync.service.database import records

RESOURCES = Path(__file__).parents[2] / "resources"
TEMPLATES = RESOURCES / "manager" / "templates"
STATIC = RESOURCES / "manager" / "static"
ICONS = RESOURCES / "till" / "icons"
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_SIZE = re.compile(r'\s(?:width|height)="24"')


@cache
def icon(name: str) -> Markup:
    """One of the shipped line icons, as large as the text beside it."""
    svg = _SIZE.sub("", _COMMENT.sub("", (ICONS / f"{name}.svg").read_text(encoding="utf-8")))
    return Markup(svg.replace("<svg", '<svg class="icon" aria-hidden="true"', 1))  # noqa: S704 - shipped file


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"root": PREFIX, "icon": icon, "Right": Right, "word": wording.word, "PIECE": PIECE}
    found.filters |= {
        "money": formats.money,
        "number": formats.number,
        "quantity": formats.quantity,
        "percent": formats.percent,
        "minor": formats.plain,
        "entry_amount": lambda entry: formats.money(Money(entry.amount, entry.currency)),
        "minutes": formats.minutes,
    }
    found.globals["parts"] = found.get_template("parts.html").module
    return found


_TEMPLATES = _environment()


def shops(visit: Visit) -> dict[str, Store]:
    """All stores by code."""
    found: list[Store] = visit.read(lambda db: records.every(db, RecordKind.STORE))
    return {store.code: store for store in found}


def clock(visit: Visit, stores: dict[str, Store]) -> Clock:
    """The clock of the person's first store, or of the first store there is."""
    codes = [code for code in visit.staff.stores if code in stores] or list(stores)
    zone = stores[codes[0]].calendar.timezone if codes else "UTC"
    return Clock(zone, visit.now())


def terms(visit: Visit) -> Terms:
    """How facts of refusals are told to this person."""
    return Terms(clock(visit, shops(visit)), visit.read(stock_enquiry.currency))


def page(visit: Visit, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page for a signed-in person; `section` of the facts is the entry of the menu it belongs to."""
    stores = facts.pop("stores", None) or shops(visit)
    known = {
        "visit": visit,
        "csrf": visit.session.csrf,
        "stores": stores,
        "clock": facts.pop("clock", None) or clock(visit, stores),
        "menu": _menu(visit),
        "done": wording.done(visit.request.query_params.get("done", "")),
        "open_problems": _open_problems(visit),
        "store_options": [(code, f"{store.name} ({code})") for code, store in stores.items()],
        "errors": {},
    }
    html = _TEMPLATES.get_template(template).render(known | facts)
    return HTMLResponse(html, status, {"Vary": "HX-Request"})


def options(named: Iterable[Any]) -> list[tuple[str, str]]:
    """Code and English name of configured records, in their configured order."""
    return [
        (one.code, one.names.get("en", one.code)) for one in sorted(named, key=lambda one: int(one.order))
    ]


def _open_problems(visit: Visit) -> int:
    if visit.live or not visit.may(Right.SYNC_RESOLVE):
        return 0
    return visit.read(lambda db: problem_enquiry.count_open(db, visit.within))


def bare_page(template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page for somebody who is not signed in."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(facts), status)


_MENU: tuple[tuple[str, tuple[tuple[str, str, str, Right | None], ...]], ...] = (
    (
        "The day",
        (
            ("", "Today", "house", None),
            ("/orders", "Customer orders", "package", Right.ORDER_RECALL),
            ("/problems", "Problems", "triangle-alert", Right.SYNC_RESOLVE),
            ("/balances", "Gift cards and credits", "gift", Right.BALANCE_VIEW),
        ),
    ),
    (
        "Inventory",
        (
            ("/items", "Items", "tag", Right.ORDER_RECALL),
            ("/journals", "Reservation journals", "history", Right.ORDER_RECALL),
            ("/import", "Take in goods", "archive-restore", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        "The shop",
        (
            ("/setup", "Set-up", "flag", Right.SETTINGS_MANAGE),
            ("/stores", "Stores", "store", Right.SETTINGS_VIEW),
            ("/tills", "Tills", "calculator", Right.DEVICE_VIEW),
            ("/staff", "Staff", "users", Right.STAFF_VIEW),
            ("/doors", "Sign-in rules", "lock", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        "Settings",
        (
            ("/settings", "Order settings", "settings", Right.SETTINGS_VIEW),
            ("/lists/methods", "Delivery methods", "truck", Right.SETTINGS_VIEW),
            ("/lists/sources", "Sources", "inbox", Right.SETTINGS_VIEW),
            ("/lists/reasons", "Reasons", "message-square", Right.SETTINGS_VIEW),
            ("/lists/tenders", "Tenders", "wallet", Right.SETTINGS_VIEW),
            ("/tax", "Tax", "percent", Right.SETTINGS_VIEW),
            ("/messages", "Message templates", "mail", Right.SETTINGS_MANAGE),
            ("/audit", "Audit", "history", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        "The site",
        (
            ("/backups", "Backups", "archive-restore", Right.SETTINGS_MANAGE),
            ("/checks", "Checks", "circle-check", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        "Web shops",
        (
            ("/connectors", "Connectors", "globe", Right.SETTINGS_MANAGE),
            ("/webhooks", "Webhook endpoints", "send", Right.SETTINGS_MANAGE),
            ("/keys", "Web shop keys", "lock", Right.SETTINGS_MANAGE),
        ),
    ),
)


def _menu(visit: Visit) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What the person may open, in groups of (address, name, icon)."""
    groups = [
        (title, [(path, name, sign) for path, name, sign, right in entries if not right or visit.may(right)])
        for title, entries in _MENU
    ]
    return [(title, entries) for title, entries in groups if entries]
