"""Lines of the log: their facts, their request, where errors came from, and what is not in them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from site_sync.service import log_lines
from site_sync.service.database.engine import open_database
from site_sync.service.log_lines import masked
from site_sync.service.settings import LogFormat
from tests.fixtures.logs import ExpectedLogs

PRIVATE = (
    "Maria Sørensen", "maria@example.com", "+45 70 20 30 40", "4570203040", "123456",
    "hk_9f8e7d6c5b4a39281706f5e4d3c2b1a0", "KX7Q2M4T9PZ3R8W5V6N1B0YCDE", "correct horse battery",
)  # fmt: skip
ORDER = "0192f0c1-7a3e-7c11-9d1f-3f1f6f0a2b3c"


def tell() -> None:
    """Log what a careless author might log, and what breaks with people's data in it."""
    log = structlog.get_logger("site")
    name, mail, phone, bare, pin, key, token, password = PRIVATE
    log.warning("a letter came back", name=name, order=ORDER, answer=f"550 <{mail}> has no mailbox")
    log.warning("called", note=f"{name} called from {phone}", why=f"{phone}, {bare} were tried by {mail}")
    log.warning("signing in", pin=pin, password=password, facts={"token": token, "sku": "JKT", "at": 17})
    log.warning("a path", path=f"/o/{token}", key=key, number="S01-02-000123-7")
    customer = {"name": name, "phone": phone}
    try:
        raise KeyError(customer["name"])
    except KeyError:
        log.error("a job failed", job="messages", exc_info=True)
        logging.getLogger("uvicorn.error").error("Exception in application %s", mail, exc_info=True)


def lines_of(captured: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_nothing_personal_and_no_secret_is_in_any_line(
    capsys: pytest.CaptureFixture[str], expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow(".")
    with log_lines.told(LogFormat.JSON):
        tell()
    told = capsys.readouterr().err
    assert [private for private in PRIVATE if private in told] == []
    lines = lines_of(told)
    assert [line["event"] for line in lines][:5] == [
        "a letter came back", "called", "signing in", "a path", "a job failed",
    ]  # fmt: skip
    assert lines[0]["order"] == ORDER
    assert lines[2]["facts"] == {"token": "***", "sku": "JKT", "at": 17}
    assert (lines[3]["path"], lines[3]["number"]) == ("/o/***", "S01-02-000123-7")


def test_an_error_tells_where_it_came_from_without_values(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow(".")
    database = open_database(f"sqlite:///{tmp_path / 'site.sqlite'}")
    broken = text("INSERT INTO nowhere VALUES (:name)")
    with log_lines.told(LogFormat.TEXT):
        try:
            database.write(lambda tx: tx.execute(broken, {"name": "Maria Sørensen"}))
        except OperationalError:
            structlog.get_logger("site").error("a job failed", exc_info=True)
    database.close()
    told = capsys.readouterr().err
    assert "OperationalError" in told
    assert "no such table: nowhere" in told
    assert "transaction.py:" in told
    assert "test_log_lines.py:" in told
    assert "Maria" not in told


def test_lines_bear_the_request_and_are_kept_in_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow(".")
    folder = tmp_path / "logs"
    with log_lines.told(LogFormat.TEXT), log_lines.kept(folder, "8700"):
        with structlog.contextvars.bound_contextvars(request="web-shop.17"):
            structlog.get_logger("site").info("a request was slow", route="/o/{token}")
        tell()
    assert "request='web-shop.17'" in capsys.readouterr().err
    kept = [json.loads(line) for line in log_lines.newest(folder, 100)]
    assert (kept[0]["request"], kept[0]["route"]) == ("web-shop.17", "/o/{token}")
    assert len(log_lines.newest(folder, 3)) == 3
    assert [one for one in PRIVATE if one in (folder / "site-8700.log").read_text()] == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("cannot be kept")
    (tmp_path / "logs").write_text("a file in its place")
    with log_lines.kept(tmp_path / "logs", "1"):
        assert log_lines.newest(tmp_path / "logs", 5) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("call 0045 70203040 now", "call *** now"),
        ("2026-11-22T12:00:00.123456+00:00", "2026-11-22T12:00:00.123456+00:00"),
        (f"order {ORDER} of S01-02-000123-7", f"order {ORDER} of S01-02-000123-7"),
        ("/c/17/KX7Q2M4T9PZ3R8W5V6N1B0YCDE", "/c/17/***"),
        ("took 12.5 s, 100000 rows", "took 12.5 s, 100000 rows"),
    ],
)
def test_what_is_masked_and_what_stays(given: str, told: str) -> None:
    assert masked(given) == told
