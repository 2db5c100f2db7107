"""A document laid out for one width of paper: lines of characters, codes, pictures, feeds and cuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from pos_app.hardware.printer_profile import DOTS_PER_MM, PrinterProfile
from pos_app.hardware.printer_symbols import bar_modules, qr_modules
from pos_app.hardware.printer_table import table_lines
from pos_app.hardware.printer_text import cells, longest_word, pad, pad_left, plain, wrap
from site_sync.domain.documents.blocks import (
    Align,
    Block,
    Code,
    CodeKind,
    Columns,
    Cut,
    Document,
    Image,
    Pair,
    Rule,
    Size,
    Space,
    Table,
    Text,
    blocks_on_paper,
)

QR_MM = 32
"""How wide a QR code is at least, where the paper allows: phones and hand scanners both read it easily."""

_QUIET_MODULES = 4
_MIN_DESCRIPTION = 10
_SMALLER = {Size.HUGE: Size.LARGE, Size.LARGE: Size.TALL, Size.TALL: Size.NORMAL}
_FACTORS = {Size.NORMAL: (1, 1), Size.TALL: (1, 2), Size.LARGE: (2, 2), Size.HUGE: (3, 3)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, `wide` × `high` times the normal character."""

    text: str
    align: Align = Align.LEFT
    wide: int = 1
    high: int = 1
    bold: bool = False


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """A QR code in the middle of the paper, each module `dots` wide."""

    data: str
    dots: int


@dataclass(frozen=True, slots=True)
class BarSymbol:
    """A bar code in the middle of the paper, each module `dots` wide."""

    kind: CodeKind
    data: str
    dots: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture the printer's owner keeps under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int


@dataclass(frozen=True, slots=True)
class CutHere:
    """The knife, or room to tear where there is none."""


Piece = Line | QrSymbol | BarSymbol | Picture | Feed | CutHere


def lay_out(document: Document, profile: PrinterProfile) -> tuple[Piece, ...]:
    """The document from top to the final cut."""
    pieces: list[Piece] = []
    for block in blocks_on_paper(document):
        pieces.extend(_pieces(block, profile))
    if not pieces or not isinstance(pieces[-1], CutHere):
        pieces.append(CutHere())
    return tuple(pieces)


def _pieces(block: Block, profile: PrinterProfile) -> Iterator[Piece]:
    match block:
        case Text():
            yield from _text(block, profile.columns)
        case Columns():
            for pair in block.rows:
                yield from _pair(pair, profile.columns)
        case Table():
            for text, bold in table_lines(block, profile.columns):
                yield Line(text, bold=bold)
        case Code():
            yield from _code(block, profile)
        case Rule():
            yield Line(("═" if block.heavy else "─") * profile.columns)
        case Space():
            yield Feed(min(max(block.lines, 0), 20))
        case Image():
            yield Picture(block.name)
        case Cut():
            yield CutHere()
        case _:
            assert_never(block)


def _text(block: Text, columns: int) -> Iterator[Line]:
    text = plain(block.text)
    size = block.size
    while size in _SMALLER and longest_word(text) > columns // _FACTORS[size][0]:
        size = _SMALLER[size]
    wide, high = _FACTORS[size]
    for line in wrap(text, columns // wide):
        yield Line(line, block.align, wide, high, block.bold)


def _pair(pair: Pair, columns: int) -> Iterator[Line]:
    left, right, size = plain(pair.left).rstrip(), plain(pair.right).replace("\n", " "), pair.size
    while size in _SMALLER and cells(left) + 1 + cells(right) > columns // _FACTORS[size][0]:
        size = _SMALLER[size]
    wide, high = _FACTORS[size]
    for text in pair_lines(left, right, columns // wide):
        yield Line(text, wide=wide, high=high, bold=pair.bold)


def pair_lines(left: str, right: str, width: int) -> list[str]:
    """The description wrapped beside the amount, or above it where too little room is left beside."""
    amount = cells(right)
    room = width - amount - 1
    if not right:
        return wrap(left, width)
    if room >= min(_MIN_DESCRIPTION, cells(left)):
        first, *rest = wrap(left, room) if left else [""]
        return [pad(first, width - amount) + right, *rest]
    return [*wrap(left, width), *(pad_left(part, width) for part in wrap(right, width))]


def _code(block: Code, profile: PrinterProfile) -> Iterator[Piece]:
    data = plain(block.data).replace("\n", "")
    if not data:
        raise ValueError("a code needs something to say")
    yield _symbol(block.kind, data, profile)
    if block.caption:
        yield from _text(Text(block.caption, align=Align.CENTRE), profile.columns)


def _symbol(kind: CodeKind, data: str, profile: PrinterProfile) -> QrSymbol | BarSymbol:
    """A bar code too wide to be read on this paper becomes a QR code of the same text."""
    if kind is not CodeKind.QR:
        modules = len(bar_modules(kind, data)) + 20
        if modules * 2 <= profile.dots:
            return BarSymbol(kind, data, 3 if modules * 3 <= profile.dots else 2)
    side = len(qr_modules(data))
    wished = -(-QR_MM * DOTS_PER_MM // side)
    return QrSymbol(data, max(2, min(wished, profile.dots // (side + 2 * _QUIET_MODULES), 16)))
