"""Site Manager as a real Chromium paints it: long words find room, texts stand out, the focus shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from site_sync.domain.orders import Order
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.enrolment import DeviceState
from site_sync.service.wiring import Site
from tests.manager.browsing import PASSWORD
from tests.manager.conftest import PEOPLE
from tests.manager.test_accessibility import PAGES
from tests.manager.test_real_browser import ENTER, TAB, Chromium, chromium

__all__ = ["chromium"]
PALE = """(() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const ground = parts(getComputedStyle(one).backgroundColor);
      if (ground.length < 4 || ground[3] === 1) return ground;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || one.closest('svg, option, :disabled') || !one.checkVisibility()) continue;
    const [a, b] = [light(parts(getComputedStyle(one).color)), light(behind(one))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.add(one.tagName + '.' + one.className + ' ' + contrast.toFixed(2));
  }
  return [...found];
})()"""
"""What of a page is too pale to be read."""
WIDTHS = (390, 768, 1024, 1280)
BEYOND = """(() => {
  const page = document.documentElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push('page ' + page.scrollWidth);
  for (const card of document.querySelectorAll('.card'))
    if (card.scrollWidth > card.clientWidth + 1 && getComputedStyle(card).overflowX !== 'auto')
      found.push(card.innerText.slice(0, 40));
  return found;
})()"""
"""What of a page reaches beyond it, or beyond its card where that does not scroll by itself."""
FOCUS = """(() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const all = [...document.querySelectorAll('*')];
  return [all.indexOf(one), ring || style.boxShadow !== 'none', one.outerHTML.slice(0, 80)];
})()"""
"""Where in the page the focus is, and whether it shows."""


@pytest.fixture
def german(chromium: Chromium, site: Site) -> Chromium:
    """A German administrator who signed in."""
    person = replace(PEOPLE[0], language="de")
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, person))
    chromium.go("/sign-in")
    chromium.keys(f"root{TAB}{PASSWORD}{ENTER}")
    chromium.find("//h1[text()='Heute']")
    return chromium


def _let_a_till_in(site: Site) -> None:
    row = {
        "id": "d-1", "store": "S01", "till": "01", "token_hash": "none", "state": DeviceState.FENCED.value,
        "enrolled_at": site.now(), "waiting": 7, "last_seen": site.now(), "app_version": "1.0.0",
        "name": "Till beside the fitting rooms, second from the entrance",
    }  # fmt: skip
    site.database.write(lambda tx: tx.execute(insert(t.devices), row))


@pytest.mark.usefixtures("shelved")
def test_long_words_find_room_on_every_screen(german: Chromium, site: Site, order: Order) -> None:
    _let_a_till_in(site)
    wide = {}
    for path in PAGES:
        german.narrow(WIDTHS[0])
        german.go(path.format(order=order.id))
        for width in WIDTHS:
            german.narrow(width)
            wide[path, width] = german.run(BEYOND)
    assert {where: found for where, found in wide.items() if found} == {}


def _goes_through(chromium: Chromium) -> None:
    """Hold that the focus follows the order of the page, and shows wherever it is."""
    places: list[int] = []
    for _ in range(45):
        chromium.keys(TAB)
        place, shows, what = chromium.run(FOCUS)
        if what.startswith("<body"):
            break
        assert shows, what
        places.append(place)
    assert len(places) > 10
    assert places == sorted(places)


def test_texts_are_readable_by_light_and_in_the_dark_and_the_focus_shows(
    german: Chromium, order: Order
) -> None:
    pale = {}
    for path in ("/", f"/orders/{order.id}", "/settings", "/staff/root", "/tills", "/setup/check", "/audit"):
        german.go(path)
        for theme in ("light", "dark"):
            german.prefer(theme)
            pale[path, theme] = german.run(PALE)
    assert {where: found for where, found in pale.items() if found} == {}
    german.go(f"/orders/{order.id}")
    _goes_through(german)
