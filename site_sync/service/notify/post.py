"""Handing a message to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from site_sync.service.sentences import said
from site_sync.service.settings import MailSecurity

TIMEOUT_SECONDS = 20.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed in."""

    host: str
    port: int = 25
    security: MailSecurity = MailSecurity.NONE
    user: str = ""
    password: str = field(default="", repr=False)


class NotTaken(Exception):
    """The server did not take a message; `final` when it never will."""

    def __init__(self, answer: str, *, final: bool) -> None:
        super().__init__(answer)
        self.answer = answer
        self.final = final


def _open(server: MailServer) -> smtplib.SMTP:
    if server.security is MailSecurity.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)


@contextmanager
def mail_session(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A session with the server, private and signed in as set; NotTaken when there is none to be had."""
    try:
        session = _open(server)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_told(error), final=False) from error
    try:
        try:
            if server.security is MailSecurity.STARTTLS:
                session.starttls(context=ssl.create_default_context())
            if server.user:
                session.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(_told(error), final=False) from error
        yield session
    finally:
        _leave(session)


def _leave(session: smtplib.SMTP) -> None:
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        session.close()  # the server was gone first


def hand_in(session: smtplib.SMTP, message: EmailMessage) -> None:
    """Give the server one message; NotTaken when it does not take it."""
    try:
        session.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise NotTaken(_told(error), final=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise NotTaken(_told(error), final=500 <= error.smtp_code < 600) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_told(error), final=False) from error


def _told(error: Exception) -> str:
    """What the server did not do and its code, without addresses, which belong in no log."""
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return said(f"the mail server refuses the user name or password ({code})")
        case smtplib.SMTPResponseException(smtp_code=code):
            return said(f"the mail server answers {code}")
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code = min((code for code, _ in refused.values()), default=0)
            return said(f"the mail server does not take the address ({code})")
    kind = type(error).__name__
    return said(f"the mail server cannot be reached ({kind})")
