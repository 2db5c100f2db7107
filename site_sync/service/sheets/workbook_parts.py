"""The parts of a workbook as they are read: none whose elements would take the site's memory or hours."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from site_sync.service.sentences import said
from site_sync.service.sheets.csv_file import Unreadable

BEGINS = b"PK\x03\x04"
OLD_BEGINS = b"\xd0\xcf\x11\xe0"
"""How a workbook begins, and one of a format that is not read."""
MOST_IN_ROW = 300_000
"""Signs of elements and attributes: a row has 16,384 cells at most, each with a few of them."""
MOST_WHOLE = 1_500_000
"""The same of what is read whole (formats, properties), and of what stands behind a sheet's rows."""
TEXTS = 1_000_000
LONGEST = 400_000
"""Bytes from one sign to the next: the text of a cell, escaped, takes fewer. A longer one read in pieces
would be looked through from its beginning with each."""
TOO_MUCH = said("The workbook unpacks to too much. Send the sheet with the goods alone, or CSV.")
DAMAGED = said("The file is damaged, or no workbook.")
_LONGEST_NAME = 64
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(worksheet|sst)[\s>/]")
_ONE = {
    b"worksheet": re.compile(rb"<(?:[\w.-]+:)?row[\s>/]"),
    b"sst": re.compile(rb"<(?:[\w.-]+:)?si[\s>/]"),
}
"""What a part is read one by one of: rows of a sheet, texts that cells share."""
_HIDES = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_HIDDEN_TO = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
"""Where what is counted could stand without being any: in comments, in texts as they are, in instructions."""
_ROWS_END = re.compile(rb"</(?:[\w.-]+:)?sheetData[\s>]")


class PackedParts(zipfile.ZipFile):
    """A workbook's file whose parts are counted while they are read."""

    def open(self, *given: Any, **named: Any) -> Any:
        """A part, to be read once from its beginning."""
        return _Counted(super().open(*given, **named))


class _Counted:
    """A part of XML that is read in pieces; Unreadable at the piece by which it becomes too much."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self._tail = b""
        self._one: re.Pattern[bytes] | None = None
        self._rooted = False
        self._hidden_to = b""
        self._since = 0
        self._signs = 0
        self._ones = 0

    def __enter__(self) -> _Counted:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The part is not read any more."""
        self._part.close()

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece: bytes = self._part.read(size)
        for shown in self._shown(self._tail + piece, ended=not piece):
            self._look(shown)
        return piece

    def _shown(self, text: bytes, *, ended: bool) -> Iterator[bytes]:
        """What of a piece is no comment or the like; half a sign at its end waits for the next piece."""
        self._tail = b""
        while text:
            if self._hidden_to:
                hidden, over, text = text.partition(self._hidden_to)
                self._measure(len(hidden))
                if not over:
                    self._tail = b"" if ended else hidden[-2:]
                    return
                self._hidden_to = b""
            if hides := _HIDES.search(text):
                shown, text = text[: hides.start()], text[hides.end() :]
                self._hidden_to = _HIDDEN_TO[hides.group()]
                self._signs += 2
                yield shown
                self._since = 0
                continue
            cut = -1 if ended else text.rfind(b"<", max(0, len(text) - _LONGEST_NAME))
            shown, self._tail = (text, b"") if cut < 0 else (text[:cut], text[cut:])
            last = shown.rfind(b"<")
            self._since = self._since if last < 0 else 0
            self._measure(len(shown) - max(last, 0))
            yield shown
            return

    def _measure(self, more: int) -> None:
        """Unreadable where a sign goes on and on."""
        self._since += more
        if self._since > LONGEST:
            raise Unreadable(TOO_MUCH)

    def _look(self, text: bytes) -> None:
        """Count what a piece holds; what one row or text holds is counted from its beginning."""
        if b"<!" in text:  # a document type, which no workbook has
            raise Unreadable(DAMAGED)
        if not self._rooted and b"<" in text:
            self._rooted = True
            root = _ROOT.search(text)
            self._one = _ONE[root.group(1)] if root else None
        place = 0
        if self._one is not None:
            end = _ROWS_END.search(text)
            for found in self._one.finditer(text, 0, end.start() if end else len(text)):
                self._count(text, place, found.start())
                place, self._signs, self._ones = found.start(), 0, self._ones + 1
            if end:
                self._count(text, place, end.start())
                place, self._signs, self._one = end.start(), 0, None
        self._count(text, place, len(text))

    def _count(self, text: bytes, begin: int, end: int) -> None:
        self._signs += 2 * text.count(b"<", begin, end) + text.count(b"=", begin, end)
        most = MOST_WHOLE if self._one is None else MOST_IN_ROW
        if self._signs > most or self._ones > TEXTS:
            raise Unreadable(TOO_MUCH)
