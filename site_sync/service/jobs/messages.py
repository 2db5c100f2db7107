"""Sending the messages that wait: written from the order as it is now, each handed in once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import select

from site_sync.domain.commands import AddNote, Command
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import JOB_RIGHTS
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.links import Links
from site_sync.service.mail_settings import has_server, mail_server, sender_of
from site_sync.service.notify.letter import Envelope, NoAddress, Sender, write_letter
from site_sync.service.notify.message_outbox import (
    MESSAGES,
    Channel,
    MessageKind,
    may_go_to,
    still_true,
    told_enough,
)
from site_sync.service.notify.phrase_book import phrase_for
from site_sync.service.notify.phrases import (
    Phrase,
    PhraseBroken,
    Place,
    facts_of,
    shipped,
    written,
)
from site_sync.service.notify.post import NotTaken, hand_in, mail_session
from site_sync.service.notify.receipt_letter import paper_of, write_receipt
from site_sync.service.notify.text_message import SHAPE, Gateway, TextMessage, hand_in_text
from site_sync.service.order_view import OrderView, order_view
from site_sync.service.orders import Authority
from site_sync.service.outbox import OutState
from site_sync.service.sentences import said
from site_sync.service.settings import Settings
from site_sync.service.shop_words import language_of
from site_sync.service.wiring import Site

AT_ONCE = 20
"""Messages handed in within one session."""
ASKED = "message_asked"
"""The kind of the event by which staff had a message sent again."""
DELIVERED = said("Message sent ({kind}, {to})")
UNDELIVERED = said("Message not delivered ({kind}, {to}): {why}")
"""What an order says of a message that was given up."""
KINDS = {
    MessageKind.CREATED: said("order confirmation"),
    MessageKind.READY: said("ready to collect"),
    MessageKind.REMINDER: said("reminder"),
    MessageKind.LAST_REMINDER: said("last reminder"),
    MessageKind.EXTENDED: said("deadline extended"),
    MessageKind.EXPIRED: said("expired"),
    MessageKind.CANCELLED: said("cancelled"),
    MessageKind.UNAVAILABLE: said("not available"),
    MessageKind.SHIPPED: said("shipped"),
    MessageKind.SUBSTITUTE: said("question about a substitute"),
    MessageKind.COLLECTED: said("collected"),
    MessageKind.PUT_BACK: said("put back"),
    MessageKind.REOPENED: said("not cancelled after all"),
    MessageKind.RECEIPT: said("receipt"),
}
"""How messages are called on their order."""

_log = structlog.get_logger(__name__)


def gateway_of(settings: Settings) -> Gateway | None:
    """The gateway for text messages, None when there is none."""
    if not settings.sms_url:
        return None
    shape = settings.sms_body or SHAPE
    return Gateway(settings.sms_url, settings.sms_token.get_secret_value(), settings.sms_sender, shape)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a message tells of: the order as its customer sees it, whose store, in which words."""

    view: OrderView
    sender: Sender
    phrase: Phrase


def send_messages(site: Site) -> int:
    """Send what is due; returns how many rows were worked on."""
    return _send_letters(site) + _send_texts(site)


def _take(site: Site, *, texts: bool) -> Sequence[Any]:
    channel = MESSAGES.table.c.channel
    only = channel == Channel.SMS.value if texts else channel != Channel.SMS.value
    if not site.database.read(lambda db: MESSAGES.due(db, site.now(), only)):
        return ()
    return site.database.write(lambda tx: MESSAGES.take(tx, site.now(), AT_ONCE, only))


def _send_letters(site: Site) -> int:
    """Send what is due by the server that counts now; nothing is taken up while there is none."""
    read = site.database.read
    rows = _take(site, texts=False) if read(lambda db: has_server(db, site.settings)) else ()
    if not rows:
        return 0
    try:
        with mail_session(read(lambda db: mail_server(db, site))) as session:
            for row in rows:
                _send(site, row, lambda row=row: hand_in(session, _letter(site, row)))  # type: ignore[misc]
    except NotTaken as error:
        _log.warning("the mail server cannot be reached", answer=error.answer)
        for row in rows:
            _failed(site, row, error.answer, final=False)
    return len(rows)


def _send_texts(site: Site) -> int:
    gateway = gateway_of(site.settings)
    if gateway is None:
        return 0
    rows = _take(site, texts=True)
    for row in rows:
        _send(site, row, lambda row=row: hand_in_text(gateway, _text(site, row)))  # type: ignore[misc]
    return len(rows)


