"""Coming in by stages: second factors, passwords of one's own, one's browsers, how strict the doors are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
from sqlalchemy import select, update

from site_sync.domain.permissions import Role
from site_sync.manager.browser_names import browser_name
from site_sync.manager.visit import COOKIE
from site_sync.service import door_rules, entering, second_factor, sessions, sign_in, staffing
from site_sync.service.database import tables as t
from site_sync.service.door_rules import DoorRules
from site_sync.service.settings_audit import Author
from site_sync.service.sign_in import GivenPassword
from site_sync.service.wiring import Site
from tests.manager.browsing import PASSWORD, Browser, text_of
from tests.service.sites import Clock

ANOTHER = "quite another sentence here"


def code_of(secret: str, clock: Clock) -> str:
    """What the app on a phone shows now."""
    return pyotp.TOTP(secret).at(clock.now)


@pytest.fixture
def secret(site: Site, clock: Clock) -> str:
    """Mona has a second factor; its secret as her phone has it."""
    vault = entering.vault_of(site)
    offered = site.database.write(lambda tx: second_factor.offer(tx, vault, "mona"))
    codes = site.database.write(
        lambda tx: second_factor.confirm(tx, vault, "mona", code_of(offered.secret, clock), clock.now)
    )
    assert len(codes) == 10
    clock.forward(minutes=1)
    return offered.secret


def test_a_second_factor_is_set_up_with_its_first_code(root: Browser, site: Site, clock: Clock) -> None:
    wrong = root.send("/account", "/second-factor", present="not the password at all")
    assert "present password is not right" in text_of(wrong.text)
    page = root.send("/account", "/second-factor", present=PASSWORD)
    shown = re.search(r'class="secret long">([A-Z2-7]{32})<', page.text)
    assert shown is not None
    assert "<svg" in page.text
    mistyped = root.send("/account", "/confirm", code="000000")
    assert (mistyped.status_code, shown.group(1) in mistyped.text) == (422, False)
    assert shown.group(1) not in root.open("/account")  # a browser left open tells nobody
    told = text_of(root.send("/account", "/confirm", code=code_of(shown.group(1), clock)).text)
    codes = re.findall(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b", told)
    assert len(codes) == 10
    later = root.read("/account")
    assert "On since" in later
    assert "10 recovery codes are left" in later
    assert shown.group(1) not in later
    assert codes[0] not in later
    kept = site.database.read(lambda db: str(db.execute(select(t.second_factors)).all()))
    assert shown.group(1) not in kept
    fresh = root.send("/account", "/second-factor/codes", present=PASSWORD)
    assert len(set(re.findall(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b", fresh.text)) - set(codes)) == 10
    assert "Second factor Ruth (root) changed new recovery codes: – → yes" in root.read("/audit")


def test_guessing_at_an_open_browser_locks_and_is_written_down(root: Browser, site: Site) -> None:
    nine = update(t.passwords).where(t.passwords.c.staff == "root").values(tries=9)
    site.database.write(lambda tx: tx.execute(nine))
    root.send("/account", "/second-factor", present="not the password at all")
    assert "wrong tries to sign in" in root.read("/audit", kind="sign_in")


def test_the_password_alone_does_not_open(browser: Browser, secret: str, clock: Clock) -> None:
    assert browser.sign_in("mona").url.path == "/manager/sign-in/code"
    assert browser.http.get("/manager/").url.path == "/manager/sign-in"
    assert browser.http.get("/manager/sign-in/password").url.path == "/manager/sign-in"
    assert browser.send("/sign-in/code", code="000000").status_code == 422
    code = code_of(secret, clock)
    assert browser.send("/sign-in/code", code=f"{code[:3]} {code[3:]}").url.path == "/manager/"
    browser.send("/", "/sign-out")
    browser.sign_in("mona")
    assert browser.send("/sign-in/code", code=code).status_code == 422, "a code counts once"


def test_wrong_codes_lock_like_wrong_passwords(
    browser: Browser, secret: str, site: Site, clock: Clock
) -> None:
    for _ in range(10):
        clock.forward(minutes=3)
        browser.sign_in("mona")
        browser.send("/sign-in/code", code="000000")
    clock.forward(hours=1)
    assert browser.sign_in("mona").status_code == 422
    state = site.database.read(lambda db: sign_in.password_state(db, "mona"))
    assert state is not None
    assert state.locked


def test_a_recovery_code_opens_once(browser: Browser, secret: str, site: Site, clock: Clock) -> None:
    vault = entering.vault_of(site)
    code = site.database.write(lambda tx: second_factor.fresh_recovery_codes(tx, vault, "mona"))[3]
    browser.sign_in("mona")
    assert browser.send("/sign-in/code", code=code.lower()).url.path == "/manager/"
    assert "9 recovery codes are left" in browser.read("/account")
    browser.send("/", "/sign-out")
    browser.sign_in("mona")
    assert browser.send("/sign-in/code", code=code).status_code == 422


def test_a_role_that_needs_a_second_factor_sets_it_up_on_the_way_in(
    browser: Browser, site: Site, clock: Clock
) -> None:
    strict = DoorRules(frozenset({Role.MANAGER}))
    assert site.database.write(lambda tx: door_rules.keep(tx, Author.operator(clock.now), strict)) is None
    page = browser.sign_in("mona")
    assert page.url.path == "/manager/sign-in/second-factor"
    shown = re.search(r'class="secret long">([A-Z2-7]{32})<', page.text)
    assert shown is not None
    assert shown.group(1) in browser.open("/sign-in/second-factor"), "the same again after a look elsewhere"
    codes = browser.send("/sign-in/second-factor", code=code_of(shown.group(1), clock))
    assert "Recovery codes" in codes.text
    assert "What you may do here needs it." in browser.read("/account")
    browser.send("/", "/sign-out")
    assert browser.sign_in("bert").url.path == "/manager/", "a cashier needs none"


def test_a_password_from_somebody_else_is_changed_first(browser: Browser, site: Site, clock: Clock) -> None:
    verifier = sign_in.password_verifier(entering.vault_of(site), "mona", PASSWORD)
    given = GivenPassword("mona", verifier, must_change=True)
    site.database.write(lambda tx: staffing.keep_password(tx, Author.operator(clock.now), given))
    assert browser.sign_in("mona").url.path == "/manager/sign-in/password"
    for wrong, why in (
        ("short", "At least 12"), ("password1234", "first that are guessed"),
        (PASSWORD, "the password you have"),
    ):  # fmt: skip
        assert why in text_of(browser.send("/sign-in/password", password=wrong, again=wrong).text)
    assert browser.send("/sign-in/password", password=ANOTHER, again="other").status_code == 422
    assert browser.send("/sign-in/password", password=ANOTHER, again=ANOTHER).url.path == "/manager/"
    browser.send("/", "/sign-out")
    assert browser.sign_in("mona", ANOTHER).url.path == "/manager/"


@pytest.fixture
def elsewhere(site: Site, address: str) -> Iterator[Callable[[str], Browser]]:
    """Further browsers in which somebody is signed in."""
    opened: list[Browser] = []

    def sign_in_at(staff: str) -> Browser:
        token, _ = site.database.write(
            lambda tx: sessions.open_session(tx, staff, site.around.secret, site.now())
        )
        opened.append(Browser(address))
        opened[-1].http.cookies.set(COOKIE, token, path="/manager")
        return opened[-1]

    yield sign_in_at
    for browser in opened:
        browser.http.close()


def test_other_browsers_are_listed_and_signed_out(root: Browser, elsewhere: Callable[[str], Browser]) -> None:
    second, third, mona = elsewhere("root"), elsewhere("root"), elsewhere("mona")
    assert root.open("/account").count("Sign out</button>") == 3  # two of the list, one of the menu
    root.send("/account", "/sessions/end")
    ended = [one.http.get("/manager/").url.path == "/manager/sign-in" for one in (second, third)]
    assert sorted(ended) == [False, True]
    form = dict(root.form("/account", "/sessions/end").fields)
    root.http.post("/manager/account/sessions/end", data=form | {"session": "others"})
    assert {one.http.get("/manager/").url.path for one in (second, third)} == {"/manager/sign-in"}
    assert root.http.get("/manager/").status_code == mona.http.get("/manager/").status_code == 200


def test_another_password_needs_the_present_one_and_ends_other_browsers(
    root: Browser, elsewhere: Callable[[str], Browser]
) -> None:
    other = elsewhere("root")
    typed = {"password": ANOTHER, "again": ANOTHER}
    assert root.send("/account", "/account/password", present="wrong", **typed).status_code == 422
    answer = root.send("/account", "/account/password", present=PASSWORD, **typed)
    assert "The password" in text_of(answer.text)
    assert root.http.get("/manager/account").url.path == "/manager/account"
    assert other.http.get("/manager/").url.path == "/manager/sign-in"


def test_an_administrator_sets_the_rules_and_helps_whoever_lost_a_phone(
    root: Browser, secret: str, site: Site
) -> None:
    assert "Ruth" in root.read("/doors")
    assert root.send("/doors", idle_minutes="1").status_code == 422
    root.send("/doors", idle_minutes="5", session_hours="8", role=["manager", "administrator"])
    assert site.database.read(door_rules.rules) == DoorRules(
        frozenset({Role.MANAGER, Role.ADMINISTRATOR}), 5, 8
    )
    root.send("/staff/mona", "/staff/mona/second-factor")
    assert site.database.read(lambda db: second_factor.state(db, "mona")) is None
    told = root.read("/audit")
    assert "Ruth root Second factor Mona (mona) changed" in told


def test_a_password_given_to_others_must_be_good_and_is_changed_by_them(root: Browser, site: Site) -> None:
    weak = root.send("/staff/ben", "/staff/ben/password", password="benbenbenben", again="benbenbenben")
    assert "first that are guessed" in text_of(weak.text)
    root.send("/staff/ben", "/staff/ben/password", password=ANOTHER, again=ANOTHER)
    state = site.database.read(lambda db: sign_in.password_state(db, "ben"))
    assert state is not None
    assert state.must_change


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("a program of our own", "a program of our own"),
        ("", "Unknown"),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
