"""Handing a message to the mail server."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from site_sync.service.outgoing_hosts import EndpointRefused, connect, ended_after
from site_sync.service.sentences import said
from site_sync.service.settings import MailSecurity

TIMEOUT_SECONDS = 20.0
"""How long is waited for the server's next words."""
SESSION_SECONDS = 600.0
"""How long a session may take: a server that says a letter now and then would hold its caller for ever."""
NO_SERVER = said("no mail server is set up")
UNOPENED = said("the password of the mail server was kept with another key of the site: type it again")
GREETING = 220
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed in; a `near` one must be in a network of one's own."""

    host: str
    port: int = 25
    security: MailSecurity = MailSecurity.NONE
    user: str = ""
    password: str = field(default="", repr=False)
    near: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for the server's next words, and for all of them."""

    next_words: float = TIMEOUT_SECONDS
    session: float = SESSION_SECONDS


class NotTaken(Exception):
    """The server did not take a message; `final` when it never will, `words` are the server's own."""

    def __init__(self, answer: str, *, final: bool, words: str = "") -> None:
        super().__init__(answer)
        self.answer = answer
        self.final = final
        self.words = words


class MailSession(smtplib.SMTP):
    """A session with a server that may be called; `words` are what it said last."""

    def __init__(self, server: MailServer, patience: Patience) -> None:
        super().__init__(timeout=patience.next_words)
        self._host = server.host  # whose name the certificate must bear
        self._server = server
        self._patience = patience
        self.words = ""
        self.late = threading.Event()
        """Set when the session lasted too long and was ended."""

    def getreply(self) -> tuple[int, bytes]:
        """What the server says next, which is remembered."""
        code, text = super().getreply()
        self.words = _words(code, text)
        return code, text

    def begin(self) -> None:
        """Connect, make the connection private and sign in, as the server wants it."""
        server = self._server
        waits = self._patience
        made = connect(server.host, server.port, waits.session, seconds=waits.next_words, near=server.near)
        self.sock = made
        if self.late.is_set():
            raise TimeoutError("no connection in time")
        if server.security is MailSecurity.TLS:
            trust = ssl.create_default_context()
            secured = trust.wrap_socket(made, server_hostname=server.host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()
        code, text = self.getreply()
        if code != GREETING:
            raise smtplib.SMTPConnectError(code, text)
        if server.security is MailSecurity.STARTTLS:
            self.starttls(context=ssl.create_default_context())
        if server.user:
            self.login(server.user, server.password)


@contextmanager
def mail_session(server: MailServer, patience: Patience | None = None) -> Iterator[MailSession]:
    """A session with the server, private and signed in as set; NotTaken when there is none to be had."""
    waits = patience or Patience()
    session = MailSession(server, waits)
    with ended_after(lambda: session.sock, waits.session) as late, closing(session):
        session.late = late
        try:
            session.begin()
        except _FAILED as error:
            raise _not_taken(session, error) from error
        try:
            yield session
        finally:
            with suppress(OSError, smtplib.SMTPException):  # the server was gone first
                session.quit()


def hand_in(session: MailSession, message: EmailMessage) -> str:
    """Give the server one message, and what it said to that; NotTaken when it does not take it."""
    try:
        session.send_message(message)
    except _FAILED as error:
        raise _not_taken(session, error) from error
    return session.words


_FAILED = (OSError, smtplib.SMTPException, EndpointRefused, UnicodeError)


def _words(code: int, text: bytes) -> str:
    """What a server says, on one line and not too long."""
    plain = " ".join(text.decode("utf-8", "replace").split())
    return "".join(char for char in f"{code} {plain}" if char.isprintable())[:LONGEST_WORDS].strip()


def _not_taken(session: MailSession, error: Exception) -> NotTaken:
    """The failure in our words and the server's, and whether the server will never take this message.

    A sender or a sign-in that it refuses is put right by the shop, and the message goes out then.
    """
    if session.late.is_set():
        return NotTaken(said("the mail server took too long"), final=False)
    match error:
        case smtplib.SMTPSenderRefused() | smtplib.SMTPAuthenticationError() | smtplib.SMTPConnectError():
            final = False
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            final = all(code >= 500 for code, _ in refused.values())
        case smtplib.SMTPResponseException(smtp_code=code):
            final = 500 <= code < 600
        case _:
            final = False
    return NotTaken(_told(error), final=final, words=_own_words(error))


def _own_words(error: Exception) -> str:
    """What the server itself said, empty when it said nothing."""
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=text):
            return _words(code, text if isinstance(text, bytes) else text.encode())
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            return "; ".join(_words(code, text) for code, text in refused.values())
    return ""


def _told(error: Exception) -> str:
    """What the server did not do and its code, without addresses, which belong in no log."""
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return said(f"the mail server refuses the user name or password ({code})")
        case smtplib.SMTPSenderRefused(smtp_code=code):
            return said(f"the mail server does not take the sender ({code})")
        case smtplib.SMTPResponseException(smtp_code=code):
            return said(f"the mail server answers {code}")
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code = min((code for code, _ in refused.values()), default=0)
            return said(f"the mail server does not take the address ({code})")
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return said("the mail server does not answer in time")
        case smtplib.SMTPServerDisconnected():
            return said("the mail server hung up")
        case smtplib.SMTPNotSupportedError():
            return said("the mail server offers no STARTTLS, or no signing in")
        case EndpointRefused():
            return said(
                "the mail server is at an address that is not called; without TLS it must be a near one"
            )
    return _unreached(error)


def _unreached(error: Exception) -> str:
    """Why there was no session at all."""
    match error:
        case ssl.SSLCertVerificationError():
            return said("the mail server's certificate is not trusted, or is of another name")
        case ssl.SSLError():
            return said("the mail server speaks no TLS at this port, or only after STARTTLS")
        case socket.gaierror():
            return said("no mail server of this name is known")
        case TimeoutError():
            return said("the mail server does not answer in time")
        case ConnectionRefusedError():
            return said("no mail server listens at this port")
        case UnicodeError():
            return said(
                "the mail server's name, the user name or the password has signs that mail cannot carry"
            )
    kind = type(error).__name__
    return said(f"the mail server cannot be reached ({kind})")
