"""Sessions with mail servers that are not there, are silent, slow, or where none may be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage

import pytest

from site_sync.service.notify.post import MailServer, NotTaken, Patience, hand_in, mail_session
from site_sync.service.settings import MailSecurity
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.mail import PASSWORD, USER, Mailbox

SHORT = Patience(next_words=0.2, session=5.0)


def letter(sender: str = USER) -> EmailMessage:
    """A message that says little."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "maria@example.com", "Hello"
    message.set_content("Hello")
    return message


def refusal(server: MailServer, patience: Patience = SHORT) -> NotTaken:
    """What comes of handing a message in where it is not taken."""
    with pytest.raises(NotTaken) as found, mail_session(server, patience) as session:
        hand_in(session, letter())
    assert not found.value.final
    return found.value


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_what_the_server_said_comes_back(smtp_server: Mailbox) -> None:
    with mail_session(MailServer(smtp_server.host, smtp_server.port, near=True)) as session:
        assert hand_in(session, letter()) == "250 2.0.0 taken"
        smtp_server.refuse_next("550 5.7.1 we know\r\n nobody")
        with pytest.raises(NotTaken) as refused:
            hand_in(session, letter())
    assert (refused.value.answer, refused.value.final) == ("the mail server answers 550", True)
    assert refused.value.words.startswith("550 5.7.1 we know")


def test_a_private_session_signs_in_and_says_so_when_it_may_not(private_smtp_server: Mailbox) -> None:
    host, port, private = private_smtp_server.host, private_smtp_server.port, MailSecurity.STARTTLS
    with mail_session(MailServer(host, port, private, USER, PASSWORD)) as session:
        hand_in(session, letter())
    assert [one["From"] for one in private_smtp_server.messages] == [USER]
    wrong = refusal(MailServer(host, port, private, USER, "guessed"))
    assert wrong.answer == "the mail server refuses the user name or password (535)"
    assert wrong.words.startswith("535 ")
    assert "signs that mail cannot carry" in refusal(MailServer(host, port, private, USER, "pæs")).answer
    nobody = refusal(MailServer(host, port, private))
    assert nobody.answer == "the mail server does not take the sender (530)"
    assert refusal(MailServer(host, port)).answer == "the mail server does not take the sender (530)"
    assert "no TLS at this port" in refusal(MailServer(host, port, MailSecurity.TLS)).answer


def test_a_certificate_of_nobody_known_ends_it(
    private_smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow("SMTP session exception")  # as the server sees it
    monkeypatch.delenv("SSL_CERT_FILE")
    found = refusal(
        MailServer(private_smtp_server.host, private_smtp_server.port, MailSecurity.STARTTLS, USER, PASSWORD)
    )
    assert "certificate is not trusted" in found.answer
    assert private_smtp_server.messages == []


@pytest.mark.parametrize(("host", "near", "why"), [
    ("169.254.169.254", False, "an address that is not called"),
    ("8.8.8.8", True, "without TLS it must be a near one"),
    ("x" * 80 + ".example", False, "signs that mail cannot carry"),
    ("no-such-host.invalid", False, "no mail server of this name is known"),
])  # fmt: skip
def test_where_no_server_can_be_nobody_calls(host: str, near: bool, why: str) -> None:
    assert why in refusal(MailServer(host, 25, near=near)).answer


def test_a_server_that_is_not_there_or_silent_is_told_apart(free_port: int, silent: int) -> None:
    assert refusal(MailServer("127.0.0.1", free_port)).answer == "no mail server listens at this port"
    assert refusal(MailServer("127.0.0.1", silent)).answer == "the mail server does not answer in time"


def _drip(listening: socket.socket, over: threading.Event) -> None:
    """Say a letter now and then and never end the line, until the caller has gone."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        while not over.wait(0.02):
            connection.sendall(b"2")


def test_a_server_that_never_comes_to_the_end_holds_nobody() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=_drip, args=(listening, over))
        server.start()
        port = listening.getsockname()[1]
        found = refusal(MailServer("127.0.0.1", port), Patience(next_words=1.0, session=0.2))
        over.set()
        server.join()
    assert found.answer == "the mail server took too long"
