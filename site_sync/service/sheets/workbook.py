"""Workbooks (XLSX): the first sheet read row by row within limits; tables written as text and numbers."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from site_sync.domain.import_cells import Cell, Formula, Row
from site_sync.service.sheets.csv_file import FORMULA_SIGNS, MOST_COLUMNS, Unreadable, Value
from site_sync.service.sheets.workbook_parts import DAMAGED, OLD_BEGINS, TOO_MUCH, PackedParts

MOST_UNPACKED = 150_000_000
MOST_PARTS = 2_000
MOST_ROWS = 1_000_000
TOO_MANY = "There are more rows than a workbook holds. Take them away as CSV."
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_000
_FAULTS: tuple[type[Exception], ...] = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError,
    AttributeError, OSError, IndexError, NotImplementedError, EOFError, OverflowError, SyntaxError,
)  # fmt: skip
"""What the reader of workbooks raises over files that are none."""


def checked(content: bytes) -> None:
    """Unreadable when a file is no workbook, or would unpack to more than a shop's goods can need."""
    if content.startswith(OLD_BEGINS):
        raise Unreadable("This is an old Excel file. Save it as .xlsx or CSV and send it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(TOO_MUCH)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The workbook has a password. Save it without one and send it again.")


def rows_of(content: bytes) -> Iterator[Row]:
    """The rows of the first sheet, with formulas as such; Unreadable when the file is no workbook."""
    checked(content)
    try:
        sheet = _opened(content).worksheets[0]
        sheet.reset_dimensions()
        width = _width(next(sheet.iter_rows(max_row=1), ()))
        for line, cells in enumerate(sheet.iter_rows(max_col=width), 1):
            if line > MOST_ROWS:
                break
            if cells:
                yield Row(line, tuple(_cell(cell) for cell in cells))
    except _FAULTS as error:
        for known in (error, error.__cause__):  # its reader wraps what it is told
            if isinstance(known, Unreadable):
                raise known from None
        raise Unreadable(DAMAGED) from error


def _opened(content: bytes) -> Any:
    """The workbook, whose parts are counted while they are read."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    reader.archive = PackedParts(io.BytesIO(content))
    reader.read()
    return reader.wb


def _width(head: Sequence[Any]) -> int:
    """How many columns the first row names; what stands beyond them has no heading."""
    named = [place for place, cell in enumerate(head, 1) if cell.value is not None]
    return min(max(named, default=1), MOST_COLUMNS)


def _cell(cell: Any) -> Cell:
    """A cell's content: text, a number without the noise of its binary form, or a formula."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            number = Decimal(repr(value))
            return f"{(number * 100).normalize():f} %" if "%" in str(cell.number_format) else _plain(number)
        case datetime() | date() | time():
            return value.isoformat()
    if cell.data_type == "f":
        return Formula()
    return str(value)


def _plain(number: Decimal) -> Decimal:
    """12.0 as 12; infinite and broken ones as nothing."""
    if not number.is_finite():
        return Decimal(0)
    whole = number.to_integral_value()
    return whole if number == whole and abs(whole) < Decimal(10) ** 18 else number


def count_of(content: bytes) -> int:
    """About how many rows the largest sheet has, for a progress bar."""
    checked(content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [part for part in packed.infolist() if part.filename.startswith("xl/worksheets/")]
        largest = max(sheets, key=lambda part: part.file_size, default=None)
        if largest is None:
            return 0
        try:
            with packed.open(largest) as file:
                return sum(part.count(b"<row") for part in iter(lambda: file.read(1_000_000), b""))
        except _FAULTS as error:
            raise Unreadable(DAMAGED) from error


def written(rows: Iterable[Sequence[Value]], title: str) -> Iterator[bytes]:
    """A workbook of one sheet in parts, its first row in bold; text is text, whatever it begins with."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, row in enumerate(rows):
        if place == MOST_ROWS:
            sheet.append([TOO_MANY])
            break
        sheet.append([_out(sheet, value, head=place == 0) for value in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(64_000):
            yield part


def _out(sheet: Any, value: Value, *, head: bool) -> Any:
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("", value)[:_LONGEST]
    if not head and not text.startswith(FORMULA_SIGNS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if head:
        cell.font = Font(bold=True)
    else:
        cell.quotePrefix = True
    return cell
