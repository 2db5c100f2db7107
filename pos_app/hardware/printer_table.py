"""A table as lines of text: fixed columns keep their width, the growing one wraps in what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pos_app.hardware.printer_text import cells, pad, pad_left, plain, wrap
from site_sync.domain.documents.blocks import Align, Table, TableColumn

_MIN_GROWING = 12
_GAP = 1


def table_lines(table: Table, width: int) -> Iterator[tuple[str, bool]]:
    """Each line with whether it is bold; the head is bold and left out when no column has a title."""
    rows = [tuple(plain(cell).replace("\n", " ") for cell in row) for row in table.rows]
    head = tuple(plain(column.title) for column in table.columns)
    widths = _widths(table.columns, [head, *rows], width)
    stacked = widths is None
    if any(head):
        for line in (
            _stacked(table.columns, head, width) if widths is None else _row(table.columns, head, widths)
        ):
            yield line, True
    for row in rows:
        lines = _stacked(table.columns, row, width) if widths is None else _row(table.columns, row, widths)
        for number, line in enumerate(lines):
            yield line, table.bold or (stacked and number == 0)


def _widths(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Cells per column, or None where the growing column would get too little."""
    widths = [max(cells(row[index]) for row in rows) for index in range(len(columns))]
    growing = next(index for index, column in enumerate(columns) if column.grows)
    rest = width - sum(each for index, each in enumerate(widths) if index != growing)
    rest -= _GAP * (len(columns) - 1)
    if rest < min(_MIN_GROWING, widths[growing]):
        return None
    widths[growing] = rest
    return widths


def _row(columns: Sequence[TableColumn], row: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines: list[str] = []
    for number in range(max(len(parts) for parts in wrapped)):
        texts = [parts[number] if number < len(parts) else "" for parts in wrapped]
        placed = [
            _place(text, column.align, each)
            for text, column, each in zip(texts, columns, widths, strict=True)
        ]
        lines.append((" " * _GAP).join(placed).rstrip())
    return lines


def _place(text: str, align: Align, width: int) -> str:
    if align is Align.RIGHT:
        return pad_left(text, width)
    if align is Align.CENTRE:
        return pad(" " * ((width - cells(text)) // 2) + text, width)
    return pad(text, width)


def _stacked(columns: Sequence[TableColumn], row: Sequence[str], width: int) -> list[str]:
    """The growing cell over the whole width, the others right-aligned below it."""
    growing = next(cell for cell, column in zip(row, columns, strict=True) if column.grows)
    others = " ".join(cell for cell, column in zip(row, columns, strict=True) if cell and not column.grows)
    below = [pad_left(line, width) for line in wrap(others, width)] if others else []
    return [*(wrap(growing, width) if growing else []), *below]
