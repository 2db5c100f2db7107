"""What stands where on 58 and 80 mm paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.hardware.printer_layout import BarSymbol, CutHere, Feed, Line, QrSymbol, lay_out, pair_lines
from pos_app.hardware.printer_profile import DOTS_PER_MM, PAPER_58, PAPER_80, PAPER_80_42, PrinterProfile
from pos_app.hardware.printer_symbols import bar_modules, qr_modules
from pos_app.hardware.printer_text import cells, plain, wrap
from site_sync.domain.documents.blocks import (
    Align,
    Block,
    Code,
    CodeKind,
    Columns,
    Cut,
    Document,
    DocumentKind,
    Pair,
    Size,
    Space,
    Table,
    TableColumn,
    Text,
)

WIDTHS = pytest.mark.parametrize("profile", [PAPER_58, PAPER_80, PAPER_80_42], ids=lambda each: each.name)


def lines(profile: PrinterProfile, *blocks: Block) -> list[Line]:
    document = Document(DocumentKind.TEST_PAGE, "Test", blocks)
    return [piece for piece in lay_out(document, profile) if isinstance(piece, Line)]


@WIDTHS
def test_an_amount_is_never_cut_and_ends_at_the_right_edge(profile: PrinterProfile) -> None:
    name = "Trekking rucksack Alpina 55 litres with rain cover, deep blue"
    first, *rest = lines(profile, Columns((Pair(name, "1.234.567,89 €"),)))
    assert first.text.endswith(" 1.234.567,89 €")
    assert cells(first.text) == profile.columns
    assert "".join(first.text.removesuffix("1.234.567,89 €").split()) + "".join(
        "".join(line.text.split()) for line in rest
    ) == name.replace(" ", "")


def test_an_amount_with_no_room_beside_stands_below() -> None:
    assert pair_lines("Deposit paid by card", "1.234.567.890,00 DKK", 26) == [
        "Deposit paid by card",
        "      1.234.567.890,00 DKK",
    ]


@WIDTHS
def test_big_text_grows_smaller_before_it_is_broken(profile: PrinterProfile) -> None:
    number = "S01-02-000318-4"
    (line,) = lines(profile, Text(number, size=Size.HUGE))
    assert line.text == number
    assert line.wide == (3 if profile.columns >= 45 else 2)
    (long,) = lines(profile, Text("x" * profile.columns, size=Size.HUGE))
    assert (long.wide, long.high) == (1, 2)


def test_a_big_total_falls_back_to_tall_where_it_would_not_fit() -> None:
    (total,) = lines(PAPER_58, Columns((Pair("Gesamtbetrag", "1.234,50 €", size=Size.LARGE),)))
    assert (total.wide, total.high) == (1, 2)
    assert total.text.endswith("1.234,50 €")


@WIDTHS
def test_a_table_keeps_its_columns_and_wraps_the_growing_one(profile: PrinterProfile) -> None:
    columns = (TableColumn("Shelf"), TableColumn("Item", grows=True), TableColumn("Qty", Align.RIGHT))
    name = "Gas canister 230 g with screw valve, standard EN 417"
    head, first, *rest = lines(profile, Table(columns, (("A-01-3", name, "12"), ("B-1", "Sock", "1"))))
    assert (head.text.split(), head.bold) == (["Shelf", "Item", "Qty"], True)
    assert first.text.startswith("A-01-3 Gas canister")
    assert first.text.endswith(" 12")
    assert cells(first.text) == cells(head.text) == profile.columns
    assert all(line.text.startswith("       ") for line in rest[:-1])


def test_a_table_too_wide_for_the_paper_is_stacked() -> None:
    columns = (TableColumn("", grows=True), TableColumn("", Align.RIGHT), TableColumn("", Align.RIGHT))
    rows = (("Headlamp", "S01-02-000318-4", "1.299,00 kr"),)
    assert [line.text for line in lines(PAPER_58, Table(columns, rows))] == [
        "Headlamp",
        "     S01-02-000318-4 1.299,00 kr",
    ]


@WIDTHS
def test_a_qr_code_is_wide_enough_for_a_phone(profile: PrinterProfile) -> None:
    text = "CO1.S01-02-000318-4.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    document = Document(DocumentKind.TEST_PAGE, "Test", (Code(CodeKind.QR, text),))
    (symbol,) = [piece for piece in lay_out(document, profile) if isinstance(piece, QrSymbol)]
    side = len(qr_modules(text))
    assert symbol.dots * side >= 30 * DOTS_PER_MM
    assert symbol.dots * (side + 8) <= profile.dots


def test_a_bar_code_too_wide_for_the_paper_becomes_a_qr_code() -> None:
    document = Document(DocumentKind.TEST_PAGE, "Test", (Code(CodeKind.CODE128, "BG1.S01-02-000318-4.1"),))
    assert isinstance(lay_out(document, PAPER_58)[0], QrSymbol)
    assert isinstance(lay_out(document, PAPER_80)[0], BarSymbol)


def test_the_paper_is_cut_once_at_the_end() -> None:
    document = Document(DocumentKind.TEST_PAGE, "Test", (Text("a"), Cut(), Space(2), Text("b"), Cut()))
    assert lay_out(document, PAPER_58) == (Line("a"), CutHere(), Feed(2), Line("b"), CutHere())


def test_a_code_without_text_and_a_wrong_ean_are_refused() -> None:
    with pytest.raises(ValueError):
        lay_out(Document(DocumentKind.TEST_PAGE, "Test", (Code(CodeKind.QR, "\x00"),)), PAPER_58)
    for wrong in ("40063", "4006381333930", "ABCDEFGHIJKLM"):
        with pytest.raises(ValueError):
            bar_modules(CodeKind.EAN13, wrong)


@given(st.text(max_size=200), st.integers(min_value=4, max_value=48))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: int) -> None:
    clean = plain(text)
    wrapped = wrap(clean, width)
    assert all(cells(line) <= width for line in wrapped)
    assert "".join("".join(wrapped).split()) == "".join(clean.split())


@given(st.text(max_size=80), st.text(alphabet="0123456789., €", max_size=20), st.sampled_from([32, 42, 48]))
def test_pairs_keep_the_amount_whole(left: str, right: str, width: int) -> None:
    result = pair_lines(plain(left), right, width)
    assert all(cells(line) <= width for line in result)
    assert not right.strip() or any(line.endswith(right) for line in result)


def test_only_printable_characters_are_left() -> None:
    assert plain("a\x1b@b\x00\x9bc\u202ed\tf\u00a0g\ne") == "a@bcd f g\ne"
