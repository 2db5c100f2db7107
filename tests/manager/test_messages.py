"""Message templates in the browser: written, looked at, refused when broken, tried, dropped again."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import update

from site_sync.manager import application
from site_sync.manager.visit import COOKIE
from site_sync.service import sessions
from site_sync.service.app import create_app
from site_sync.service.database import tables as t
from site_sync.service.notify import phrase_book
from site_sync.service.notify.message_outbox import SmsWhen
from site_sync.service.notify.phrases import Phrase
from site_sync.service.wiring import Site
from tests.fixtures.mail import Mailbox
from tests.manager.browsing import Browser, text_of
from tests.service.floor import Floor
from tests.service.serving import served
from tests.service.test_customer_page import with_settings

READY = "/messages/edit?channel=email&kind=ready&language=en&method="
TEXT = "/messages/edit?channel=sms&kind=ready&language=da&method=collect"


def test_a_message_is_written_kept_and_dropped_again(root: Browser, site: Site) -> None:
    assert "As shipped" in root.read(READY)
    page = root.send(READY, "/save", subject="{{ number }} waits", title="Come!", text="Hi {{ name }}")
    assert "Your own words" in text_of(page.text)
    [own] = site.database.read(phrase_book.own_phrases)
    assert (own.phrase, own.changed_by) == (Phrase("Hi {{ name }}", "{{ number }} waits", "Come!"), "root")
    root.send(READY, "/reset")
    assert site.database.read(phrase_book.own_phrases) == []


def test_an_old_page_takes_nobodys_words_back(root: Browser, site: Site) -> None:
    root.send(READY, "/save", text="First")
    saving, dropping = (root.form(READY, act) for act in ("/save", "/reset"))
    root.send(READY, "/save", text="Second")
    for old in (saving, dropping):
        answer = root.http.post(old.action, data=dict(old.fields))
        assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
        assert ">Second</textarea>" in answer.text
    [own] = site.database.read(phrase_book.own_phrases)
    assert own.phrase.text == "Second"


@pytest.mark.parametrize(("text", "why"), [
    ("Hello\n{{ nmae }}", "Line 2: there is no fact nmae"),
    ("{% if name %}", "Line 1: Unexpected end of template"),
    ("{{ name.__class__ }}", "Line 1: access to attribute '__class__'"),
])  # fmt: skip
def test_a_broken_one_is_refused_with_line_and_reason(root: Browser, site: Site, text: str, why: str) -> None:
    page = root.send(READY, "/save", text=text)
    assert (page.status_code, why in text_of(page.text)) == (422, True)
    assert site.database.read(phrase_book.own_phrases) == []


def test_what_is_looked_at_shows_a_code_that_reads_and_runs_nothing(root: Browser) -> None:
    answer = root.http.get("/manager" + READY.replace("edit", "preview"))
    picture = re.search(r"data:image/png;base64,([^\"]+)", answer.text)
    assert picture is not None
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(picture.group(1)))))
    assert code.text.startswith("CO1.W-000482-9.")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "sandbox" in answer.headers["content-security-policy"]
    fields = dict(root.form(READY, "/save").fields) | {"text": "<script>alert(1)</script> {{ name }}"}
    draft = root.http.post("/manager/messages/preview", data=fields).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Maria Jensen" in draft
    fields = dict(root.form(TEXT, "/save").fields) | {"text": "{{ gone }}"}
    assert "Line 1: there is no fact gone" in root.http.post("/manager/messages/preview", data=fields).text


def test_unknown_messages_are_missing(root: Browser) -> None:
    asked = {"channel": "email", "kind": "ready", "language": "en", "method": ""}
    root.open("/messages/edit", 200, **asked)
    for wrong in ({"channel": "fax"}, {"kind": "receipt"}, {"language": "xx"}, {"method": "drone"}):
        root.open("/messages/edit", 404, **(asked | wrong))


def test_texts_are_set_and_what_did_not_arrive_goes_again(root: Browser, site: Site) -> None:
    old = root.form("/messages", "/sms")
    root.send("/messages", "/sms", sms_when="always")
    assert site.database.read(phrase_book.sms_when) is SmsWhen.ALWAYS
    answer = root.http.post(old.action, data=dict(old.fields) | {"sms_when": "never"})
    assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert site.database.read(phrase_book.sms_when) is SmsWhen.ALWAYS
    order = Floor(site).ordered()
    dead = update(t.messages).values(state="dead", error="SMTPDataError 550")
    site.database.write(lambda tx: tx.execute(dead))
    seen = root.read("/messages")
    assert f"Order confirmation, {order.number} maria@example.com · SMTPDataError 550" in seen
    root.send("/messages", "/again")
    assert root.read("/messages").count("SMTPDataError") == 1


@pytest.fixture
def mailing(site: Site, smtp_server: Mailbox) -> Iterator[Browser]:
    """An administrator's browser at a site with a mail server."""
    mail = with_settings(site, smtp_host=smtp_server.host, smtp_port=smtp_server.port)
    app = create_app(mail)
    application.mount(app, mail)
    with served(app) as address:
        browser = Browser(address)
        token, _ = site.database.write(
            lambda tx: sessions.open_session(tx, "root", site.around.secret, site.now())
        )
        browser.http.cookies.set(COOKIE, token, path="/manager")
        yield browser
        browser.http.close()


def test_a_test_is_sent_with_what_was_typed(mailing: Browser, smtp_server: Mailbox) -> None:
    def tried(path: str, **typed: str) -> str:
        fields = dict(mailing.form(path, "/save").fields) | typed
        return text_of(mailing.http.post("/manager/messages/test", data=fields).text)

    assert "A test went to me@example.com" in tried(READY, subject="Try {{ number }}", to="me@example.com")
    assert smtp_server.messages[0]["Subject"] == "Try W-000482-9"
    assert "cannot be written to" in tried(READY, to="me at home")
    smtp_server.refuse_next("550 never")
    assert "It was not taken: the mail server answers 550" in tried(READY, to="me@example.com")
    assert "no gateway for text messages" in tried(TEXT, to="+4520114307")