def _send(site: Site, row: Any, hand: Callable[[], object]) -> None:
    """Send one message and write down at once what came of it."""
    try:
        hand()
    except _Over as over:
        why = str(over)
        site.database.write(lambda tx: MESSAGES.dropped(tx, row, why))
    except NoAddress:
        _failed(site, row, said("no address"), final=True)
    except NotTaken as error:
        _failed(site, row, error.answer, final=error.final)
    else:
        site.database.write(lambda tx: _sent(site, tx, row))


def _sent(site: Site, tx: Transaction, row: Any) -> None:
    """The message went out; where staff asked for it the order says so."""
    MESSAGES.sent(tx, row, site.now())
    h = t.history.c
    asked = select(h.n).where(h.order_id == row.order_id, h.version == row.order_version, h.kind == ASKED)
    if row.order_id and tx.execute(asked.limit(1)).first() is not None:
        kind, to = KINDS[MessageKind(row.kind)], row.recipient[:100]
        _note(site, tx, row, DELIVERED.format(kind=kind, to=to))


class _Over(Exception):
    """The message does not say any more what is so, or has been said often enough; the text says which."""


def _told(site: Site, row: Any) -> _Told:
    """What a row tells of as it is now; _Over when that is nothing any more."""
    kind = MessageKind(row.kind)

    def read(db: Executor) -> tuple[Order, Store | None, Sender, Phrase]:
        order = orders.load(db, row.order_id)
        if order is None or not (still_true(kind, order) and may_go_to(row.recipient, order)):
            raise _Over(said("the order went on meanwhile"))
        if told_enough(db, row, site.now()):
            raise _Over(said("the customer was told the same often enough within the hour"))
        store = records.find(db, RecordKind.STORE, order.work_store)
        place = Place(Channel(row.channel), kind, language_of(order.customer.language), order.delivery.method)
        return order, store, sender_of(db, site.settings, store), phrase_for(db, place)

    order, store, sender, phrase = site.database.read(read)
    links = Links(site.settings.public_address, site.keys.code_key)
    view = order_view(order, store, links, site.now())
    return _Told(view, sender, phrase)


def _letter(site: Site, row: Any) -> EmailMessage:
    if row.kind == MessageKind.RECEIPT:
        return _receipt(site, row)
    told = _told(site, row)
    envelope = Envelope(row.id, MessageKind(row.kind), row.recipient, site.now())
    try:
        return write_letter(envelope, told.view, told.sender, told.phrase)
    except PhraseBroken as broken:
        _log.warning("a message template is broken; the shipped one went out", kind=row.kind, why=str(broken))
        return write_letter(envelope, told.view, told.sender)


def _text(site: Site, row: Any) -> TextMessage:
    told = _told(site, row)
    facts = facts_of(told.view, told.sender.shop)
    try:
        text = written(told.phrase, facts).text
    except PhraseBroken as broken:
        _log.warning("a message template is broken; the shipped one went out", kind=row.kind, why=str(broken))
        text = written(shipped(Place(Channel.SMS, MessageKind(row.kind), told.view.language)), facts).text
    return TextMessage(sha256(row.id.encode()).hexdigest()[:32], row.recipient, " ".join(text.split()))


def _receipt(site: Site, row: Any) -> EmailMessage:
    """A receipt as it is sent: the paper says all, whatever became of the order since."""
    paper = paper_of(row.body)

    def read(db: Executor) -> Sender:
        return sender_of(db, site.settings, records.find(db, RecordKind.STORE, paper.store))

    envelope = Envelope(row.id, MessageKind.RECEIPT, row.recipient, site.now())
    return write_receipt(envelope, paper, site.database.read(read))


def _failed(site: Site, row: Any, answer: str, *, final: bool) -> None:
    """Write down that a try failed; after the last one the order says so to whoever opens it."""

    def failing(tx: Transaction) -> OutState:
        outcome = MESSAGES.failed(tx, row, site.now(), answer, final=final)
        if outcome is OutState.DEAD and row.order_id:
            kind, to = KINDS[MessageKind(row.kind)], row.recipient[:100]
            _note(site, tx, row, UNDELIVERED.format(kind=kind, to=to, why=answer[:100]))
        return outcome

    if site.database.write(failing) is OutState.DEAD:
        _log.warning("a message cannot be delivered", message=row.id, answer=answer)


def _note(site: Site, tx: Transaction, row: Any, words: str) -> None:
    by = Actor(ActorKind.JOB, "messages", said("Messages"))
    command = Command(site.new_id(), row.order_id, site.now(), by, AddNote(words))
    refused = orders.apply(tx, command, Authority(JOB_RIGHTS), site.now())
    if isinstance(refused, Refusal):
        _log.info("an order could not be told of its message", order=row.order_id, code=refused.code.value)
