"""Damaged tables by the million: `python -m tests.campaigns.tables --inputs 1000000 --seed 1`."""

from __future__ import annotations

import argparse
import io
import random
import sys
from collections import Counter
from collections.abc import Callable
from itertools import islice

import openpyxl

from site_sync.domain.import_columns import guessed
from site_sync.domain.import_rows import RowRefused, Terms, wish_of, wished_item, wished_level
from site_sync.service.sheets import table_file
from site_sync.service.sheets.csv_file import Unreadable

LINES = (
    "SKU;Name;Price;Tax %;Bar codes;Category;Unit;Weighed;Store;Stock;Colour;Favourite",
    'B-1;"Stiefel; ""groß""";1.259,90;25 %;4006381333931;Schuhe;pcs;no;S01;3;#2f6db0;1',
    "B-2;=1+1;0,5;;570|571;Æbler;kg;ja;S02;1.250;;",
)
ODD = (*"=+-@\t\r\n;,\x00'%", '"', "\ufeff", "1e9", "٣", "９", "\ud7ff", "9" * 30)
WORKBOOK_SHARE = 50
"""One input of so many is a workbook: unpacking takes a thousand times as long."""


def workbook() -> bytes:
    """A workbook with the same rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in LINES:
        sheet.append(line.split(";"))
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def text_damaged(chance: random.Random) -> bytes:
    """The table as text with something put in, taken out or doubled, in some encoding."""
    text = "\n".join(LINES)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(text))
        what = chance.choice(ODD) if chance.random() < 0.6 else text[at : at + chance.randint(0, 9)]
        text = text[:at] + what + text[at + chance.randint(0, 4) :]
    return text.encode(chance.choice(("utf-8", "utf-16", "cp1252", "utf-8-sig")), "replace")


def bytes_damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes exchanged, or the end cut off."""
    bad = bytearray(content)
    for _ in range(chance.randint(1, 10)):
        bad[chance.randrange(len(bad))] = chance.randrange(256)
    return bytes(bad[: chance.randint(1, len(bad))]) if chance.random() < 0.3 else bytes(bad)


def taken(content: bytes, seen: Counter[str]) -> None:
    """Read one input to its end; anything but rows and refusals is a mistake of ours and escapes."""
    try:
        form = table_file.form_of(content)
        first = table_file.beginning(content, form)
        columns = guessed(str(cell) for cell in first[0].cells)
        terms = Terms(columns, "EUR", ",", {"Standard": 2500}, 2500, frozenset({"S01", "S02"}), "S01")
        for row in islice(table_file.rows_of(content, form), 1, 50):
            try:
                wish = wish_of(row, terms)
                wished_level(wish, wished_item(wish, None, "", terms), None, terms)
            except RowRefused as refused:
                seen[refused.problem.code.value] += 1
            else:
                seen["taken"] += 1
    except Unreadable:
        seen["unreadable"] += 1


def run(inputs: int, seed: int, say: Callable[[str], object]) -> Counter[str]:
    """So many inputs of one seed; what became of their rows."""
    chance, seen, book = random.Random(seed), Counter[str](), workbook()
    for number in range(inputs):
        if number % WORKBOOK_SHARE == 0:
            content = bytes_damaged(book, chance)
        else:
            content = text_damaged(chance)
            content = bytes_damaged(content, chance) if chance.random() < 0.3 else content
        try:
            taken(content, seen)
        except Exception:
            say(f"input {number} of seed {seed}: {content!r}")
            raise
    return seen


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.tables", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    seen = run(told.inputs, told.seed, lambda text: print(text, file=sys.stderr))
    counted = ", ".join(f"{many} {what}" for what, many in seen.most_common())
    print(f"{told.inputs} inputs of seed {told.seed}: {counted}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
