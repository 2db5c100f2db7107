"""Sending the messages that wait: written from the order as it is now, each handed in once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import structlog

from site_sync.domain.orders import Order
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor
from site_sync.service.links import Links
from site_sync.service.notify.letter import Envelope, NoAddress, Sender, write_letter
from site_sync.service.notify.message_outbox import MESSAGES, MessageKind, still_true
from site_sync.service.notify.post import MailServer, NotTaken, hand_in, mail_session
from site_sync.service.notify.receipt_letter import paper_of, write_receipt
from site_sync.service.order_view import order_view
from site_sync.service.outbox import OutState
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site

AT_ONCE = 20
"""Messages handed in within one session."""
DEFAULT_SENDER = "orders@localhost"

_log = structlog.get_logger(__name__)


def mail_server(settings: Settings) -> MailServer | None:
    """The mail server of the settings, None when there is none."""
    if not settings.smtp_host:
        return None
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
    )


def sender_of(settings: Settings, store: Store | None) -> Sender:
    """Who a message comes from: as set, else the shop as it calls itself on its receipts."""
    name, address = parseaddr(settings.mail_from)
    return Sender(name or shop_name(store), address or DEFAULT_SENDER)


def shop_name(store: Store | None) -> str:
    """What the shop calls itself."""
    if store is None:
        return ""
    return store.receipt_header[0] if store.receipt_header else store.name


def _facts(db: Executor, order_id: str) -> tuple[Order | None, Store | None]:
    order = orders.load(db, order_id)
    return order, records.find(db, RecordKind.STORE, order.work_store) if order else None


def send_messages(site: Site) -> int:
    """Send what is due; returns how many rows were worked on."""
    server = mail_server(site.settings)
    if server is None or not site.database.read(lambda db: MESSAGES.due(db, site.now())):
        return 0
    rows = site.database.write(lambda tx: MESSAGES.take(tx, site.now(), AT_ONCE))
    if not rows:
        return 0
    try:
        with mail_session(server) as session:
            for row in rows:
                _send(site, session, row)
    except NotTaken as error:
        _log.warning("the mail server cannot be reached", answer=error.answer)
        _all_failed(site, rows, error)
    return len(rows)


def _all_failed(site: Site, rows: Sequence[Any], error: NotTaken) -> None:
    for row in rows:
        _failed(site, row, error.answer, final=False)


def _send(site: Site, session: Any, row: Any) -> None:
    """Send one message and write down at once what came of it."""
    kind = MessageKind(row.kind)
    if kind is MessageKind.RECEIPT:
        _hand_in(site, session, row, lambda: _receipt(site, row))
        return
    order, store = site.database.read(lambda db: _facts(db, row.order_id))
    if order is None or not still_true(kind, order):
        site.database.write(lambda tx: MESSAGES.dropped(tx, row, "the order went on meanwhile"))
        return
    links = Links(site.settings.public_address, site.keys.code_key)
    view = order_view(order, store, links, site.now())
    envelope = Envelope(row.id, kind, row.recipient, site.now())
    _hand_in(site, session, row, lambda: write_letter(envelope, view, sender_of(site.settings, store)))


def _receipt(site: Site, row: Any) -> EmailMessage:
    """A receipt as it is sent: the paper says all, whatever became of the order since."""
    paper = paper_of(row.body)
    store = site.database.read(lambda db: records.find(db, RecordKind.STORE, paper.store))
    envelope = Envelope(row.id, MessageKind.RECEIPT, row.recipient, site.now())
    return write_receipt(envelope, paper, sender_of(site.settings, store))


def _hand_in(site: Site, session: Any, row: Any, write: Callable[[], EmailMessage]) -> None:
    try:
        hand_in(session, write())
    except NoAddress:
        _failed(site, row, "no address", final=True)
    except NotTaken as error:
        _failed(site, row, error.answer, final=error.final)
    else:
        site.database.write(lambda tx: MESSAGES.sent(tx, row, site.now()))


def _failed(site: Site, row: Any, answer: str, *, final: bool) -> None:
    outcome = site.database.write(lambda tx: MESSAGES.failed(tx, row, site.now(), answer, final=final))
    if outcome is OutState.DEAD:
        _log.warning("a message cannot be delivered", message=row.id, answer=answer)
