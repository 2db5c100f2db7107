"""Tables as downloads: as CSV or as a workbook, by the ending that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from fastapi.responses import Response, StreamingResponse

from site_sync.manager.visit import Missing, Visit
from site_sync.manager.wording import word
from site_sync.service.sheets import csv_file
from site_sync.service.sheets.csv_file import Value

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(visit: Visit, name: str, ending: str, rows: Iterable[Sequence[Value]]) -> Response:
    """The rows, headings first, in the language that is spoken, as a file named after the day."""
    if ending not in TYPES:
        raise Missing
    day = visit.now().date().isoformat()
    told = headed(rows)
    parts = csv_file.written(told) if ending == "csv" else _workbook(told, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{day}.{ending}"'}
    return StreamingResponse(_gathered(parts), 200, headers, TYPES[ending])


def headed(rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """The rows with their headings in the language that is spoken now; none of them is read yet."""
    below = iter(rows)
    return chain(([word("heading", text) for text in next(below)],), below)


def _workbook(rows: Iterable[Sequence[Value]], name: str) -> Iterator[bytes]:
    from site_sync.service.sheets import workbook  # loaded only when one is taken away

    return workbook.written(rows, name)


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Parts of some size: one for each row would cost more than the row.

    The first ones are made at once, so that a database out of reach is answered as on any page.
    """
    first = b"".join(islice(parts, 3))

    def gathered() -> Iterator[bytes]:
        held = bytearray()
        for part in chain((first,), parts):
            held += part
            if len(held) > 64_000:
                yield bytes(held)
                held.clear()
        yield bytes(held)

    return gathered()
