"""A table as lines of text: fixed columns keep their width, the growing one wraps in what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pos_app.hardware.printer_text import cells, pad, pad_left, plain, wrap
from site_sync.domain.documents.blocks import Align, Table, TableColumn

_MIN_GROWING = 12

_Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells per column and between columns."""

    columns: tuple[TableColumn, ...]
    widths: tuple[int, ...]
    gap: str


def table_lines(table: Table, width: int) -> Iterator[tuple[str, bool]]:
    """Each line with whether it is bold; the head is bold and left out when no column has a title.

    Where the growing column would get too little, each row stands on two lines, the first one bold.
    """
    rows = [tuple(plain(cell).replace("\n", " ") for cell in row) for row in table.rows]
    head = tuple(plain(column.title) for column in table.columns)
    grid = _grid(table.columns, [head, *rows], width)
    if any(head):
        for line in _stacked(table.columns, head, width) if grid is None else _row(grid, head):
            yield line, True
    for row in rows:
        lines = _stacked(table.columns, row, width) if grid is None else _row(grid, row)
        for number, line in enumerate(lines):
            yield line, table.bold or (grid is None and number == 0)


def _grid(columns: tuple[TableColumn, ...], rows: Sequence[_Row], width: int) -> _Grid | None:
    """None where the growing column would get too little; wide gaps only where they cost no wrap."""
    widths = [max(cells(row[index]) for row in rows) for index in range(len(columns))]
    growing = next(index for index, column in enumerate(columns) if column.grows)
    wished = widths[growing]
    gaps = len(columns) - 1
    room = width - (sum(widths) - wished) - gaps
    if room < min(_MIN_GROWING, wished):
        return None
    wide = room - gaps >= wished
    widths[growing] = room - gaps if wide else room
    return _Grid(columns, tuple(widths), "  " if wide else " ")


def _row(grid: _Grid, row: _Row) -> list[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(row, grid.widths, strict=True)]
    lines: list[str] = []
    for number in range(max(len(parts) for parts in wrapped)):
        texts = [parts[number] if number < len(parts) else "" for parts in wrapped]
        placed = [
            _place(text, column.align, width)
            for text, column, width in zip(texts, grid.columns, grid.widths, strict=True)
        ]
        lines.append(grid.gap.join(placed).rstrip())
    return lines


def _place(text: str, align: Align, width: int) -> str:
    if align is Align.RIGHT:
        return pad_left(text, width)
    if align is Align.CENTRE:
        return pad(" " * ((width - cells(text)) // 2) + text, width)
    return pad(text, width)


def _stacked(columns: Sequence[TableColumn], row: _Row, width: int) -> list[str]:
    """The growing cell over the whole width, the others right-aligned below it."""
    growing = next(cell for cell, column in zip(row, columns, strict=True) if column.grows)
    others = " ".join(cell for cell, column in zip(row, columns, strict=True) if cell and not column.grows)
    below = [pad_left(line, width) for line in wrap(others, width)] if others else []
    return [*(wrap(growing, width) if growing else []), *below]
