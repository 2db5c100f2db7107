"""CSV files: read whoever wrote them, and written so that no spreadsheet takes text for a formula."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from site_sync.domain.import_cells import Row

ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows (Western Europe)", "utf-16": "UTF-16", "cp850": "DOS"}
DELIMITERS = {";": "Semicolon", ",": "Comma", "\t": "Tab", "|": "Bar"}
LOOKED_AT = 60
"""Lines by which the delimiter is found out."""
LONGEST_FIELD = 100_000
MOST_COLUMNS = 100
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet would compute."""


class Unreadable(ValueError):
    """A file that is no table; the text says why."""


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written."""

    encoding: str = "utf-8"
    delimiter: str = ";"


def form_of(content: bytes) -> CsvForm:
    """How a file seems to be written."""
    encoding = _encoding(content)
    text = content[:200_000].decode(encoding, errors="replace").lstrip("\ufeff")
    return CsvForm(encoding, _delimiter(text))


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(text: str) -> str:
    """The delimiter that parts most lines into equally many cells; one that the file names comes first."""
    first = text.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, most = ";", 0
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            for cells in reader:
                widths[len(cells)] += bool(cells)
                if widths.total() >= LOOKED_AT:
                    break
        except csv.Error:
            continue
        width, lines = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        if width > 1 and lines * width > most:
            best, most = delimiter, lines * width
    return best


def rows_of(content: bytes, form: CsvForm) -> Iterator[Row]:
    """All rows with the line each begins on; Unreadable when the file is no such text."""
    try:
        text = content.decode(form.encoding)
    except UnicodeError as error:
        raise Unreadable(f"The file is not written in {ENCODINGS[form.encoding]}.") from error
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=form.delimiter)
    csv.field_size_limit(LONGEST_FIELD)
    begins = 1
    try:
        for cells in reader:
            named = begins == 1 and len(cells) <= 2 and cells[:1] and cells[0].lower().startswith("sep=")
            if cells and not named:
                yield Row(begins, tuple(unescaped(cell) for cell in cells[:MOST_COLUMNS]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"Line {begins} cannot be read: {error}.") from error


def count_of(content: bytes) -> int:
    """About how many rows there are, for a progress bar."""
    return max(0, content.count(b"\n"))


def escaped(text: str) -> str:
    """Text with a `'` before it where a spreadsheet would compute it; `unescaped` takes exactly that away."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) or _quoted(text) else text


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    return text[1:] if _quoted(text) else text


def _quoted(text: str) -> bool:
    return text.startswith("'") and text[1:].startswith((*FORMULA_SIGNS, "'"))


Value = str | int | Decimal
"""A cell to be written: text is never computed, numbers stay numbers."""


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return escaped(value.replace("\x00", ""))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def written(rows: Iterable[Sequence[Value]], delimiter: str = ";") -> Iterator[bytes]:
    """The file in parts, each of one row, in UTF-8 with the mark by which Excel knows it."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        memory = io.StringIO(newline="")
        csv.writer(memory, delimiter=delimiter, lineterminator="\r\n").writerow([_cell(one) for one in row])
        yield memory.getvalue().encode()
