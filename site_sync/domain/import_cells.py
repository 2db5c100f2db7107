"""Cells of a table made elsewhere: the sign of its decimals, the number or the answer that one says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

POINT, COMMA = ".", ","
_MONEY_WORD = re.compile(
    r"^(?:[A-Za-z]{3}|kr\.?|€|\$|£)\s*|\s*(?:[A-Za-z]{3}|kr\.?|€|\$|£|,-|-)$", re.IGNORECASE
)
_GROUPS = " \u00a0\u202f'’"
_PLAIN = {
    POINT: re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII),
    COMMA: re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?", re.ASCII),
}
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "wahr", "sand"})
_NO = frozenset({"no", "n", "false", "0", "nein", "nej", "falsch", "falsk"})
LONGEST = 500
"""Letters that one cell may have."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that a spreadsheet computes; what it says is not in the file for certain."""


Cell = str | Decimal | Formula
"""Text as it stands, a number that a workbook keeps as one, or a formula."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the line of the file it stands on."""

    line: int
    cells: tuple[Cell, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(isinstance(cell, str) and not cell.strip() for cell in self.cells)


def text_of(cell: Cell) -> str:
    """A cell as one line of text without blanks around it; a whole number without a point."""
    if isinstance(cell, Formula):
        return "=…"
    if isinstance(cell, Decimal):
        return (
            f"{cell:f}"
            if cell == cell.to_integral_value() and cell.as_tuple().exponent == 0
            else f"{cell.normalize():f}"
        )
    return " ".join(cell.split())


def _bare(text: str) -> str:
    """A typed amount without its currency and without blanks between thousands."""
    bare = _MONEY_WORD.sub("", _MONEY_WORD.sub("", text.strip()).strip()).strip()
    for group in _GROUPS:
        bare = bare.replace(group, "")
    return bare.replace("−", "-")


def decimal_sign(texts: Iterable[str]) -> str:
    """The sign that parts decimals in some amounts, by those that leave no doubt; empty when all do."""
    votes = {POINT: 0, COMMA: 0}
    for text in texts:
        if sign := _sign_of(_bare(text)):
            votes[sign] += 1
    if votes[POINT] == votes[COMMA]:
        return ""
    return max(votes, key=lambda sign: votes[sign])


def _sign_of(text: str) -> str:
    """The decimal sign of one amount, empty when it could be either: `1.250` could be a thousand."""
    points, commas = text.count(POINT), text.count(COMMA)
    if points and commas:
        return max((POINT, COMMA), key=text.rfind)
    if points > 1 or commas > 1:
        return COMMA if points else POINT
    if not points and not commas:
        return ""
    sign = POINT if points else COMMA
    return sign if len(text.rpartition(sign)[2]) != 3 else ""


def number(cell: Cell, sign: str) -> Decimal:
    """The number that a cell says, `sign` parting its decimals; ValueError when it says none."""
    if isinstance(cell, Decimal):
        return cell
    bare = _bare(cell) if isinstance(cell, str) else ""
    if len(bare) > 30 or not _PLAIN[sign].fullmatch(bare):
        raise ValueError(f"{text_of(cell)!r} is not a number")
    other = COMMA if sign == POINT else POINT
    return Decimal(bare.replace(other, "").replace(sign, POINT))


def scaled(value: Decimal, digits: int) -> int:
    """A number as a whole of its last of so many digits; ValueError when it is finer than that.

    What a workbook keeps as 12.899999999999999 was 12.9.
    """
    exact = value.scaleb(digits)
    near = exact.to_integral_value()
    if abs(exact - near) > Decimal("0.000001"):
        raise ValueError(f"{value} has more than {digits} decimals")
    return int(near)


def answer(cell: Cell) -> bool:
    """Yes or no; ValueError when it is neither."""
    word = text_of(cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{word!r} is neither yes nor no")
