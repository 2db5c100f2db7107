"""The surroundings of the tests do what they promise."""

import logging
import smtplib
import subprocess
import sys
import warnings
from email.message import EmailMessage

import pytest
import structlog
from sqlalchemy import create_engine, text

from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.mail import Mailbox


def test_database_is_empty_and_takes_statements(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE item (sku TEXT)"))
        connection.execute(text("INSERT INTO item VALUES ('ÄÖ-1')"))
        assert connection.execute(text("SELECT sku FROM item")).scalar_one() == "ÄÖ-1"
    engine.dispose()


def test_postgres_answers(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW server_encoding")).scalar_one() == "UTF8"
    engine.dispose()


def test_mail_arrives(smtp_server: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "shop@example.com",
        "anna@example.com",
        "Abholbereit ✓",
    )
    message.set_content("Ihre Bestellung liegt bereit.")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.send_message(message)
    [received] = smtp_server.wait_for(1)
    assert received["Subject"] == "Abholbereit ✓"


def test_mail_is_refused_on_request(smtp_server: Mailbox) -> None:
    smtp_server.refuse_next()
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.sendmail("shop@example.com", ["anna@example.com"], "Subject: later\n\n")
    assert smtp_server.messages == []


def test_x_server_shows_a_screen(x_display: str) -> None:
    code = "from PySide6.QtWidgets import QApplication as A; print(A([]).primaryScreen().size().width())"
    environment = {"DISPLAY": x_display, "QT_QPA_PLATFORM": "xcb"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "1366"


def test_warnings_are_errors() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("anything", stacklevel=1)


def test_expected_log_passes(expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("printer: paper out")
    expected_logs.expect("event='till offline' till=2")
    logging.getLogger("printer").warning("paper out")
    structlog.get_logger("sync").warning("till offline", till=2)


def test_unexpected_and_missing_logs_are_told_apart() -> None:
    expected = ExpectedLogs()
    expected.expect("paper out")
    expected.allow("cover open")
    assert expected.unexpected(["printer: paper out", "printer: cover open"]) == []
    assert expected.unexpected(["printer: on fire"]) == ["printer: on fire"]
    assert expected.missing(["printer: cover open"]) == ["paper out"]
