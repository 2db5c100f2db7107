"""Messages to customers: written in their language, sent once, tried again, given up."""

from __future__ import annotations

import io
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from site_sync.domain.commands import Cancel, Extend, TakePayment
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import LineQuantity, Tendered
from site_sync.service import orders
from site_sync.service.database import tables as t
from site_sync.service.jobs.messages import send_messages
from site_sync.service.notify import sample
from site_sync.service.notify.letter import Envelope, NoAddress, Sender, write_letter
from site_sync.service.notify.message_outbox import MessageKind
from site_sync.service.order_view import order_view
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.mail import Mailbox
from tests.service.floor import Floor, links
from tests.service.sites import Clock
from tests.service.test_customer_page import with_settings


@pytest.fixture
def mailing(site: Site, smtp_server: Mailbox) -> Site:
    """The site with the test's mail server."""
    return with_settings(
        site,
        smtp_host=smtp_server.host,
        smtp_port=smtp_server.port,
        mail_from="Fjord & Fell <orders@fjord.example.com>",
    )


def part(message: EmailMessage, kind: str) -> Any:
    """The content of the first part of a kind."""
    content = next(piece for piece in message.walk() if piece.get_content_type() == kind).get_content()
    return content.replace("\r\n", "\n")


def rows(site: Site) -> dict[str, tuple[str, int]]:
    """State and tries of each message by its kind."""
    found = site.database.read(lambda db: db.execute(select(t.messages)).all())
    return {row.kind: (row.state, row.tries) for row in found}


def drain(site: Site) -> None:
    """Send all that is due."""
    while send_messages(site):
        pass


def ready_letter(site: Site, box: Mailbox, **changes: Any) -> tuple[Order, EmailMessage]:
    """The message that an order is ready."""
    order = Floor(site).ready(**changes)
    drain(site)
    return order, box.messages[-1]


def test_ready_says_what_is_there_what_is_short_and_until_when(mailing: Site, smtp_server: Mailbox) -> None:
    order, letter = ready_letter(mailing, smtp_server, collector=Collector("Dev Nair"))
    assert letter["Subject"] == f"Your order {order.number} is ready to collect"
    assert letter["From"] == "Fjord & Fell <orders@fjord.example.com>"
    assert letter["To"] == "Maria Jensen <maria@example.com>"
    text = part(letter, "text/plain")
    assert "Ready for you:\n  2 x Trail jacket" in text
    assert "Not available:\n  1 x Stove" in text
    assert "Collect by: Sunday 22 November, 18:00" in text
    assert "Mon – Sun: 09:00 – 18:00" in text
    assert "Left to pay when you collect: €258.00" in text
    assert "Dev Nair may collect it for you." in text
    assert f"See your order: {links(mailing).page(order)}" in text
    html = part(letter, "text/html")
    for words in ("2 ×", "Trail jacket", "Sunday 22 November, 18:00", "€258.00", "Shop S01"):
        assert words in html


def test_the_picture_in_the_message_is_the_collect_code(mailing: Site, smtp_server: Mailbox) -> None:
    order, letter = ready_letter(mailing, smtp_server)
    picture = next(piece for piece in letter.walk() if piece.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<collect-code>"
    assert 'src="cid:collect-code"' in part(letter, "text/html")
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.get_content())))
    assert [code.text for code in read] == [links(mailing).code(order)]
    assert read[0].text.startswith(f"CO1.{order.number}.")


def test_the_deadline_comes_for_the_customers_calendar(mailing: Site, smtp_server: Mailbox) -> None:
    order, letter = ready_letter(mailing, smtp_server)
    file = next(piece for piece in letter.walk() if piece.get_content_type() == "text/calendar")
    assert (file.get_filename(), file.get_param("method")) == ("collect.ics", "PUBLISH")
    lines = part(letter, "text/calendar").split("\n")
    wanted = {"DTEND:20261122T170000Z", f"SUMMARY:Collect order {order.number}", "LOCATION:Shop S01"}
    assert wanted <= set(lines)
    assert [line for line in lines if len(line.encode()) > 75] == []


def test_nothing_secret_waits_in_the_database(mailing: Site) -> None:
    order = Floor(mailing).ready()
    token = (links(mailing).page(order) or "").rpartition("/")[2]
    kept = mailing.database.read(lambda db: [str(row) for row in db.execute(select(t.messages))])
    assert len(kept) == 2
    assert not any(token in row for row in kept)


@pytest.mark.parametrize(
    ("language", "subject", "until"),
    [
        ("de", "Ihre Bestellung W-000001-1 liegt bereit", "Abholen bis: Sonntag, 22. November, 18:00 Uhr"),
        ("da", "Din ordre W-000001-1 er klar til afhentning", "Hentes senest: søndag 22. november kl. 18:00"),
        ("fr", "Your order W-000001-1 is ready to collect", "Collect by: Sunday 22 November, 18:00"),
    ],
)
def test_customers_are_written_to_in_their_language(
    mailing: Site, smtp_server: Mailbox, language: str, subject: str, until: str
) -> None:
    customer = Customer(name="Maria", email="maria@example.com", language=language)
    _, letter = ready_letter(mailing, smtp_server, customer=customer)
    spoken = language if language in ("de", "da") else "en"
    assert (letter["Subject"], letter["Content-Language"]) == (subject, spoken)
    assert until in part(letter, "text/plain")


