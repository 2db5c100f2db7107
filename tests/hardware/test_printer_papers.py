"""Every paper of the shop on every width, as an independent reader sees it."""

from __future__ import annotations

import re

import pytest
import zxingcpp

from pos_app.hardware.printer_escpos import encode
from pos_app.hardware.printer_layout import Line, lay_out
from pos_app.hardware.printer_preview import render
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PAPER_80_42, PrinterProfile
from site_sync.domain.codes import ScanKind, ScanSettings, classify
from site_sync.domain.documents.blocks import Code, Columns
from tests.domain.document_samples import every_paper
from tests.hardware.escpos_reader import EscposReader
from tests.hardware.golden_papers import FOLDER, VARIANTS, written

NAMES = list(every_paper("en"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_papers_are_as_they_were_looked_at(variant: str) -> None:
    assert written(variant) == (FOLDER / f"{variant}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", [PAPER_58, PAPER_80, PAPER_80_42], ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["en", "de", "da"])
def test_every_amount_is_on_paper_whole(profile: PrinterProfile, language: str) -> None:
    for name, document in every_paper(language).items():
        lines = [piece.text for piece in lay_out(document, profile) if isinstance(piece, Line)]
        for block in document.blocks:
            for pair in block.rows if isinstance(block, Columns) else ():
                if re.search(r"\d[.,]\d\d( |$)", pair.right):
                    assert any(line.endswith(pair.right) for line in lines), (name, pair.right)


@pytest.mark.parametrize("profile", [PAPER_58, PAPER_80], ids=lambda each: each.name)
@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_read_from_the_printed_and_the_shown_paper(profile: PrinterProfile, name: str) -> None:
    document = every_paper("de")[name]
    expected = [block.data for block in document.blocks if isinstance(block, Code)]
    reader = EscposReader(encode(lay_out(document, profile), profile), profile.columns)
    assert [found.text for found in zxingcpp.read_barcodes(reader.paper())] == expected
    assert [
        found.text for found in zxingcpp.read_barcodes(render(lay_out(document, profile), profile))
    ] == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("confirmation", ScanKind.COLLECT_CODE),
        ("deposit", ScanKind.COLLECT_CODE),
        ("bag", ScanKind.BAG),
        ("picking", ScanKind.ORDER_NUMBER),
    ],
)
def test_the_till_knows_what_it_printed_when_it_is_scanned(name: str, kind: ScanKind) -> None:
    (code,) = [block for block in every_paper("en")[name].blocks if isinstance(block, Code)]
    scan = classify(code.data, ScanSettings())
    assert (scan.kind, scan.order_number) == (kind, "S01-02-000318-1")
