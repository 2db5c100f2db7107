"""Text made safe for a printer: no control characters, widths counted in cells, words wrapped."""

from __future__ import annotations

import unicodedata

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def plain(text: str) -> str:
    """The text without anything a printer could take for a command; line breaks stay, blanks are spaces."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if character == "\n":
            kept.append(character)
        elif character == "\t" or unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
            kept.append(" ")
        elif unicodedata.category(character) not in _DROPPED:
            kept.append(character)
    return "".join(kept)


def cell_width(character: str) -> int:
    """Cells one character takes: 2 for wide scripts, 0 for marks set on the one before, else 1."""
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cells(text: str) -> int:
    """Cells a text takes on paper."""
    return sum(cell_width(character) for character in text)


def pad(text: str, width: int) -> str:
    """The text filled with spaces on the right to `width` cells."""
    return text + " " * max(0, width - cells(text))


def pad_left(text: str, width: int) -> str:
    """The text filled with spaces on the left to `width` cells."""
    return " " * max(0, width - cells(text)) + text


def longest_word(text: str) -> int:
    """Cells of the longest word."""
    return max((cells(word) for word in text.split()), default=0)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at spaces, inside words only where a word is wider than a line.

    A break in the text stays a break; an empty text is one empty line. Spaces a paragraph begins with indent
    all its lines.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
    return lines


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    indent = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))]
    if cells(indent) >= width:
        indent = ""
    lines: list[str] = []
    line = indent
    for word in paragraph.split():
        joined = f"{line} {word}" if line.strip() else line + word
        if cells(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
        *full, line = _chunks(word, width, first=indent)
        lines.extend(full)
    lines.append(line if line.strip() else "")
    return lines


def _chunks(word: str, width: int, *, first: str) -> list[str]:
    """A word cut into pieces of at most `width` cells; the first piece stands after `first`."""
    pieces = [first if cells(first) + cells(word) <= width else ""]
    for character in word:
        if cells(pieces[-1]) + cell_width(character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
