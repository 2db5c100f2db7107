"""Text messages: to whom they go, over a gateway that fails, in a shop's own words, and once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from site_sync.domain.customers import Customer
from site_sync.domain.later_acts import SendMessage
from site_sync.service import orders
from site_sync.service.database import tables as t
from site_sync.service.jobs.messages import send_messages
from site_sync.service.notify import phrase_book
from site_sync.service.notify.message_outbox import Channel, MessageKind, SmsWhen
from site_sync.service.notify.phrase_book import OwnPhrase
from site_sync.service.notify.phrases import Phrase, Place
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.floor import Floor
from tests.service.receiver import Receiver, receiving
from tests.service.sites import Clock
from tests.service.test_customer_page import with_settings

GUEST = Customer(name="Maria", phone="+4520114307", language="da")


@pytest.fixture(scope="module")
def shared_gateway() -> Iterator[Receiver]:
    """One gateway for all tests here."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def gateway(shared_gateway: Receiver) -> Receiver:
    """A gateway that was not called yet."""
    shared_gateway.calls, shared_gateway.planned = [], []
    return shared_gateway


@pytest.fixture
def texting(site: Site, gateway: Receiver) -> Site:
    """The site with a gateway for text messages."""
    shape = '{"messages": [{"to": "{to}", "body": "{text}", "ref": "{id}"}], "from": "{sender}", "n": 1}'
    return with_settings(
        site, sms_url=gateway.url, sms_token=SecretStr("t0ken"), sms_sender="Fjord", sms_body=shape
    )


def rows(site: Site) -> list[tuple[str, str, str, int]]:
    """Kind, channel, state and tries of each message."""
    query = select(t.messages).order_by(t.messages.c.created_at, t.messages.c.id)
    found = site.database.read(lambda db: db.execute(query).all())
    return [(row.kind, row.channel, row.state, row.tries) for row in found]


def said(gateway: Receiver) -> list[dict[str, Any]]:
    """What the gateway was told."""
    return [json.loads(body) for _, body in gateway.calls]


def test_a_guest_with_a_phone_alone_is_told_by_text(texting: Site, gateway: Receiver) -> None:
    order = Floor(texting).ready(customer=GUEST)
    while send_messages(texting):
        pass
    assert rows(texting) == [("created", "sms", "dropped", 1), ("ready", "sms", "sent", 1)]
    [(headers, _)], [body] = gateway.calls, said(gateway)
    assert (headers["authorization"], body["from"], body["n"]) == ("Bearer t0ken", "Fjord", 1)
    [message] = body["messages"]
    assert message["to"] == "+4520114307"
    assert message["body"].startswith(f"Shop S01: ordre {order.number} er klar, men ikke det hele.")
    assert "Hentes senest søndag 22. november kl. 18:00. At betale: 258,00 €." in message["body"]
    assert headers["idempotency-key"] == message["ref"]


@pytest.mark.parametrize(
    ("when", "channels"),
    [(SmsWhen.NO_EMAIL, ["email"]), (SmsWhen.ALWAYS, ["email", "sms"]), (SmsWhen.NEVER, ["email"])],
)
def test_who_has_both_is_told_as_set(site: Site, when: SmsWhen, channels: list[str]) -> None:
    site.database.write(lambda tx: phrase_book.set_sms_when(tx, when))
    Floor(site).ordered()
    assert [channel for _, channel, _, _ in rows(site)] == channels


def test_a_busy_gateway_gets_it_once_in_the_end(texting: Site, gateway: Receiver, clock: Clock) -> None:
    Floor(texting).ordered(customer=GUEST)
    gateway.planned = [503, 429, 401]
    for _ in range(4):
        send_messages(texting)
        clock.forward(minutes=6)
    assert rows(texting) == [("created", "sms", "sent", 4)]
    assert len({headers["idempotency-key"] for headers, _ in gateway.calls}) == 1


def test_a_number_the_gateway_never_takes_stands_on_the_order(
    texting: Site, gateway: Receiver, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a message cannot be delivered")
    order = Floor(texting).ordered(customer=GUEST)
    gateway.planned = [422]
    send_messages(texting)
    found = texting.database.read(lambda db: orders.load(db, order.id))
    assert found is not None
    (note,) = found.notes
    assert note.text == "Message not delivered (order confirmation, +4520114307): the gateway answers 422"


def test_a_shop_says_it_in_its_own_words(texting: Site, gateway: Receiver) -> None:
    def keep(language: str, method: str, text: str) -> None:
        place = Place(Channel.SMS, MessageKind.CREATED, language, method)
        own = OwnPhrase(place, Phrase(text), texting.now(), "anna")
        texting.database.write(lambda tx: phrase_book.keep(tx, own))

    keep("da", "", "Tak {{ name }}!")
    keep("da", "collect", "{% for one in waiting %}{{ one.quantity }} {{ one.name }}, {% endfor %}tak!")
    keep("en", "", "Not this one")
    Floor(texting).ordered(customer=GUEST)
    send_messages(texting)
    assert said(gateway)[0]["messages"][0]["body"] == "2 Trail jacket, 1 Stove, tak!"
    assert texting.database.write(
        lambda tx: phrase_book.drop(tx, Place(Channel.SMS, MessageKind.CREATED, "da", "collect"))
    )
    Floor(texting).ordered(customer=GUEST, number="W-000009-7")
    send_messages(texting)
    assert said(gateway)[1]["messages"][0]["body"] == "Tak Maria!"


def test_a_template_that_breaks_gives_way_to_the_shipped_one(
    texting: Site, gateway: Receiver, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a message template is broken; the shipped one went out")
    own = OwnPhrase(
        Place(Channel.SMS, MessageKind.CREATED, "da"), Phrase("{{ gone }}"), texting.now(), "anna"
    )
    texting.database.write(lambda tx: phrase_book.keep(tx, own))
    Floor(texting).ordered(customer=GUEST)
    send_messages(texting)
    assert said(gateway)[0]["messages"][0]["body"].startswith("Shop S01: tak, vi har din ordre")


def test_a_message_is_sent_again_each_time_somebody_asks(texting: Site, gateway: Receiver) -> None:
    floor = Floor(texting)
    order = floor.ready(customer=GUEST)
    for _ in range(2):
        floor.give(order.id, SendMessage())
    while send_messages(texting):
        pass
    assert [state for kind, _, state, _ in rows(texting) if kind == "ready"] == ["sent"] * 3
    assert len({headers["idempotency-key"] for headers, _ in gateway.calls}) == 3
