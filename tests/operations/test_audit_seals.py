"""What each act of a shift tells the site of the till's own audit."""

from __future__ import annotations

from pos_app.operations import shifts
from pos_app.store.cash import Shift
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.sales import ShiftEntry
from site_sync.protocol.codec import SHIFT_ENTRY
from tests.builders import euro
from tests.desks import Bench, acting
from tests.store.test_outbox import saved


def told(bench: Bench) -> list[ShiftEntry]:
    """The acts of shifts as they wait to be sent."""
    rows = bench.store.file.raw.execute(
        "SELECT payload FROM outbox WHERE payload_kind = 'shift' ORDER BY place"
    )
    return [SHIFT_ENTRY.load(row[0]) for row in rows]


def day(bench: Bench) -> ShiftFigures:
    """A shift with an order in it; its Z report."""
    assert isinstance(shifts.open(bench.desk, acting(), euro(10_000)), Shift)
    saved(bench)
    closed = shifts.close(bench.desk, acting(), euro(10_000))
    assert isinstance(closed, ShiftFigures)
    return closed


def test_the_head_on_the_report_is_the_one_the_site_is_told(bench: Bench) -> None:
    first, second = day(bench), day(bench)
    opened, closed, again, last = told(bench)
    assert (closed.seals[-1].hash, last.seals[-1].hash) == (first.audit_head, second.audit_head)
    assert (last.seals[:-1], closed.seals[0]) == (again.seals, opened.seals[-1])
    assert [entry.audit_broken_at for entry in told(bench)] == [0, 0, 0, 0]
    reprinted = shifts.figures(bench.desk, closed.shift)
    assert isinstance(reprinted, ShiftFigures)
    assert reprinted.audit_head == first.audit_head != second.audit_head


def test_an_entry_that_was_changed_is_told(bench: Bench) -> None:
    day(bench)
    place = told(bench)[-1].seals[-1].place
    bench.store.file.raw.execute("UPDATE audit SET staff = 'nobody' WHERE place = ?", (place - 1,))
    day(bench)
    assert told(bench)[-1].audit_broken_at == place - 1


def test_a_chain_made_anew_has_other_heads_where_they_were_told(bench: Bench) -> None:
    day(bench)
    known = told(bench)[-1].seals[-1]
    bench.store.file.raw.execute("UPDATE audit SET hash = ? WHERE place = ?", ("f" * 64, known.place))
    day(bench)
    assert known not in told(bench)[-1].seals
