"""The page that shows at set-up whether a printer's width, letters and codes are right."""

from __future__ import annotations

from site_sync.domain.documents.blocks import (
    Align,
    Code,
    CodeKind,
    Columns,
    Document,
    DocumentKind,
    Pair,
    Rule,
    Size,
    Space,
    Text,
)
from site_sync.domain.documents.stationery import Stationery, closing, letterhead, made, title
from site_sync.domain.money import Money

_LETTERS = ("€ £ $ kr ß", "æøå ÆØÅ äöü ÄÖÜ", "é è ñ ç ¿ ½ ×", "Łódź Čeština ελληνικά")


def sample_page(stationery: Stationery, printer: str) -> Document:
    """Every size, the edges of the paper, letters of the code page and outside it, and each kind of code."""
    name = stationery.word("test_page")
    amount = stationery.money(Money(123450, "EUR"))
    return Document(
        DocumentKind.TEST_PAGE,
        f"{name} {printer}",
        (
            *letterhead(stationery),
            *title(name),
            made(stationery, Pair(printer, ""), by="staff"),
            Rule(heavy=True),
            Columns((Pair("|<", ">|"),)),
            *(Text(line) for line in _LETTERS),
            *(Text(line, bold=True) for line in _LETTERS),
            *(Text(size.value, Align.CENTRE, size, bold=True) for size in Size),
            Columns((Pair(stationery.word("total"), amount, size=Size.LARGE),)),
            Space(),
            Code(CodeKind.QR, "https://example.org/", "QR"),
            Code(CodeKind.EAN13, "4006381333931", "EAN-13"),
            Space(),
            Code(CodeKind.CODE128, "HANDOVER-128", "Code 128"),
            *closing(stationery),
        ),
        language=stationery.language,
    )
