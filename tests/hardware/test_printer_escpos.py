"""The bytes for the printer, read back by a reader that does not know who wrote them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from pos_app.hardware.printer_escpos import drawer_pulse, encode
from pos_app.hardware.printer_layout import lay_out
from pos_app.hardware.printer_preview import preview_png, render
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PAPER_80_42, PrinterProfile
from site_sync.domain.documents import blocks as doc
from site_sync.domain.documents.blocks import Block, Code, CodeKind, Document, DocumentKind, Text
from tests.fixtures.logs import ExpectedLogs
from tests.hardware.escpos_reader import Drawer, EscposReader, Knife, PrintedImage, PrintedQr, PrintedText

ALL = [PAPER_58, PAPER_80, PAPER_80_42]
WIDTHS = pytest.mark.parametrize("profile", ALL, ids=lambda each: each.name)
ORDER_CODE = "CO1.S01-02-000318-4.ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read(profile: PrinterProfile, *blocks: Block, pictures: Path | None = None) -> EscposReader:
    document = Document(DocumentKind.TEST_PAGE, "Test", blocks)
    return EscposReader(encode(lay_out(document, profile), profile, pictures), profile.columns)


@WIDTHS
@pytest.mark.parametrize(
    "text", ["1.234,50 €", "£12.50", "kr 99,00", "Straße ß", "æøå ÆØÅ", "äöü ÄÖÜ é", "#$@[]"]
)
@pytest.mark.parametrize("size", list(doc.Size))
def test_letters_of_the_code_page_are_printed_by_the_printer(
    profile: PrinterProfile, text: str, size: doc.Size
) -> None:
    reader = read(profile, Text("before", bold=True), Text(text, size=size), Text(text, size=size, bold=True))
    assert reader.texts() == ["before", text, text]
    assert reader.images() == []


@WIDTHS
@pytest.mark.parametrize("text", ["Łódź", "ελ", "Čeština", "日本", "e\u0301\u0323"])
def test_letters_outside_it_are_drawn_that_line_only(profile: PrinterProfile, text: str) -> None:
    reader = read(profile, Text("before €"), Text(text), Text("after €"))
    assert reader.texts() == ["before €", "after €"]
    (image,) = reader.images()
    assert image.width == profile.dots
    ink = numpy.asarray(image.convert("L")) < 128
    assert ink.any()
    assert int(numpy.argwhere(ink)[:, 1].max()) < profile.cell * 8


def test_what_comes_from_outside_cannot_command_the_printer() -> None:
    reader = read(
        PAPER_58,
        Text("a\x1bp\x00\x32\x32b\x1d\x56\x00"),
        doc.Columns((doc.Pair("\x1b@x\r\n", "1\x10\x04\x019"),)),
    )
    assert reader.texts() == ["ap22bV", "@x" + " " * 28 + "19"]
    assert [type(each) for each in reader.printed].count(Knife) == 1
    assert not any(isinstance(each, Drawer) for each in reader.printed)


@WIDTHS
@pytest.mark.parametrize("native", [False, True])
def test_the_printed_qr_code_is_read_by_both_decoders(profile: PrinterProfile, native: bool) -> None:
    able = replace(profile, native_qr=native)
    reader = read(
        able, Text("Scan me", align=doc.Align.CENTRE), Code(CodeKind.QR, ORDER_CODE, "S01-02-000318-4")
    )
    assert any(isinstance(each, PrintedQr) for each in reader.printed) is native
    assert any(isinstance(each, PrintedImage) for each in reader.printed) is not native
    paper = reader.paper()
    assert [found.text for found in zxingcpp.read_barcodes(paper)] == [ORDER_CODE]
    assert [found.data.decode() for found in pyzbar.decode(paper)] == [ORDER_CODE]


@WIDTHS
def test_bar_codes_are_read(profile: PrinterProfile) -> None:
    reader = read(
        profile,
        Code(CodeKind.EAN13, "4006381333931"),
        doc.Space(2),
        Code(CodeKind.CODE128, "S01-02-000318-4"),
    )
    found = [each.text for each in zxingcpp.read_barcodes(reader.paper())]
    assert sorted(found) == ["4006381333931", "S01-02-000318-4"]


@WIDTHS
def test_styles_reach_the_printer(profile: PrinterProfile) -> None:
    reader = read(
        profile,
        Text("big", align=doc.Align.CENTRE, size=doc.Size.LARGE, bold=True),
        Text("right", align=doc.Align.RIGHT),
        doc.Columns((doc.Pair("Total", "9,00 €", bold=True, size=doc.Size.LARGE),)),
    )
    big, right, total, knife = reader.printed[:2] + reader.printed[2:3] + reader.printed[-1:]
    assert big == PrintedText("big", "centre", 2, 2, True)
    assert right == PrintedText("right", "right", 1, 1, False)
    assert isinstance(total, PrintedText)
    assert len(total.text) == profile.columns // 2
    assert isinstance(knife, Knife)


def test_a_printer_without_a_knife_feeds_the_paper_out_to_tear() -> None:
    reader = read(replace(PAPER_58, cutter=False), Text("x"))
    assert not any(isinstance(each, Knife) for each in reader.printed)


@pytest.mark.parametrize("pin", [2, 5])
def test_the_drawer_gets_its_pulse(pin: int) -> None:
    assert EscposReader(drawer_pulse(replace(PAPER_58, drawer_pin=pin)), 32).printed == [Drawer(pin)]
    assert drawer_pulse(replace(PAPER_58, drawer_pin=None)) == b""


@WIDTHS
def test_a_logo_is_made_to_fit(profile: PrinterProfile, tmp_path: Path) -> None:
    Image.new("RGBA", (1200, 300), (0, 0, 0, 255)).save(tmp_path / "logo.png")
    (image,) = read(profile, doc.Image("logo"), pictures=tmp_path).images()
    assert image.size == (profile.dots, 300 * profile.dots // 1200)


@pytest.mark.parametrize("name", ["absent", "../logo", "notes"])
def test_paper_without_its_logo_is_still_paper(
    name: str, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("picture")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "notes.png").write_text("no picture")
    Image.new("L", (8, 8)).save(tmp_path / "logo.png")
    reader = read(PAPER_58, doc.Image(name), Text("x"), pictures=folder)
    assert reader.texts() == ["x"]
    assert reader.images() == []


@WIDTHS
def test_the_preview_shows_what_the_printer_prints(profile: PrinterProfile) -> None:
    document = Document(
        DocumentKind.TEST_PAGE,
        "Test",
        (
            Text("Łódź ελ"),
            Text("€ 12", size=doc.Size.LARGE, bold=True),
            doc.Rule(),
            Code(CodeKind.QR, ORDER_CODE),
        ),
    )
    preview = render(lay_out(document, profile), profile)
    assert preview.width == profile.dots + 64
    assert [found.text for found in zxingcpp.read_barcodes(preview)] == [ORDER_CODE]
    reader = EscposReader(encode(lay_out(document, profile), profile), profile.columns)
    drawn = numpy.asarray(reader.images()[0].convert("L"))
    shown = numpy.asarray(preview.crop((32, 32, 32 + profile.dots, 32 + 30)))
    assert ((drawn < 128) == (shown <= 140)).all()
    assert preview_png(document, profile).startswith(b"\x89PNG")
