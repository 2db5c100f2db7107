"""The guided demo runs to its end as a program; its pictures, papers and messages agree."""

from __future__ import annotations

import email
import email.policy
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import cv2
import pytest

from pos_app.hardware.recording import codes_in

pytestmark = pytest.mark.long

SCREENS = (
    "sign-in", "sale", "customer", "order-details", "payment-actions", "payment-done", "pick-queue",
    "pick-wrong-item", "pick-short", "pick-bags", "collect-code-read", "collect-bags-scanned", "balance-card",
    "collect-second-showing", "danish-pick-walk", "offline", "offline-collect", "online-again", "problem",
    "danish-put-back",
)  # fmt: skip
PAPERS = {"deposit_receipt": 3, "order_confirmation": 3, "collect_slip": 4, "sales_receipt": 3}
CHAPTERS = 13


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one run, which ended well."""
    folder = tmp_path_factory.mktemp("story")
    words = [sys.executable, "-m", "pos_app.app", "--demo", "--walk-through", str(folder)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder


def _messages(story: Path) -> list[EmailMessage]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((story / "mail").glob("*.eml"))
    ]
    return [message for message in found if isinstance(message, EmailMessage)]


def _codes_of(message: EmailMessage, folder: Path) -> list[str]:
    codes = []
    for number, part in enumerate(part for part in message.walk() if part.get_content_type() == "image/png"):
        picture = folder / f"{number}.png"
        picture.write_bytes(bytes(part.get_payload(decode=True) or b""))
        codes += codes_in(picture)
    return codes


@pytest.mark.timeout(300)
def test_the_account_tells_every_chapter_and_no_promise_was_broken(story: Path) -> None:
    account = (story / "account.txt").read_text(encoding="utf-8")
    chapters = [line for line in account.splitlines() if line[:1].isdigit() and line.rstrip().endswith(" s")]
    assert len(chapters) == CHAPTERS
    assert "all of them held" in account
    assert "✗" not in account


@pytest.mark.timeout(300)
def test_every_screen_of_the_story_is_pictured_at_full_size(story: Path) -> None:
    taken = {path.stem.partition("-")[2]: path for path in (story / "screens").glob("*.png")}
    assert set(SCREENS) <= set(taken)
    for path in taken.values():
        picture = cv2.imread(str(path))
        assert picture is not None, path.name
        assert picture.shape[:2] == (768, 1366), path.name
        assert picture.std() > 5, f"{path.name} is empty"


@pytest.mark.timeout(300)
def test_every_paper_is_printed_once(story: Path) -> None:
    printed = [path.stem.split("-")[2] for path in (story / "papers").glob("*.png")]
    assert {kind: printed.count(kind) for kind in PAPERS} == PAPERS
    assert len(printed) == sum(PAPERS.values())


@pytest.mark.timeout(300)
def test_the_code_on_the_slip_is_the_code_in_the_message(story: Path, tmp_path: Path) -> None:
    mailed = {code for message in _messages(story) for code in _codes_of(message, tmp_path)}
    slips = {
        code for path in (story / "papers").glob("*-order_confirmation-*.png") for code in codes_in(path)
    }
    assert len(slips) == PAPERS["order_confirmation"]
    of_slip = {_number(code): code for code in slips}
    shared = {code for code in mailed if _number(code) in of_slip}
    assert shared, "no order has both a slip and a message"
    assert all(of_slip[_number(code)] == code for code in shared)


def _number(code: str) -> str:
    return code.split(".")[1]


@pytest.mark.timeout(300)
def test_every_message_has_a_plain_text_and_a_page(story: Path) -> None:
    messages = _messages(story)
    assert len(messages) >= 5
    for message in messages:
        plain, page = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None
        assert page is not None
        assert "Harbour Street" in plain.get_content() or "Old Town" in plain.get_content()
    assert len(list((story / "mail").glob("*.html"))) == len(messages)
