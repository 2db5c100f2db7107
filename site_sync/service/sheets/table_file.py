"""A table in a file, whichever kind of file it is: what it seems to be, its rows, about how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from site_sync.domain.import_cells import Row
from site_sync.service.sheets import csv_file, workbook_parts
from site_sync.service.sheets.csv_file import CsvForm, Unreadable

MOST_BYTES = 20_000_000
PREVIEWED = 12


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, by what it begins with and not by its name."""
    return content.startswith((workbook_parts.BEGINS, workbook_parts.OLD_BEGINS))


def form_of(content: bytes) -> CsvForm | None:
    """How a CSV file seems to be written, None for a workbook."""
    return None if is_workbook(content) else csv_file.form_of(content)


def rows_of(content: bytes, form: CsvForm | None) -> Iterator[Row]:
    """All rows that are not blank; Unreadable when there are none to be read."""
    rows, _ = _reader(form)
    return (row for row in rows(content) if not row.blank)


def _reader(form: CsvForm | None) -> tuple[Callable[[bytes], Iterator[Row]], Callable[[bytes], int]]:
    """What reads such a file: its rows, and about how many they are."""
    if form is not None:
        return partial(csv_file.rows_of, form=form), csv_file.count_of
    from site_sync.service.sheets import workbook  # what reads it is large: loaded when the first one comes

    return workbook.rows_of, workbook.count_of


def beginning(content: bytes, form: CsvForm | None) -> list[Row]:
    """The headings and the first rows; Unreadable when there is nothing beyond headings."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    if form is not None and b"\x00" in content[:4_000] and form.encoding != "utf-16":
        raise Unreadable("This is no table. Send a CSV file or a workbook (.xlsx).")
    found = list(islice(rows_of(content, form), PREVIEWED + 1))
    if len(found) < 2:
        raise Unreadable("There are no rows below the headings.")
    return found


def count_of(content: bytes, form: CsvForm | None) -> int:
    """About how many rows there are, for a progress bar."""
    _, count = _reader(form)
    return max(1, count(content) - 1)
