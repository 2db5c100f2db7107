"""Receipts that tills want mailed: kept with the command, sent once, as text and as HTML."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from site_sync.domain.documents.codec import to_data
from site_sync.domain.receipt_mail import ReceiptMail, is_address
from site_sync.protocol.codec import RECEIPT_MAIL
from site_sync.protocol.envelope import Envelope, PayloadKind, ResultKind
from site_sync.service import problems
from site_sync.service.database import tables as t
from site_sync.service.wiring import Site
from tests.domain.document_samples import every_paper
from tests.fixtures.mail import Mailbox
from tests.service.shop import ANNA, NOON
from tests.service.test_messages import drain, mailing, part
from tests.service.tills import Till, enrol

__all__ = ["mailing"]


def mail(paper: str, language: str, number: int = 1) -> ReceiptMail:
    """A paper for Maria."""
    document = every_paper(language)[paper]
    return ReceiptMail(
        f"mail-{number}", "S01", "02", ANNA, NOON, "maria@example.com", json.dumps(to_data(document)),
        document.title.rpartition(" ")[2], language,
    )  # fmt: skip


def sealed(till: Till, wanted: ReceiptMail) -> Envelope:
    """The next envelope, around a receipt to mail."""
    text = RECEIPT_MAIL.text(wanted)
    return till.seal_text(f"c-{wanted.id}-{till.seq}", text, staff=wanted.by.id, kind=PayloadKind.MAIL)


def test_a_receipt_is_sent_once_with_its_amounts_in_the_customers_language(
    mailing: Site, smtp_server: Mailbox
) -> None:
    till = enrol(mailing)
    before = len(smtp_server.messages)
    envelope = sealed(till, mail("sale", "de"))
    assert till.result(envelope).kind is till.result(envelope).kind is ResultKind.APPLIED
    drain(mailing)
    drain(mailing)
    assert len(smtp_server.messages) == before + 1
    letter = smtp_server.messages[-1]
    assert (letter["To"], letter["Content-Language"]) == ("maria@example.com", "de")
    assert letter["Subject"].startswith("Kassenbon S01-02-R000077")
    text, html = part(letter, "text/plain"), part(letter, "text/html")
    for words in ("Merino sock", "38,96", "Rückgeld", "11,04", "MwSt."):
        assert words in text
        assert words in html
    assert "<script" not in html


def test_the_code_of_an_order_is_a_picture_in_the_mail(mailing: Site, smtp_server: Mailbox) -> None:
    till = enrol(mailing)
    till.result(sealed(till, mail("deposit", "en")))
    drain(mailing)
    letter = smtp_server.messages[-1]
    pictures = [piece for piece in letter.walk() if piece.get_content_type() == "image/png"]
    assert len(pictures) == 1
    assert pictures[0]["Content-ID"] == "<receipt-code>"
    assert 'src="cid:receipt-code"' in part(letter, "text/html")


def test_what_cannot_be_sent_is_refused_and_told(site: Site, till: Till) -> None:
    wrong = till.result(sealed(till, replace(mail("sale", "en"), address="maria@example.com\r\nBcc: x@y.zz")))
    broken = till.result(sealed(till, replace(mail("sale", "en"), document='{"kind": "sale"}')))
    assert [(one.kind, one.code) for one in (wrong, broken)] == [
        (ResultKind.REJECTED, "email_invalid"),
        (ResultKind.REJECTED, "text_invalid"),
    ]
    assert len(site.database.read(problems.open_problems)) == 2
    assert site.database.read(lambda db: db.execute(select(t.messages)).all()) == []


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("maria@example.com", True),
        ("m.o'neil+x@shop.example.co", True),
        ("maria", False),
        ("maria@localhost", False),
        ("a@b@example.com", False),
        ("a b@example.com", False),
        ("a@example.com, b@example.com", False),
        ("a@-", False),
        ("x" * 250 + "@example.com", False),
    ],
)
def test_an_address_is_one_name_and_one_domain(address: str, *, right: bool) -> None:
    assert is_address(address) is right
