"""Filters of the order list kept under a name, by each person for themselves."""

from __future__ import annotations

from functools import partial

import httpx

from site_sync.service import saved_views
from site_sync.service.saved_views import LONGEST_NAME, MOST, SavedView
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, forms_of, text_of

QUOTES = "stage=quote&store=S01"


def kept(site: Site, staff: str = "root") -> list[SavedView]:
    """A person's views."""
    return site.database.read(lambda db: saved_views.views_of(db, staff))


def send(browser: Browser, query: str, act: str, name: str = "") -> httpx.Response:
    """Press a button of the list at an address: what it says, and the page that follows."""
    page = browser.open(f"/orders?{query}")
    [form] = [one for one in forms_of(page) if one.action.partition("?")[0].endswith(act)]
    return browser.http.post(form.action, data=dict(form.fields) | ({"view": name} if name else {}))


def test_a_view_is_kept_without_what_was_typed_opened_and_deleted(root: Browser, site: Site) -> None:
    assert "Save this view" not in root.read("/orders", q="jensen")
    told = send(root, f"q=jensen&{QUOTES}&late=yes", "/views", "Late quotes")
    assert "The view is kept." in told.text
    assert kept(site) == [SavedView("Late quotes", f"{QUOTES}&late=yes")]
    elsewhere = root.open("/orders?stage=open")
    assert f'href="/manager/orders?{QUOTES.replace("&", "&amp;")}&amp;late=yes"' in elsewhere
    assert "Delete “Late quotes”" not in text_of(elsewhere)
    assert "The view was deleted." in send(root, f"{QUOTES}&late=yes", "/views/drop").text
    assert kept(site) == []


def test_a_name_again_takes_the_older_ones_place_and_is_ones_own(root: Browser, site: Site) -> None:
    for query in (QUOTES, "stage=open"):
        send(root, query, "/views", "Mine <b>")
    assert kept(site) == [SavedView("Mine <b>", "stage=open")]
    assert "Mine &lt;b&gt;" in root.open("/orders")
    root.sign_in("bert")
    assert "Mine" not in root.open("/orders")
    assert kept(site, "bert") == []


def test_what_is_no_view_is_refused_in_words(root: Browser, site: Site) -> None:
    for query, name, why in (
        (QUOTES, " ", "Give the view a short name."),
        (QUOTES, "x" * (LONGEST_NAME + 1), "Give the view a short name."),
        (QUOTES, "a\x07b", "Give the view a short name."),
    ):
        answer = send(root, query, "/views", name)
        assert (answer.status_code, why in answer.text) == (422, True), name
    for view in (SavedView(f"View {n}", f"store=S{n}") for n in range(MOST)):
        site.database.write(partial(saved_views.keep, staff="root", view=view))
    full = send(root, QUOTES, "/views", "One more")
    assert (full.status_code, "At most 20 views" in text_of(full.text)) == (422, True)
    assert len(kept(site)) == MOST
    csrf = dict(root.form("/", "/sign-out").fields)
    bare = root.http.post("/manager/orders/views", data=csrf | {"view": "All"})
    assert (bare.status_code, len(kept(site))) == (422, MOST)
