"""Pages that everybody can use: names, headings, landmarks, contrast, focus, and room for long words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from site_sync.domain.orders import Order
from site_sync.manager.rendering import STATIC
from site_sync.manager.sign_in_pages import STAGES
from site_sync.manager.theme import TOKENS
from site_sync.manager.visit import COOKIE
from site_sync.protocol.changes import RecordKind
from site_sync.service import sessions
from site_sync.service.database import records
from site_sync.service.sessions import Coming, Stage
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.manager.conftest import PEOPLE
from tests.manager.test_real_browser import chromium

__all__ = ["chromium"]
PAGES = (
    "/", "/orders", "/orders/{order}", "/items", "/items/JKT", "/items/JKT/movements",
    "/items/JKT/explain/S01", "/journals", "/journals/{order}", "/stock", "/import", "/people",
    "/balances", "/problems", "/stores", "/stores/S01", "/stores/S01/logo", "/tills", "/staff",
    "/staff/root", "/staff/new", "/account", "/doors", "/settings", "/settings/policy", "/settings/numbers",
    "/lists/methods",
    "/lists/methods/of/collect", "/lists/reasons/add", "/lists/sources", "/lists/tenders/add", "/tax",
    "/audit", "/keys", "/connectors", "/webhooks", "/messages", "/messages/mail",
    "/messages/edit?channel=email&kind=ready&language=de", "/backups", "/checks", "/setup/company",
    "/setup/store", "/setup/tax", "/setup/tenders", "/setup/staff", "/setup/till", "/setup/goods",
    "/setup/check", "/setup/demo", "/alerts", "/people/c-77", "/balances/credit/c-77", "/stock/document",
    "/import/table", "/connectors/sport", "/webhooks/listener",
)  # fmt: skip
"""What an administrator opens; those of one thing each are of the things of `shelved`."""
NAMED = {"button", "a", "summary", "th", "h1", "h2", "h3", "label", "title"}
FIELDS = {"input", "select", "textarea"}
VOID = {"input", "br", "img", "meta", "link", "wbr", "hr", "source", "path", "rect", "circle"}


@dataclass
class Element:
    """An element of a page, and the text that it holds."""

    tag: str
    given: dict[str, str]
    text: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called, without what is labelled elsewhere."""
        return self.given.get("aria-label", "") or " ".join("".join(self.text).split())


class Page(HTMLParser):
    """The elements of a page in their order; texts belong to every open element that may be named by them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.all.append(one)
        if tag not in VOID:
            self._open.append(one)
        elif tag == "img":
            self.handle_data(one.given.get("alt", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that holds nothing."""
        self.all.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """The innermost one of its kind has ended."""
        while self._open:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """A text."""
        for one in self._open:
            one.text.append(data)

    def of(self, *tags: str) -> list[Element]:
        """All elements of some kinds."""
        return [one for one in self.all if one.tag in tags]


def _names(page: Page) -> Iterator[str]:
    """What has no name."""
    labelled = {one.given["for"] for one in page.of("label") if "for" in one.given}
    ids = {one.given["id"] for one in page.all if "id" in one.given}
    for one in page.of(*FIELDS, "iframe", "svg"):
        told = {"aria-label", "aria-labelledby", "title"} & set(one.given)
        hidden = one.given.get("type") == "hidden" or "hidden" in one.given or one.given.get("aria-hidden")
        if not told and not hidden and one.given.get("id") not in labelled:
            yield f"{one.tag} {one.given.get('name', '')} has no name"
    yield from (f"an empty {one.tag} {one.given}" for one in page.of(*NAMED) if not one.name)
    for one in page.all:
        for kind in ("for", "aria-labelledby", "aria-describedby", "list"):
            yield from (
                f"{kind}={id} leads nowhere" for id in one.given.get(kind, "").split() if id not in ids
            )
    counts = Counter(one.given["id"] for one in page.all if "id" in one.given)
    yield from (f"{id} is there twice" for id, count in counts.items() if count > 1)


def _order(page: Page, language: str) -> Iterator[str]:
    """What is wrong with the order of a page: language, landmarks, headings, keys."""
    if page.of("html")[0].given.get("lang") != language:
        yield "another language"
    if len(page.of("main")) != 1 or len(page.of("h1")) != 1:
        yield "not one main part with one first heading"
    levels = [int(one.tag[1]) for one in page.of("h1", "h2", "h3", "h4")]
    yield from (f"a heading {b} after {a}" for a, b in pairwise(levels) if b > a + 1)
    yield from ("a nav without a name" for one in page.of("nav") if "aria-label" not in one.given)
    yield from ("a place in the order of keys" for one in page.all if int(one.given.get("tabindex") or 0) > 0)
    yield from ("a head of nothing" for one in page.of("th") if "scope" not in one.given)


@pytest.mark.usefixtures("shelved")
def test_every_page_names_what_it_holds_in_its_order(root: Browser, site: Site, order: Order) -> None:
    german = replace(PEOPLE[0], language="de")
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, german))
    wrong = {}
    for path in PAGES:
        page = Page(root.open(path.format(order=order.id)))
        wrong[path] = [*_names(page), *_order(page, "de")]
    assert {path: found for path, found in wrong.items() if found} == {}


def test_the_doors_name_what_they_hold(browser: Browser) -> None:
    for path, status in (("/sign-in", 200), ("/static/nothing", 404)):
        page = Page(browser.open(path, status))
        assert [*_names(page), *_order(page, "en")] == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_ways_in_name_what_they_hold(browser: Browser, site: Site, stage: Stage) -> None:
    coming = Coming(stage=stage)
    token, _ = site.database.write(
        lambda tx: sessions.open_session(tx, "root", site.around.secret, site.now(), coming)
    )
    browser.http.cookies.set(COOKIE, token, path="/manager")
    page = Page(browser.open(STAGES[stage]))
    assert page.of("form")[0].given["action"].endswith(STAGES[stage])
    assert [*_names(page), *_order(page, "en")] == []


def _light(colour: str) -> float:
    """How light a colour is, as WCAG 2 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
INK = re.compile(r"(?:^|;)\s*color:\s*var\(--([\w-]+)\)")
GROUND = re.compile(r"background(?:-color)?:\s*var\(--([\w-]+)\)")
ON_THE_BAR = re.compile(r"\.bar|\.brand|\.jump|\.me\b|\.skip|\.initials|\.unseen|\.icon|svg|chart|dot")


def _pairs() -> set[tuple[str, str]]:
    """Every colour of a text in the style sheet with what lies behind it."""
    found = {("ink", "ground"), ("ink", "card"), ("ink-2", "ground"), ("ink-2", "card"), ("ink", "press")}
    for selector, rules in RULE.findall((STATIC / "manager.css").read_text(encoding="utf-8")):
        ink, ground = INK.search(rules), GROUND.search(rules)
        if ink and ground:
            found.add((ink[1], ground[1]))
        elif ink and not ink[1].endswith("-ink") and not ON_THE_BAR.search(selector):
            found.add((ink[1], "card"))
    return found


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_texts_stand_out_from_what_lies_behind_them(theme: str) -> None:
    colours = json.loads(TOKENS.read_text(encoding="utf-8"))["themes"][theme]
    pale = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in _pairs()
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert pale == {}
    assert min(contrast(colours["focus"], colours[ground]) for ground in ("card", "ground")) >= 3
