"""Messages as those who keep the site see them: what did not arrive, and how a text looks on a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape
from sqlalchemy import func, select

from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.notify.message_outbox import MESSAGES, Channel
from site_sync.service.outbox import OutState

_M, _O = t.messages.c, t.orders.c
MOST_SHOWN = 30
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Text message</title>
<body style="margin:0;padding:24px;background:#f2f4f8;font-family:Inter,'Segoe UI',Roboto,sans-serif">
<div style="max-width:320px;background:#ffffff;border:1px solid #e1e4ea;border-radius:18px;padding:14px 18px;
font-size:16px;line-height:1.45;color:#17202b;overflow-wrap:anywhere">{text}</div>
<p style="font-size:13px;color:#5b6776">{count} characters</p></body></html>"""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that was given up: to whom, why, about which order."""

    id: str
    kind: str
    channel: str
    recipient: str
    error: str
    created_at: datetime
    order_id: str
    number: str


def undelivered(db: Executor) -> list[Undelivered]:
    """What was given up, the newest first."""
    named = (_M.id, _M.kind, _M.channel, _M.recipient, _M.error, _M.created_at, _M.order_id, _O.number)
    query = select(*named).join(t.orders, _O.id == _M.order_id, isouter=True)
    rows = db.execute(
        query.where(_M.state == OutState.DEAD.value).order_by(_M.created_at.desc()).limit(MOST_SHOWN)
    )
    return [Undelivered(**(dict(row._mapping) | {"number": row.number or ""})) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many letters wait, and why the one that was tried last did not go out; empty when none was."""

    count: int
    error: str


_LETTERS = _M.channel != Channel.SMS.value
_LATE = _M.state.in_((OutState.WAITING.value, OutState.SENDING.value))


def waiting_letters(db: Executor) -> Waiting:
    """The letters that have not gone out yet."""
    count = int(db.execute(select(func.count()).select_from(t.messages).where(_LATE, _LETTERS)).scalar_one())
    tried = select(_M.error).where(_LATE, _LETTERS, _M.error != "").order_by(_M.next_try_at.desc()).limit(1)
    return Waiting(count, db.execute(tried).scalar_one_or_none() or "")


def try_letters_now(tx: Transaction, now: datetime) -> None:
    """Let letters that wait for a server's next try be tried at once."""
    MESSAGES.hurry(tx, now, _LETTERS)


def is_number(text: str) -> bool:
    """Whether a text is a phone number with its country (E.164)."""
    return _NUMBER.fullmatch(text) is not None


def phone_page(text: str) -> str:
    """A text message as it would look."""
    return _PHONE.format(text=escape(text), count=len(text))
