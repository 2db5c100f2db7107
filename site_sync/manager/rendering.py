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
from site_sync.manager import formats, service_words, speech, wording
from site_sync.manager.formats import Clock
from site_sync.manager.speech import later, say
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
        extensions=["jinja2.ext.i18n"],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(speech.say, speech.plural, newstyle=True)  # type: ignore[attr-defined]
    found.globals |= {"root": PREFIX, "icon": icon, "Right": Right, "word": wording.word, "PIECE": PIECE}
    found.globals["counted"] = wording.counted
    found.globals |= {"language": speech.language, "spoken_here": speech.LANGUAGES, "named": speech.named}
    found.filters |= {
        "money": formats.money,
        "number": formats.number,
        "quantity": formats.quantity,
        "percent": formats.percent,
        "minor": formats.plain,
        "entry_amount": lambda entry: formats.money(Money(entry.amount, entry.currency)),
        "minutes": formats.minutes,
        "said": speech.say,
        "retold": service_words.retold,
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
        "here": _here(visit),
        "done": wording.done(visit.request.query_params.get("done", "")),
        "open_problems": _open_problems(visit),
        "store_options": [(code, f"{store.name} ({code})") for code, store in stores.items()],
        "entered": visit.entered,
        "errors": {},
    }
    html = _TEMPLATES.get_template(template).render(known | facts)
    return HTMLResponse(html, status, {"Vary": "HX-Request"})


def options(named: Iterable[Any]) -> list[tuple[str, str]]:
    """Code and name of configured records, in their configured order."""
    return [
        (one.code, speech.named(one.names, one.code)) for one in sorted(named, key=lambda one: int(one.order))
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
        later("The day"),
        (
            ("", later("Today"), "house", None),
            ("/orders", later("Customer orders"), "package", Right.ORDER_RECALL),
            ("/problems", later("Problems"), "triangle-alert", Right.SYNC_RESOLVE),
            ("/balances", later("Gift cards and credits"), "gift", Right.BALANCE_VIEW),
        ),
    ),
    (
        later("Inventory"),
        (
            ("/items", later("Items"), "tag", Right.ORDER_RECALL),
            ("/journals", later("Reservation journals"), "history", Right.ORDER_RECALL),
            ("/stock", later("Stock"), "layers", Right.STOCK_ADJUST),
            ("/import", later("Take in goods"), "archive-restore", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        later("The shop"),
        (
            ("/setup", later("Set-up"), "flag", Right.SETTINGS_MANAGE),
            ("/stores", later("Stores"), "store", Right.SETTINGS_VIEW),
            ("/tills", later("Tills"), "calculator", Right.DEVICE_VIEW),
            ("/people", later("Customers"), "id-card", Right.SETTINGS_MANAGE),
            ("/staff", later("Staff"), "users", Right.STAFF_VIEW),
            ("/doors", later("Sign-in rules"), "lock", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        later("Settings"),
        (
            ("/settings", later("Order settings"), "settings", Right.SETTINGS_VIEW),
            ("/lists/methods", later("Delivery methods"), "truck", Right.SETTINGS_VIEW),
            ("/lists/sources", later("Sources"), "inbox", Right.SETTINGS_VIEW),
            ("/lists/reasons", later("Reasons"), "message-square", Right.SETTINGS_VIEW),
            ("/lists/tenders", later("Tenders"), "wallet", Right.SETTINGS_VIEW),
            ("/tax", later("Tax"), "percent", Right.SETTINGS_VIEW),
            ("/messages", later("Message templates"), "mail", Right.SETTINGS_MANAGE),
            ("/audit", later("Audit"), "history", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        later("The site"),
        (
            ("/backups", later("Backups"), "archive-restore", Right.SETTINGS_MANAGE),
            ("/checks", later("Checks"), "circle-check", Right.SETTINGS_MANAGE),
            ("/alerts", later("Alerts to staff"), "send", Right.SETTINGS_MANAGE),
        ),
    ),
    (
        later("Web shops"),
        (
            ("/connectors", later("Connectors"), "globe", Right.SETTINGS_MANAGE),
            ("/webhooks", later("Webhook endpoints"), "send", Right.SETTINGS_MANAGE),
            ("/keys", later("Web shop keys"), "lock", Right.SETTINGS_MANAGE),
        ),
    ),
)


def _here(visit: Visit) -> str:
    """The page that is shown, to come back to; what a form was sent to is none."""
    url = visit.request.url
    path = url.path.removeprefix(PREFIX) if visit.request.method == "GET" else "/"
    return f"{path}?{url.query}" if url.query else path


def _menu(visit: Visit) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What the person may open, in groups of (address, name, icon)."""
    groups = [
        (
            say(title),
            [(path, say(name), sign) for path, name, sign, right in entries if not right or visit.may(right)],
        )
        for title, entries in _MENU
    ]
    return [(title, entries) for title, entries in groups if entries]
