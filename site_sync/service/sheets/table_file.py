"""A table in a file, whichever kind of file it is: what it seems to be, its rows, about how many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from site_sync.domain.import_cells import Row
from site_sync.service.sheets import csv_file
from site_sync.service.sheets.csv_file import CsvForm, Unreadable

MOST_BYTES = 20_000_000
PREVIEWED = 12


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, by what it begins with and not by its name."""
    from site_sync.service.sheets import workbook  # loaded only when a file comes

    return content.startswith((workbook.BEGINS, workbook.OLD_BEGINS))


def form_of(content: bytes) -> CsvForm | None:
    """How a CSV file seems to be written, None for a workbook."""
    return None if is_workbook(content) else csv_file.form_of(content)


def rows_of(content: bytes, form: CsvForm | None) -> Iterator[Row]:
    """All rows that are not blank; Unreadable when there are none to be read."""
    from site_sync.service.sheets import workbook

    rows = workbook.rows_of(content) if form is None else csv_file.rows_of(content, form)
    return (row for row in rows if not row.blank)


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
    from site_sync.service.sheets import workbook

    return max(1, (workbook.count_of(content) if form is None else csv_file.count_of(content)) - 1)