def test_each_event_has_its_message_while_it_is_still_true(mailing: Site, smtp_server: Mailbox) -> None:
    floor = Floor(mailing)
    order = floor.ready()
    order = floor.give(order.id, TakePayment((Tendered("p", "online", Money(25_800, "EUR")),)))
    floor.give(order.id, Extend(mailing.now().replace(day=28)))
    floor.give(order.id, Cancel("no more"))
    drain(mailing)
    assert [letter["Subject"].partition(" W-")[0] for letter in smtp_server.messages] == ["Order"]
    assert "To be paid back to you: €258.00" in part(smtp_server.messages[0], "text/plain")
    states = {kind: state for kind, (state, _) in rows(mailing).items()}
    assert states == {"created": "dropped", "ready": "dropped", "extended": "dropped", "cancelled": "sent"}


def test_a_message_is_sent_once_though_the_server_is_busy_first(
    mailing: Site, smtp_server: Mailbox, clock: Clock
) -> None:
    Floor(mailing).ordered()
    smtp_server.refuse_next()
    drain(mailing)
    assert rows(mailing) == {"created": ("waiting", 1)}
    assert send_messages(mailing) == 0
    clock.forward(minutes=1)
    drain(mailing)
    clock.forward(days=1)
    drain(mailing)
    assert rows(mailing) == {"created": ("sent", 2)}
    assert len(smtp_server.messages) == 1


def test_a_message_the_server_never_takes_is_given_up(
    mailing: Site, smtp_server: Mailbox, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a message cannot be delivered")
    order = Floor(mailing).ordered()
    smtp_server.refuse_next("550 5.7.1 never")
    drain(mailing)
    assert rows(mailing) == {"created": ("dead", 1)}
    now = mailing.database.read(lambda db: orders.load(db, order.id))
    assert now is not None
    assert [note.text for note in now.notes] == [
        "Message not delivered (order confirmation, maria@example.com): the mail server answers 550"
    ]


def test_messages_wait_for_a_server_that_is_down(
    site: Site, free_port: int, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("the mail server cannot be reached")
    down = with_settings(site, smtp_host="127.0.0.1", smtp_port=free_port)
    Floor(down).ordered()
    drain(down)
    assert rows(down) == {"created": ("waiting", 1)}
    for _ in range(12):
        clock.forward(hours=17)
        expected_logs.allow("a message cannot be delivered")
        drain(down)
    assert rows(down)["created"][0] == "dropped" or rows(down)["created"] == ("dead", 11)


def test_without_a_mail_server_messages_wait(site: Site) -> None:
    Floor(site).ordered()
    assert send_messages(site) == 0
    assert rows(site) == {"created": ("waiting", 0)}


def test_no_name_or_address_begins_a_second_header(mailing: Site) -> None:
    order = Floor(mailing).ready()
    view = order_view(order, None, links(mailing), mailing.now())
    envelope = Envelope("row", MessageKind.READY, "eve@example.com", mailing.now())
    evil = replace(view, customer="Eve\r\nBcc: all@example.com")
    letter = write_letter(envelope, evil, Sender("Shop\nX-Evil: 1", "shop@example.com"))
    read = message_from_bytes(bytes(letter), policy=default)
    assert (read["Bcc"], read["X-Evil"]) == (None, None)
    assert read["To"].addresses[0].addr_spec == "eve@example.com"
    for address in ("eve@example.com>\r\nBcc: all@example.com", "a@b, c@d.example", "eve", ""):
        with pytest.raises(NoAddress):
            write_letter(replace(envelope, recipient=address), view, Sender("Shop", "shop@example.com"))


def test_an_address_that_is_none_is_given_up(mailing: Site, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("a message cannot be delivered")
    Floor(mailing).ordered(customer=Customer(name="Eve", email="eve at@home"))
    drain(mailing)
    assert rows(mailing) == {"created": ("dead", 1)}


def test_html_in_a_name_stays_text(mailing: Site, smtp_server: Mailbox) -> None:
    customer = Customer(name="<img src=x onerror=alert(1)>", email="eve@example.com")
    _, letter = ready_letter(mailing, smtp_server, customer=customer)
    assert "<img src=x" not in part(letter, "text/html")
    assert "&lt;img src=x onerror=alert(1)&gt;" in part(letter, "text/html")


def test_who_gave_no_address_gets_no_message(mailing: Site) -> None:
    Floor(mailing).ready(customer=Customer(name="Maria"))
    assert rows(mailing) == {}


def test_who_leaves_goods_at_the_counter_is_told_of_those_collected(mailing: Site) -> None:
    floor = Floor(mailing)
    order = floor.give(floor.ready().id, Cancel("not wanted", (LineQuantity(1, 1),)))
    collected = floor.collected(order)
    assert collected.stage is Stage.TO_PUT_BACK
    drain(mailing)
    assert rows(mailing)["collected"] == ("sent", 1)


@pytest.mark.parametrize("kind", [MessageKind.SHIPPED, MessageKind.COLLECTED])
def test_a_message_of_what_is_over_says_nothing_of_collecting_it(kind: MessageKind) -> None:
    envelope = Envelope("m", kind, "maria@example.com", sample.MOMENT)
    letter = write_letter(envelope, sample.of_kind(kind, "en"), Sender("Fjord", "orders@fjord.example.com"))
    words = part(letter, "text/plain") + part(letter, "text/html")
    assert "Dev Nair may collect" not in words
    assert "ask for more time" not in words
    assert ("Sent to you" in words, "Already collected" in words) == (
        kind is MessageKind.SHIPPED,
        kind is MessageKind.COLLECTED,
    )
