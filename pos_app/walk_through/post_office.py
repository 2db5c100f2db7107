"""A mail server on loopback that keeps every message as .eml and as a page to look at."""

from __future__ import annotations

import base64
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class PostOffice:
    """Takes messages from the site as any mail server would; they arrive in a thread of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port
        self.messages: tuple[EmailMessage, ...] = ()
        self._controller = Controller(self, hostname=HOST, port=port)

    def open(self) -> None:
        """Begin to take messages."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()

    def close(self) -> None:
        """Take no more."""
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)
        name = f"{len(self.messages) + 1:02d}-{_file_name(str(message['Subject']))}"
        (self._folder / f"{name}.eml").write_bytes(raw)
        (self._folder / f"{name}.html").write_text(_page(message), encoding="utf-8")
        self.messages = (*self.messages, message)
        return "250 2.0.0 taken"

    def about(self, *words: str) -> EmailMessage | None:
        """The newest message whose subject or text has all these words."""
        message: EmailMessage
        for message in reversed(self.messages):
            said = f"{message['Subject']}\n{text_of(message)}"
            if all(word in said for word in words):
                return message
        return None


def text_of(message: EmailMessage) -> str:
    """The plain-text part."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def html_of(message: EmailMessage) -> str:
    """The HTML part."""
    body = message.get_body(("html",))
    return str(body.get_content()) if body is not None else ""


def pictures_of(message: EmailMessage) -> dict[str, bytes]:
    """The pictures inside the message by their content id."""
    return {
        str(part["Content-ID"]).strip("<>"): bytes(part.get_payload(decode=True) or b"")
        for part in message.walk()
        if part.get_content_maintype() == "image"
    }


def _page(message: EmailMessage) -> str:
    """The HTML part with its pictures inside, for any browser."""
    page = html_of(message)
    for identifier, picture in pictures_of(message).items():
        data = base64.b64encode(picture).decode()
        page = page.replace(f"cid:{identifier}", f"data:image/png;base64,{data}")
    return page


def _file_name(subject: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in subject.lower())
    return "-".join(part for part in kept.split("-") if part)[:60]
