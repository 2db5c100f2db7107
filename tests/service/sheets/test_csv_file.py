"""CSV files: whoever wrote them they are read, and what is written is no formula and comes back as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_sync.service.sheets import csv_file
from site_sync.service.sheets.csv_file import FORMULA_SIGNS, CsvForm, Unreadable, escaped, form_of, unescaped

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(TEXTS | st.sampled_from(["=1+1", "'=1", "''", "'", "+45 1", "-3", "@x", "\tx", "＝1", "'t Hooft"]))
def test_text_comes_back_as_it_was_and_never_begins_as_a_formula(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(FORMULA_SIGNS)


@settings(max_examples=60)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from(";,\t|"))
def test_what_is_written_is_read_again(rows: list[list[str]], delimiter: str) -> None:
    content = b"".join(csv_file.written([("SKU", "Name", "Note"), *rows], delimiter))
    found = list(csv_file.rows_of(content, CsvForm("utf-8", delimiter)))
    assert [list(row.cells) for row in found[1:]] == rows


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_unreadable(content: bytes) -> None:
    try:
        rows = list(csv_file.rows_of(content, form_of(content)))
    except Unreadable:
        return
    assert all(row.line >= 1 for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_letters_and_delimiter_are_found_out(encoding: str, delimiter: str) -> None:
    lines = [["Varenr", "Navn", "Pris"], ["A-1", "Blå jakke, størrelse Ü", "12,50"], ["B-2", "Ærø; rød", "3"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    content = text.encode(encoding)
    form = form_of(content)
    assert form.delimiter == delimiter
    assert [list(row.cells) for row in csv_file.rows_of(content, form)] == lines


def test_lines_are_those_of_the_file_where_cells_hold_line_breaks() -> None:
    rows = list(csv_file.rows_of(b'sep=;\nSKU;Name\nA;"two\nlines"\n\nB;x\n', CsvForm()))
    assert [(row.line, row.cells[0]) for row in rows] == [(2, "SKU"), (3, "A"), (6, "B")]
    assert form_of(b"sep=|\nSKU|Name\n").delimiter == "|"


def test_numbers_stay_numbers() -> None:
    content = b"".join(csv_file.written([("a", "b"), (-3, Decimal("-12.50"))]))
    assert content.endswith(b"-3;-12.50\r\n")


def test_a_wrong_choice_of_letters_is_said() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        list(csv_file.rows_of("Blå".encode("cp1252"), CsvForm("utf-8")))
