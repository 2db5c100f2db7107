"""Tests of a till that is killed while it saves: everything it acknowledged is there."""

import subprocess
import sys
from pathlib import Path

from pos_app.store.journal_file import JournalFile, JournalLine, lines
from pos_app.store.store import JOURNAL
from tests.desks import open_bench

ROUNDS = 3
SAVES = 25
LINE = JournalLine("c-1", "order", "{}", "anna", None, "2026-11-23T10:00:00+00:00", "o-1", None)


def killed_while_saving(folder: Path) -> list[tuple[str, str]]:
    """Order and command ids that the till said were saved before it was killed."""
    saving = [sys.executable, "-m", "tests.store.saving_till", str(folder)]
    with subprocess.Popen(saving, stdout=subprocess.PIPE, text=True) as till:
        assert till.stdout is not None
        said = [till.stdout.readline().split() for _ in range(SAVES)]
        till.kill()
        said += [line.split() for line in till.stdout.read().splitlines()]
    return [(words[0], words[1]) for words in said if len(words) == 2]


def test_what_a_killed_till_had_acknowledged_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "till"
    saved: list[tuple[str, str]] = []
    for _ in range(ROUNDS):
        saved += killed_while_saving(folder)
    bench = open_bench(folder)
    store = bench.store
    assert len(saved) >= ROUNDS * SAVES
    for order_id, command_id in saved:
        assert store.orders.order(order_id) is not None
        assert store.outbox.sent(command_id) is not None
    envelopes = store.outbox.to_push(10_000)
    assert [one.seq for one in envelopes] == list(range(1, len(envelopes) + 1))
    assert store.audit.broken_at() is None
    numbers = {order.number for order_id, _ in saved if (order := store.orders.order(order_id))}
    assert len(numbers) == len(saved)
    journal = {line.command_id for line in lines(folder / JOURNAL)}
    assert {command_id for _, command_id in saved} <= journal
    store.close()


def test_a_torn_line_of_the_journal_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "till"
    saved = killed_while_saving(folder)
    path = folder / JOURNAL
    text = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([text[0][:40] + b"\n", *text[1:-1], text[-1][:-20]]))
    assert len(list(lines(path))) == len(text) - 2
    assert len(saved) >= SAVES


def test_what_is_written_after_a_torn_line_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    for torn in (0, 7):
        journal = JournalFile(path)
        journal.append(LINE)
        journal.close()
        path.write_bytes(path.read_bytes()[: path.stat().st_size - torn])
    journal = JournalFile(path)
    journal.append(LINE)
    journal.close()
    assert list(lines(path)) == [LINE, LINE]
