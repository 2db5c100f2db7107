"""The parts of a workbook as they are read: none whose elements would take the site's memory or hours."""

from __future__ import annotations

import re
import zipfile
from types import TracebackType
from typing import Any

from site_sync.service.sheets.csv_file import Unreadable

MOST_IN_ROW = 300_000
"""Signs of elements and attributes: a row has 16,384 cells at most, each with a few of them."""
MOST_WHOLE = 1_500_000
"""The same of what is read whole (formats, properties), and of what stands behind a sheet's rows."""
TEXTS = 1_000_000
TOO_MUCH = "The workbook unpacks to too much. Send the sheet with the goods alone, or CSV."
_LONGEST_NAME = 64
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(worksheet|sst)[\s>/]")
_ONE = {
    b"worksheet": re.compile(rb"<(?:[\w.-]+:)?row[\s>/]"),
    b"sst": re.compile(rb"<(?:[\w.-]+:)?si[\s>/]"),
}
"""What a part is read one by one of: rows of a sheet, texts that cells share."""
_DECLARED = b"\xef\xbb\xbf<?"
"""How a part may begin."""
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
        self._begun = False
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
        text = self._tail + piece
        cut = text.rfind(b"<", max(0, len(text) - _LONGEST_NAME)) if piece else -1
        text, self._tail = (text, b"") if cut < 0 else (text[:cut], text[cut:])
        self._look(text)
        return piece

    def _look(self, text: bytes) -> None:
        """Count what a piece holds; what one row or text holds is counted from its beginning."""
        declared = 0
        if not self._begun and text.strip():
            self._begun, declared = True, len(_DECLARED)
            root = _ROOT.search(text)
            self._one = _ONE[root.group(1)] if root else None
        place = 0
        if self._one is not None:
            if b"<!" in text or text.find(b"<?", declared) >= 0:  # what is counted could hide in a comment
                raise Unreadable(TOO_MUCH)
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
