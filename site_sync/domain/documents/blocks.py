"""A document as plain data: blocks of text, columns, tables and codes that know nothing of printers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class DocumentKind(StrEnum):
    """Which paper a document is."""

    ORDER_CONFIRMATION = "order_confirmation"
    QUOTE = "quote"
    DEPOSIT_RECEIPT = "deposit_receipt"
    SALES_RECEIPT = "sales_receipt"
    REFUND_RECEIPT = "refund_receipt"
    CREDIT_NOTE = "credit_note"
    CANCELLATION = "cancellation"
    SHIPPING_NOTE = "shipping_note"
    PICKING_SLIP = "picking_slip"
    COLLECT_SLIP = "collect_slip"
    PUT_BACK_LIST = "put_back_list"
    SHIFT_REPORT = "shift_report"
    TEST_PAGE = "test_page"


class Align(StrEnum):
    """Where text stands in its width."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Size(StrEnum):
    """How big text is; paper falls back to the next smaller size when a word would not fit."""

    NORMAL = "normal"
    TALL = "tall"
    LARGE = "large"
    HUGE = "huge"


class CodeKind(StrEnum):
    """The symbologies we print."""

    QR = "qr"
    CODE128 = "code128"
    EAN13 = "ean13"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; words wrap, line breaks in it are kept."""

    text: str
    align: Align = Align.LEFT
    size: Size = Size.NORMAL
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A description on the left and what must stay whole (an amount, a time) on the right."""

    left: str
    right: str
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a description and an amount; the description wraps, the amount never does."""

    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table; the growing column takes the room the others leave, and wraps."""

    title: str
    align: Align = Align.LEFT
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of equally many cells; exactly one column grows."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    bold: bool = False

    def __post_init__(self) -> None:
        if sum(column.grows for column in self.columns) != 1:
            raise ValueError("exactly one column of a table grows")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table has a cell for each column")


@dataclass(frozen=True, slots=True)
class Code:
    """A code for a scanner, with the text people read below it."""

    kind: CodeKind
    data: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper; heavy ones part the main sections."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture known to the printer by name, such as the store's logo."""

    name: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper is cut here and the document goes on."""


Block = Text | Columns | Table | Code | Rule | Space | Image | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a printer or a screen needs to show one paper.

    `copy_number` 0 is the original. `open_drawer` asks for the cash drawer with the original only.
    """

    kind: DocumentKind
    title: str
    blocks: tuple[Block, ...]
    copy_number: int = 0
    language: str = "en"
    open_drawer: bool = False


_COPY = {"en": "COPY", "de": "KOPIE / COPY", "da": "KOPI / COPY"}


def as_copy(document: Document, number: int) -> Document:
    """The same document as copy `number` (1, 2, ...); a copy never opens the drawer."""
    if number < 1:
        raise ValueError("copies are numbered from 1")
    return replace(document, copy_number=number, open_drawer=False)


def blocks_on_paper(document: Document) -> tuple[Block, ...]:
    """The blocks as they are shown: a copy says so, with its number, above everything else."""
    if document.copy_number == 0:
        return document.blocks
    word = _COPY.get(document.language, _COPY["en"])
    mark = Text(f"*** {word} {document.copy_number} ***", align=Align.CENTRE, size=Size.TALL, bold=True)
    marked: list[Block] = [mark]
    for block in document.blocks:
        marked.append(block)
        if isinstance(block, Cut):
            marked.append(mark)
    return tuple(marked)
