"""The mail server set in the browser: kept sealed, tried, counted at once, overruled from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from site_sync.domain.commands import Cancel
from site_sync.service import audit_enquiry, company, mail_settings, setup_check
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import tables as t
from site_sync.service.jobs.messages import send_messages
from site_sync.service.mail_settings import MailRefused, MailSettings, checked
from site_sync.service.notify.post import NotTaken
from site_sync.service.settings import MailSecurity, Settings
from site_sync.service.wiring import Site, open_site
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.mail import PASSWORD, USER, Mailbox
from tests.manager.browsing import Browser, text_of
from tests.manager.test_messages import mailing
from tests.service.floor import Floor
from tests.service.sites import Clock, surroundings
from tests.service.test_customer_page import with_settings

__all__ = ["mailing"]
PAGE = "/messages/mail"


def near(box: Mailbox, **typed: str) -> dict[str, str]:
    """What somebody types for a server of their own network."""
    given = {"host": box.host, "port": str(box.port), "security": "none", "user": ""}
    return given | {"sender": "orders@fjord.example.com", "sender_name": "Fjord & Fell"} | typed


def private(box: Mailbox, **typed: str) -> dict[str, str]:
    """The same for a server that wants a password."""
    return near(box, security="starttls", user=USER, password=PASSWORD) | typed


def kept(site: Site) -> MailSettings:
    return site.database.read(mail_settings.kept)


def test_what_waited_goes_as_soon_as_a_server_is_set_in_every_process(
    root: Browser, site: Site, clock: Clock, smtp_server: Mailbox
) -> None:
    other, floor = open_site(site.settings, surroundings(clock)), Floor(site)
    order = floor.ordered()
    assert send_messages(other) == 0
    assert "1 letter" in root.read(PAGE)
    page = text_of(root.send(PAGE, **near(smtp_server)).text)
    assert "Saved." in page
    assert send_messages(other) == 1
    assert smtp_server.messages[0]["From"] == "Fjord & Fell <orders@fjord.example.com>"
    root.send(PAGE, sender="shop@fjord.example.com", sender_name="")
    floor.give(order.id, Cancel("no more"))
    assert send_messages(other) == 1
    assert smtp_server.messages[1]["From"].addresses[0].addr_spec == "shop@fjord.example.com"
    assert "Nothing waits" in root.read(PAGE)
    other.close()


def test_a_letter_that_waits_for_its_next_try_is_tried_when_the_server_is_put_right(
    root: Browser, site: Site, smtp_server: Mailbox, free_port: int, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("the mail server cannot be reached")
    root.send(PAGE, **near(smtp_server, port=str(free_port)))
    Floor(site).ordered()
    assert send_messages(site) == 1
    assert send_messages(site) == 0
    assert "no mail server listens at this port" in root.read(PAGE)
    root.send(PAGE, **near(smtp_server))
    assert send_messages(site) == 1
    assert len(smtp_server.messages) == 1


def test_the_password_is_kept_sealed_for_its_server_alone_and_never_shown(
    root: Browser, site: Site, private_smtp_server: Mailbox
) -> None:
    root.send(PAGE, **private(private_smtp_server))
    assert PASSWORD not in str(site.database.read(lambda db: company.fact(db, mail_settings.FACT)))
    assert PASSWORD not in root.open(PAGE) + root.open("/audit")
    (entry,) = site.database.read(lambda db: audit_enquiry.found(db, Wanted("mail_server"))).entries
    told = {name: after for name, _, after in entry.changed}
    assert (told["host"], told["user"], len(told["secret"])) == (private_smtp_server.host, USER, 8)
    root.send(PAGE, sender_name="Fjord", password="")
    assert "The server took the test for me@example.com" in _tried(root)
    before = kept(site)
    answer = root.send(PAGE, host="mail.elsewhere.example")
    assert (answer.status_code, "Type the password again" in text_of(answer.text)) == (422, True)
    assert kept(site) == before
    root.send(PAGE, password="guessed")
    assert "the mail server refuses the user name or password (535). In its own words: 535" in _tried(root)


def _tried(root: Browser, to: str = "me@example.com") -> str:
    return text_of(root.send(PAGE, f"{PAGE}/test", to=to).text)


def test_a_test_says_what_the_server_answered_and_not_too_often(root: Browser, smtp_server: Mailbox) -> None:
    assert "Save a server first" in root.read(PAGE)
    root.send(PAGE, **near(smtp_server))
    assert "In its own words: 250 2.0.0 taken" in _tried(root)
    assert smtp_server.messages[0]["Subject"] == "We have your order W-000482-9"
    assert "cannot be written to" in _tried(root, "me at home")
    smtp_server.refuse_next("550 5.7.1 no relaying for you")
    said = _tried(root)
    assert "It was not taken: the mail server answers 550." in said
    assert "550 5.7.1 no relaying for you" in said
    assert [("Wait a minute" in _tried(root)) for _ in range(3)] == [False, False, True]


def test_what_the_environment_says_counts_and_is_only_shown(
    mailing: Browser, site: Site, smtp_server: Mailbox
) -> None:
    page = mailing.read(PAGE)
    for variable in ("HOST", "PORT", "SECURITY", "USER", "PASSWORD"):
        assert f"set by HANDOVER_SMTP_{variable}" in page
    assert 'name="host"' not in mailing.open(PAGE)
    mailing.send(PAGE, sender="orders@fjord.example.com", host="mail.elsewhere.example", port="25")
    assert (kept(site).host, kept(site).sender) == ("", "orders@fjord.example.com")
    assert "The server took the test" in _tried(mailing)
    assert smtp_server.messages[0]["From"].addresses[0].addr_spec == "orders@fjord.example.com"
    told = with_settings(site, mail_from="Shop <shop@example.com>")
    sender = site.database.read(lambda db: mail_settings.sender_of(db, told.settings, None))
    assert (sender.shop, sender.address) == ("Shop", "shop@example.com")


def test_an_old_page_takes_nothing_back_and_it_can_be_taken_away(
    root: Browser, site: Site, smtp_server: Mailbox
) -> None:
    root.send(PAGE, **near(smtp_server))
    old = [root.form(PAGE, action) for action in (PAGE, "/remove")]
    root.send(PAGE, sender_name="Newer")
    for form in old:
        answer = root.http.post(form.action, data=dict(form.fields))
        assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert kept(site).sender_name == "Newer"
    assert "Removed." in text_of(root.send(PAGE, "/remove").text)
    assert kept(site) == MailSettings()
    assert send_messages(site) == 0


def test_a_password_of_other_keys_is_asked_for_again(
    root: Browser, site: Site, private_smtp_server: Mailbox, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("the mail server cannot be reached")
    root.send(PAGE, **private(private_smtp_server))
    moved = replace(site, keys=replace(site.keys, seal_key=b"3" * 32))
    with pytest.raises(NotTaken, match="type it again"):
        site.database.read(lambda db: mail_settings.mail_server(db, moved))
    Floor(site).ordered()
    assert send_messages(moved) == 1
    (row,) = site.database.read(lambda db: db.execute(select(t.messages)).all())
    assert (row.state, "type it again" in row.error) == ("waiting", True)


SOUND = MailSettings("mail.example.com", 587, MailSecurity.STARTTLS, "shop", "", "orders@example.com")


def _wrong() -> Iterator[tuple[MailSettings, str, str]]:
    for host in ("", "https://mail.example.com", "mail example", "169.254.169.254", "x" * 254):
        yield replace(SOUND, host=host), PASSWORD, "host"
    yield replace(SOUND, host="8.8.8.8", security=MailSecurity.NONE, user=""), "", "host"
    yield replace(SOUND, security=MailSecurity.NONE), PASSWORD, "security"
    yield replace(SOUND, port=0), PASSWORD, "port"
    yield replace(SOUND, port=65_536), PASSWORD, "port"
    yield replace(SOUND, user="Zoë"), PASSWORD, "user"
    yield SOUND, "pæssword", "password"
    yield SOUND, "", "password"
    yield replace(SOUND, user=""), PASSWORD, "user"
    for sender in ("", "orders", "a..b@example.com", "ørder@example.com", "a@b.example, c@d.example"):
        yield replace(SOUND, sender=sender), PASSWORD, "sender"
    yield replace(SOUND, sender_name="Shop\nBcc: eve@example.com"), PASSWORD, "sender_name"


@pytest.mark.parametrize(("asked", "password", "field"), [*_wrong()])
def test_what_no_server_can_be_is_refused_by_its_field(
    asked: MailSettings, password: str, field: str
) -> None:
    with pytest.raises(MailRefused) as refused:
        checked(Settings(database="sqlite://"), asked, password, MailSettings())
    assert refused.value.field == field


@pytest.mark.parametrize("other", [
    {"host": "mail.elsewhere.example"}, {"user": "eve"}, {"port": 26}, {"security": MailSecurity.TLS},
])  # fmt: skip
def test_a_kept_password_goes_to_no_other_server(other: dict[str, Any]) -> None:
    present, told = replace(SOUND, sealed="sealed"), Settings(database="sqlite://")
    assert checked(told, replace(SOUND, sender_name="Shop"), "", present).sealed == "sealed"
    with pytest.raises(MailRefused, match="again"):
        checked(told, replace(SOUND, **other), "", present)


def test_an_empty_port_is_the_usual_one(root: Browser, site: Site) -> None:
    root.send(PAGE, host="127.0.0.1", sender="a@example.com", security="tls", port="")
    assert kept(site).port == 465
    assert root.send(PAGE, port="twenty").status_code == 422


def test_a_refused_form_shows_what_was_typed_without_the_password(root: Browser) -> None:
    answer = root.send(PAGE, host="mail.example.com", user="shop", password=PASSWORD, sender="nobody")
    assert answer.status_code == 422
    assert "An e-mail address, as" in text_of(answer.text)
    assert 'value="mail.example.com"' in answer.text
    assert PASSWORD not in answer.text


def test_the_set_up_check_leads_to_the_page_or_names_the_command(
    root: Browser, site: Site, smtp_server: Mailbox
) -> None:
    def found(at: Site) -> dict[str, setup_check.Finding]:
        general = at.database.read(lambda db: setup_check.check(db, at.settings)).general
        return {one.code: one for one in general}

    assert (found(site)["no_mail"].where, found(site)["loopback"].where) == (PAGE, "")
    page = root.open("/setup/check")
    assert f'href="/manager{PAGE}"' in page
    assert "<code>handover-site serve --host 0.0.0.0</code>" in page
    assert 'href="/manager"' not in page
    open_to_all = found(with_settings(site, public_url="http://shop.example"))
    assert open_to_all["no_tls"].commands[-1] == "HANDOVER_PUBLIC_URL=https://shop.example"
    root.send(PAGE, **near(smtp_server))
    assert "no_mail" not in found(site)
