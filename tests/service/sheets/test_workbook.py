"""Workbooks: text stays text, formulas are known as such, what is no workbook is refused within limits."""

from __future__ import annotations

import io
import random
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.xml.constants import SHEET_MAIN_NS

from site_sync.domain.import_cells import Formula
from site_sync.service.sheets import table_file, workbook, workbook_parts
from site_sync.service.sheets.csv_file import Unreadable, Value

HEAD = ("SKU", "Name", "Price")


def book(*rows: tuple[object, ...], percent: str = "") -> bytes:
    """A workbook as somebody makes one by hand."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if percent:
        sheet[percent].number_format = "0%"
    memory = io.BytesIO()
    made.save(memory)
    return memory.getvalue()


def test_what_is_written_is_text_whatever_it_begins_with() -> None:
    rows: list[tuple[Value, ...]] = [
        ("A", "=1+1", Decimal("12.90")),
        ("B", "+45 12", -3),
        ("C", "@x", "-3"),
        ("D", "bell\x07 \ud800", 1),
    ]
    content = b"".join(workbook.written([HEAD, *rows], "Goods"))
    read = [row.cells for row in workbook.rows_of(content)]
    assert read[1:] == [
        ("A", "=1+1", Decimal("12.9")),
        ("B", "+45 12", Decimal("-3")),
        ("C", "@x", "-3"),
        ("D", "bell ", Decimal(1)),
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_cells_are_read_as_they_are_meant() -> None:
    content = book(HEAD, (5701234567899, True, "=A1"), (1.0, 0.25, 12.9), (None, "", None), percent="B3")
    rows = [row.cells for row in table_file.rows_of(content, table_file.form_of(content))]
    assert rows[1:] == [(Decimal("5701234567899"), "yes", Formula()), (Decimal(1), "25 %", Decimal("12.9"))]
    assert table_file.count_of(content, None) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"\x00\x01\x02\x03" * 100, "no table"),
        (b"SKU;Name\n", "no rows"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        table_file.beginning(content, table_file.form_of(content))


def repacked(content: bytes, name: str, told: bytes) -> bytes:
    """The workbook with one of its parts exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, told if part == name else old.read(part))
    return out.getvalue()


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    bomb = repacked(book(HEAD, ("A", "x", 1)), "xl/worksheets/sheet1.xml", b"<row/>" * 300_000)
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="unpacks to too much"):
        table_file.beginning(bomb, None)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>{}</row></sheetData></worksheet>"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/>{}</worksheet>"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><!-- <row> -->{}"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><?a <row >?>{}"),
        ("xl/styles.xml", "<styleSheet>{}</styleSheet>"),
    ],
)
def test_a_part_of_endless_elements_is_not_read(
    part: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_IN_ROW", "MOST_WHOLE"):
        monkeypatch.setattr(workbook_parts, name, 50_000)
    bomb = repacked(book(HEAD, ("A", "x", 1)), part, told.format("<c/>" * 30_000).encode())
    with pytest.raises(Unreadable, match="unpacks to too much"):
        table_file.beginning(bomb, None)


@pytest.mark.parametrize(
    "told", ["<row><c a='{}'/></row>", "<row><c {}/></row>", "<row><!--{}--></row>", "{}"]
)
def test_a_sign_without_end_is_not_read_anew_with_each_piece(told: str) -> None:
    """Twenty megabytes in one attribute, sent as some kilobytes, took half a minute."""
    sheet = f"<worksheet><sheetData>{told.format('x' * 2 * workbook_parts.LONGEST)}</sheetData></worksheet>"
    bomb = repacked(book(HEAD, ("A", "x", 1)), "xl/worksheets/sheet1.xml", sheet.encode())
    with pytest.raises(Unreadable, match="unpacks to too much"):
        table_file.beginning(bomb, None)


@pytest.mark.parametrize("wide", [1, 16_300, 16_384, 40_000])
def test_comments_and_texts_as_they_are_hide_nothing_and_are_read(wide: int) -> None:
    """A comment may hold what looks like rows, and end in the midst of a piece that is read."""
    aside = "<row><!DOCTYPE ]]> " + "x" * wide
    rows = "".join(
        f'<row><!--{aside}--><c t="inlineStr"><is><t><![CDATA[{text} <row>]]></t></is></c></row>'
        for text in ("SKU", "A")
    )
    sheet = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{rows}</sheetData></worksheet>'
    told = f"<?xml version='1.0'?><!--{aside}-->{sheet}"
    content = repacked(book(HEAD, ("A", "x", 1)), "xl/worksheets/sheet1.xml", told.encode())
    assert [row.cells for row in table_file.beginning(content, None)] == [("SKU <row>",), ("A <row>",)]


def test_what_somebody_noted_beside_a_cell_does_not_matter() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, ("A", "x", 1))))
    made.worksheets[0]["B2"].comment = Comment("ask the supplier", "Ruth")
    memory = io.BytesIO()
    made.save(memory)
    assert table_file.beginning(memory.getvalue(), None)[1].cells == ("A", "x", Decimal(1))


def test_a_longest_text_of_a_cell_is_read() -> None:
    rows = table_file.beginning(book(HEAD, ("A", "&" * 32_767, 1)), None)
    assert rows[1].cells[1] == "&" * 32_767


def test_elements_of_endless_attributes_are_not_read() -> None:
    cell = f"<c {' '.join(f'a{n}=0' for n in range(1000))}/>".replace("=0", "='0'")
    row = f"<worksheet><sheetData><row>{cell * 310}</row></sheetData></worksheet>"
    bomb = repacked(book(HEAD, ("A", "x", 1)), "xl/worksheets/sheet1.xml", row.encode())
    with pytest.raises(Unreadable, match="unpacks to too much"):
        table_file.beginning(bomb, None)


def test_a_row_as_wide_as_there_are_is_read() -> None:
    wide = tuple(f"={n}" for n in range(16_384))
    assert len(table_file.beginning(book(HEAD, wide), None)) == 2


def test_entities_that_grow_are_refused() -> None:
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    cell = "<worksheet><sheetData><row><c><v>&e11;</v></c></row></sheetData></worksheet>"
    told = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{grown}]>{cell}'
    content = repacked(book(HEAD, ("A", "x", 1)), "xl/worksheets/sheet1.xml", told.encode())
    with pytest.raises(Unreadable, match="no workbook"):
        table_file.beginning(content, None)


def test_damaged_workbooks_are_rows_or_unreadable() -> None:
    good, chance, refused = book(HEAD, *(("A", "x", n) for n in range(20))), random.Random(7), 0
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 12)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        try:
            table_file.beginning(bytes(bad), None)
        except Unreadable:
            refused += 1
    assert refused > 10


def test_more_rows_than_a_workbook_holds_are_said_and_not_dropped_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    content = b"".join(workbook.written([HEAD, *(("A", "x", n) for n in range(9))], "Goods"))
    monkeypatch.undo()
    rows = [row.cells[0] for row in workbook.rows_of(content)]
    assert rows == ["SKU", "A", "A", workbook.TOO_MANY]
