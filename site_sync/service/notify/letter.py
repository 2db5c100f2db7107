"""Writing one message: subject, text and HTML part with the QR code inside, in the customer's language."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from site_sync.service.code_pictures import png
from site_sync.service.notify.calendar_file import Entry, calendar_file
from site_sync.service.notify.message_outbox import Channel, MessageKind
from site_sync.service.notify.phrases import RESOURCES, Phrase, Place, facts_of, shipped, wording, written
from site_sync.service.order_view import OrderView, Situation

WITH_CODE = frozenset(
    {
        MessageKind.CREATED, MessageKind.READY, MessageKind.REMINDER, MessageKind.LAST_REMINDER,
        MessageKind.EXTENDED,
    }
)  # fmt: skip
"""Messages whose reader will stand at the counter."""
WITH_DEADLINE = WITH_CODE - {MessageKind.CREATED}
_OPEN = frozenset({Situation.TO_PICK, Situation.PICKING, Situation.TO_COLLECT})
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"\\()\[\]]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+|[^\s@<>,;:\"\\()\[\]]+@localhost"
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class NoAddress(ValueError):
    """The customer's e-mail address is none."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who messages come from."""

    shop: str
    address: str


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates of messages; what they lack is an error, never a gap."""
    return Environment(
        loader=FileSystemLoader(RESOURCES),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def one_line(text: str) -> str:
    """A text that cannot begin a second header."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _amount(view: OrderView, words: dict[str, Any]) -> dict[str, str] | None:
    if view.refundable:
        return {"words": words["refundable"], "value": view.refundable}
    if view.situation in (Situation.CANCELLED, Situation.EXPIRED, Situation.UNAVAILABLE):
        return None
    if view.due:
        return {"words": words["due"], "value": view.due}
    return {"words": words["nothing_due"], "value": ""}


def _facts(view: OrderView, kind: MessageKind, shop: str, said: Phrase) -> dict[str, Any]:
    words = wording()[view.language]
    name = view.customer
    return {
        "view": view,
        "words": words,
        "said": said,
        "lead": [line for line in said.text.splitlines() if line.strip()],
        "shop": shop,
        "hello": words["hello"].format(name=name) if name else words["hello_nobody"],
        "deadline": view.collect_by if kind in WITH_DEADLINE else "",
        "promised": view.promised if kind is MessageKind.CREATED else "",
        "amount": _amount(view, words),
        "code_text": view.code if kind in WITH_CODE else "",
        "code_hint": words["code_hint_new" if view.renewed else "code_hint"],
        "taken_list": words["shipped_list" if kind is MessageKind.SHIPPED else "collected_list"],
        "collector": view.collector if view.situation in _OPEN else "",
        "page_hint": words["page_hint"] if kind in WITH_DEADLINE else "",
        "asked": view.asked if kind is MessageKind.SUBSTITUTE else (),
    }


def _recipient(view: OrderView, address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise NoAddress("the address cannot be written to")
    return Address(one_line(view.customer)[:100], addr_spec=address)


def _message_id(row_id: str, sender: Sender) -> str:
    """The same for every try, so that mail systems know a repetition."""
    domain = sender.address.rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(row_id.encode()).hexdigest()[:32]}@{domain}>"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to write: its row, what it says, to which address, when."""

    row_id: str
    kind: MessageKind
    recipient: str
    at: datetime


def letter_head(message: EmailMessage, envelope: Envelope, sender: Sender, recipient: Address) -> None:
    """What every message says of itself before its text."""
    message["From"] = Address(one_line(sender.shop), addr_spec=sender.address)
    message["To"] = recipient
    message["Date"] = envelope.at
    message["Message-ID"] = _message_id(envelope.row_id, sender)
    message["Auto-Submitted"] = "auto-generated"


def write_letter(
    envelope: Envelope, view: OrderView, sender: Sender, phrase: Phrase | None = None
) -> EmailMessage:
    """The message as it is sent, in the shipped words unless others are given.

    NoAddress when it cannot be addressed, PhraseBroken when its phrase cannot be written out.
    """
    chosen = phrase or shipped(Place(Channel.EMAIL, envelope.kind, view.language))
    said = written(chosen, facts_of(view, sender.shop))
    facts = _facts(view, envelope.kind, sender.shop, said)
    message = EmailMessage()
    message["Subject"] = one_line(said.subject)
    letter_head(message, envelope, sender, _recipient(view, envelope.recipient))
    message.set_content(templates().get_template("letter.txt.j2").render(facts), cte="quoted-printable")
    code = facts["code_text"]
    identifier = "collect-code" if code else ""
    html = templates().get_template("letter.html.j2").render(facts, code=identifier)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if code:
        attach_picture(message, png(code), identifier)
    if envelope.kind in WITH_DEADLINE and view.until is not None:
        _attach_calendar(message, view, envelope.at)
    message["Content-Language"] = view.language  # last: whatever is put inside takes such headers along
    return message


def _attach_calendar(message: EmailMessage, view: OrderView, at: datetime) -> None:
    """The deadline for the customer's calendar."""
    place = ", ".join(part for part in (view.store.name, view.store.address) if part) if view.store else ""
    summary = str(wording()[view.language]["calendar"]).format(number=view.number)
    uid = f"{hashlib.sha256(view.order_id.encode()).hexdigest()[:32]}@handover"
    entry = Entry(uid, view.version, view.until or at, summary, one_line(place), view.page)
    message.add_attachment(calendar_file(entry, at), subtype="calendar", filename="collect.ics")
    last = list(message.iter_parts())[-1]
    last.set_param("method", "PUBLISH")


def letter_page(envelope: Envelope, view: OrderView, sender: Sender, phrase: Phrase) -> str:
    """The HTML part as it reads, the picture of the code within it, to be looked at before it is sent."""
    said = written(phrase, facts_of(view, sender.shop))
    facts = _facts(view, envelope.kind, sender.shop, said)
    html: str = (
        templates()
        .get_template("letter.html.j2")
        .render(facts, code="collect-code" if facts["code_text"] else "")
    )
    picture = base64.b64encode(png(facts["code_text"])).decode() if facts["code_text"] else ""
    return html.replace("cid:collect-code", f"data:image/png;base64,{picture}")


def attach_picture(message: EmailMessage, picture: bytes, identifier: str) -> None:
    """Put the picture of a code inside the HTML part."""
    html = list(message.iter_parts())[1]
    if not isinstance(html, EmailMessage):
        raise TypeError("the HTML part is no message part")
    html.add_related(
        picture, "image", "png", cid=f"<{identifier}>", filename="code.png", disposition="inline"
    )
