"""Pictures of the pages of a filled shop in trouble: `python -m tests.manager.page_pictures FOLDER`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from site_sync.manager import application
from site_sync.service.app import create_app
from site_sync.service.database.migrate import migrate
from site_sync.service.demo import DEMO_PASSWORD
from site_sync.service.settings import Settings
from site_sync.service.wiring import open_site
from site_sync.site import surroundings
from tests.manager import troubled_shop
from tests.manager.browsing import Browser
from tests.manager.test_real_browser import ENTER, TAB, Chromium, opened
from tests.manager.walk_pictures import taken
from tests.service.serving import served

LIGHT, DARK = "light", "dark"
PAGES = {
    "today": "/", "orders": "/orders", "order": "/orders/{order}", "items": "/items", "problems": "/problems",
    "audit": "/audit", "alerts": "/alerts", "backups": "/backups", "checks": "/checks",
    "connector": "/connectors/sport", "webhooks": "/webhooks", "tills": "/tills", "stock": "/stock",
    "stock-document": "{document}", "people": "/people", "person": "{person}", "account": "/account",
    "staff-member": "/staff/102", "doors": "/doors", "messages": "/messages",
    "mail-server": "/messages/mail", "setup-check": "/setup/check",
    "movements": "/items/JKT-TRAIL-BL-S/movements", "saved-views": "/orders?stage=open&late=yes",
    "staff-rights": "/staff/101", "keys": "/keys", "journals": "/journals?q=jacket",
    "journal": "/journals/{order}", "order-numbers": "/settings/numbers",
    "order-settings": "/settings/policy", "settings": "/settings",
    "delivery-method": "/lists/methods/of/collect", "sources": "/lists/sources",
}  # fmt: skip
"""Under which name each page is kept."""


@contextmanager
def shop_at(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """The site without its jobs, which would put it right; its address, and an order with a long story."""
    url = f"sqlite:///{folder / 'site.sqlite'}"
    migrate(url)
    site = open_site(Settings(database=url, data_dir=folder), surroundings())
    order = troubled_shop.fill(site, language)
    app = create_app(site)
    application.mount(app, site)
    with served(app) as address:
        yield address, order
        site.feed.close_soon()
    site.close()


def _document(browser: Browser) -> str:
    """A count with lines and a difference."""
    answer = browser.send("/stock", "/stock/new", kind="count", store="S01", to_store="")
    page = answer.url.path.removeprefix("/manager")
    for sku, quantity in (("JKT-TRAIL-BL-XS", "2"), ("JKT-TRAIL-BL-S", "40")):
        browser.send(f"{page}?code={sku}", f"{page}/line", quantity=quantity)
    return page


def _changes(browser: Browser) -> None:
    """What the audit has to tell of."""
    browser.send("/stores/S01", "/stores/S01", name="Harbour Street 1", phone="+45 33 11 11 12")
    browser.send("/staff/102", "/staff/102", role="manager")
    browser.send("/settings/policy", "/settings/policy", quote_days="45")
    browser.send("/keys", "/keys", name="Price comparison")
    signing_in = {"user": "orders@fjord.example", "password": "never sent anywhere"}
    browser.send("/messages/mail", host="mail.fjord.example", sender="orders@fjord.example", **signing_in)
    browser.send("/orders?stage=open&late=yes", "late=yes&refund=", view="Late")
    browser.send("/orders?store=S02&stage=quote", "late=&refund=", view="Quotes in S02")
    rights = dict(browser.form("/staff/101", "/staff/101/rights").fields)
    for act in ("manage_orders", "create"):
        browser.http.post("/manager/staff/101/rights", data=rights | {"act": act})
        rights = dict(browser.form("/staff/101", "/staff/101/rights").fields)


def paths_of(address: str, order: str) -> dict[str, str]:
    """Every page with its address, once there is something on it."""
    browser = Browser(address)
    browser.sign_in(troubled_shop.ADMINISTRATOR, DEMO_PASSWORD)
    document = _document(browser)
    _changes(browser)
    found = browser.send("/people", "/people", q="a").text
    person = found.partition('href="/manager/people/')[2].partition('"')[0]
    known = {"order": order, "document": document, "person": f"/people/{person}"}
    return {name: path.format(**known) for name, path in PAGES.items()}


def _in_the_middle(chromium: Chromium, look: Callable[[str], None]) -> None:
    """Pages that are reached by a press alone: the verdict on the audit, a second factor being set up."""
    chromium.go("/audit")
    _press(chromium, "//form[contains(@action, 'verify')]//button")
    chromium.find("//div[@role='status']")
    look("audit-verified")
    chromium.go("/account")
    form = "//form[substring-after(@action, '/account') = '/second-factor']"
    _press(chromium, f"{form}//input[@type='password']")
    chromium.keys(DEMO_PASSWORD)
    _press(chromium, f"{form}//button")
    chromium.find("//div[@class='qr']")
    look("second-factor")


def _press(chromium: Chromium, xpath: str) -> None:
    chromium.ask("POST", f"/element/{chromium.find(xpath)}/click")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages (all where none are named), in which themes, in which language."""

    only: tuple[str, ...]
    themes: tuple[str, ...]
    language: str


def main(pictures: Path, wanted: Wanted) -> None:
    """Take the pages, by light into the folder itself, otherwise into one of the theme's name."""
    with tempfile.TemporaryDirectory() as name, shop_at(Path(name), wanted.language) as (address, order):
        paths = paths_of(address, order)
        with opened(address) as chromium:
            chromium.go("/sign-in")
            chromium.find("//input[@id='staff']")
            chromium.keys(f"{troubled_shop.ADMINISTRATOR}{TAB}{DEMO_PASSWORD}{ENTER}")
            chromium.find("//nav")
            for theme in wanted.themes:
                folder = pictures if theme == LIGHT else pictures / theme
                folder.mkdir(parents=True, exist_ok=True)
                chromium.prefer(theme)
                for page, path in paths.items():
                    if not wanted.only or page in wanted.only:
                        chromium.go(path)
                        taken(chromium, folder, page)
                _in_the_middle(chromium, lambda page, to=folder: taken(chromium, to, page))  # type: ignore[misc]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--language", default="en")
    asked.add_argument("--themes", nargs="*", default=[LIGHT], choices=(LIGHT, DARK))
    asked.add_argument("--only", nargs="*", default=[])
    given = asked.parse_args()
    main(given.folder, Wanted(tuple(given.only), tuple(given.themes), given.language))
