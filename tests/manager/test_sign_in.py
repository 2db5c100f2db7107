"""The door: who gets in, how long, and what the browser is told."""

from __future__ import annotations

import httpx
import pytest

from site_sync.domain.permissions import Role
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.manager.browsing import FORM, PASSWORD, Browser, text_of
from tests.service.sites import Clock

PAGES = (
    "/",
    "/orders",
    "/items",
    "/journals",
    "/stores",
    "/tills",
    "/staff",
    "/settings",
    "/problems",
    "/keys",
)


def test_nobody_sees_a_page_without_signing_in(browser: Browser) -> None:
    for path in PAGES:
        answer = browser.http.get(f"/manager{path}")
        assert answer.url.path == "/manager/sign-in"
        assert "Staff id" in answer.text


def test_after_signing_in_the_page_that_was_wanted_opens(browser: Browser) -> None:
    answer = browser.http.get("/manager/orders?stage=open&q=a%26b%20c&done=view_kept")
    form = browser.form(f"/sign-in?{answer.url.query.decode()}", "/sign-in")
    sent = dict(form.fields) | {"staff": "root", "password": PASSWORD}
    there = browser.http.post(form.action, data=sent).url
    assert (there.path, dict(there.params)) == ("/manager/orders", {"stage": "open", "q": "a&b c"})


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(browser: Browser, wanted: str) -> None:
    answer = browser.send("/sign-in", staff="root", password=PASSWORD, next=wanted)
    assert str(answer.url).startswith(str(browser.http.base_url))
    assert answer.url.path == "/manager/"


def test_unknown_wrong_and_locked_get_one_answer(browser: Browser) -> None:
    unknown, wrong = browser.sign_in("nobody"), browser.sign_in("root", "not the password at all")
    locked = [browser.sign_in("mona", "not the password at all") for _ in range(5)][-1]
    told = {text_of(answer.text) for answer in (unknown, wrong, locked)}
    assert {answer.status_code for answer in (unknown, wrong, locked)} == {422}
    assert len(told) == 1
    assert browser.http.cookies.get("handover_manager") is None


def test_too_many_tries_from_one_place_wait(browser: Browser) -> None:
    for n in range(10):
        browser.sign_in(f"nobody{n}")
    assert browser.sign_in("root").status_code == 422


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    browser.http.follow_redirects = False
    answer = browser.sign_in("root")
    [cookie] = [text for text in answer.headers.get_list("set-cookie") if "handover_manager=" in text]
    assert {"HttpOnly", "Path=/manager", "SameSite=lax"} <= set(cookie.split("; "))


def test_every_answer_keeps_strangers_out(root: Browser) -> None:
    for path in ("/", "/sign-in", "/nothing/here", "/static/manager.css"):
        headers = root.http.get(f"/manager{path}").headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(
            policy.split("; ")
        )
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_hold_no_inline_script_or_style_and_nothing_from_outside(root: Browser) -> None:
    for path in PAGES:
        page = root.open(path)
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page
        assert "//" not in "".join(part.split('"')[0] for part in page.split('src="')[1:])


def test_signing_out_ends_the_session_at_the_site(root: Browser) -> None:
    kept = root.http.cookies["handover_manager"]
    root.send("/", "/sign-out")
    root.http.cookies.set("handover_manager", kept, path="/manager")
    assert root.http.get("/manager/orders").url.path == "/manager/sign-in"


def test_an_idle_session_ends(root: Browser, clock: Clock) -> None:
    clock.forward(minutes=59)
    assert "Today" in root.open("/")
    clock.forward(minutes=61)
    assert root.http.get("/manager/").url.path == "/manager/sign-in"


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(root: Browser, clock: Clock) -> None:
    clock.forward(minutes=40)
    assert root.http.get("/manager/", headers={"HX-Request": "true"}).status_code == 200
    clock.forward(minutes=40)
    answer = root.http.get("/manager/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/manager/sign-in")


def test_whoever_leaves_is_out_at_once(root: Browser, site: Site) -> None:
    gone = StaffMember("root", "Ruth", Role.ADMINISTRATOR, active=False)
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, gone))
    assert root.http.get("/manager/").url.path == "/manager/sign-in"


@pytest.mark.parametrize("break_it", [{"csrf": "guessed"}, {"csrf": ""}], ids=["another token", "no token"])
def test_a_form_without_its_token_changes_nothing(root: Browser, break_it: dict[str, str]) -> None:
    answer = root.send("/staff/mona", "/staff/mona/pin", **break_it)
    assert answer.status_code == 403
    assert "not valid any more" in answer.text


def test_a_form_from_another_site_is_refused(root: Browser) -> None:
    form = root.form("/staff/mona", "/pin")
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        answer = root.http.post(form.action, data=dict(form.fields), headers=headers)
        assert answer.status_code == 403


def test_a_form_comes_from_here_whatever_a_proxy_calls_the_site(root: Browser, site: Site) -> None:
    form = root.form("/staff/mona", "/pin")
    headers = {"Origin": site.settings.public_address, "Host": "upstream"}
    assert root.http.post(form.action, data=dict(form.fields), headers=headers).status_code == 200
    headers["Origin"] += ".evil.example"
    assert root.http.post(form.action, data=dict(form.fields), headers=headers).status_code == 403


def test_only_plain_forms_are_taken(root: Browser) -> None:
    form = root.form("/staff/mona", "/pin")
    answer = root.http.post(form.action, json=dict(form.fields))
    assert answer.status_code == 403


def test_signing_in_needs_the_forms_own_cookie(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as stranger:
        sent = {"staff": "root", "password": PASSWORD, "token": "x"}
        assert stranger.post("/manager/sign-in", data=sent, headers=FORM).status_code == 403
