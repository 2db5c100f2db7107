"""Tests of what a till brings along out of a damaged file: what no command tells of, if it is legible."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations import paying, returning, selling, shifts
from pos_app.operations.cart import Cart, totals
from pos_app.operations.paying import Tendering
from pos_app.store.card_attempts import CardAttempt
from pos_app.store.cash import Shift
from pos_app.store.print_jobs import INTERRUPTED, JobState
from pos_app.store.recovery import close_folder, open_folder
from pos_app.store.sign_in_tries import Tries
from pos_app.store.store import DATABASE, JOURNAL, Store
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.protocol.balances import ReceiptAnswer
from tests.builders import NOW
from tests.desks import SKUS, Bench, acting, open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.store.print_journal import job

EURO = Money(1_995, "EUR")


def cart(bench: Bench) -> Cart:
    found = selling.add_item(bench.desk, selling.new_cart(bench.desk), SKUS[1])
    assert isinstance(found, Cart)
    return found


def asked(bench: Bench, shift: str, state: TerminalState | None = None) -> CardAttempt:
    """A card payment that a terminal was asked for; without a state nobody knows its end."""
    attempt = paying.begin_card(bench.desk, acting(shift=shift), EURO, "sale")
    assert isinstance(attempt, CardAttempt)
    if state is not None:
        settled = paying.settle_card(bench.desk, TerminalResult(attempt.id, state))
        assert isinstance(settled, CardAttempt)
        return settled
    return attempt


def sold(bench: Bench, shift: str, card: CardAttempt | None = None) -> selling.Sold:
    """A bottle, for cash or by a card payment that was approved."""
    due = totals(cart(bench)).total
    begun = paying.begin(due)
    money = paying.take_card(bench.desk, begun, card.id) if card else paying.take_cash(bench.desk, begun, due)
    assert isinstance(money, Tendering), money
    done = selling.finish(bench.desk, acting(shift=shift), cart(bench), money)
    assert isinstance(done, selling.Sold), done
    return done


def opened_shift(bench: Bench) -> str:
    found = shifts.open(bench.desk, acting(), Money(10_000, "EUR"))
    assert isinstance(found, Shift)
    return found.id


def damaged(folder: Path, monkeypatch: pytest.MonkeyPatch, logs: ExpectedLogs) -> Store:
    """The till starts on files as a crash left them, the database of which counts as damaged."""
    logs.expect("the till's file was damaged")
    monkeypatch.setattr("pos_app.store.recovery.commands_sound", lambda _connection: False)
    store = open_folder(folder, NOW).store
    monkeypatch.undo()
    return store


def test_what_no_command_tells_of_comes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    bench = open_bench(tmp_path / "till")
    shift, store = opened_shift(bench), bench.store
    done = sold(bench, shift, asked(bench, shift, TerminalState.APPROVED))
    receipt, approved = done.sale, asked(bench, shift, TerminalState.APPROVED)
    unknown = asked(bench, shift)
    selling.park(bench.desk, acting(), cart(bench), "back in ten minutes")
    store.settings.set("device.printer", "tcp://printer")
    store.sign_in_tries.keep("clerk", Tries(4))
    held = replace(job(1), id="held", state=JobState.HELD)
    bad = replace(held, id="bad", document_json="{")
    for one in (held, replace(held, id="queued", state=JobState.QUEUED), bad):
        store.print_jobs.add(one)
    figures = shifts.figures(bench.desk, shift)
    assert isinstance(figures, ShiftFigures)
    shutil.copytree(store.folder, tmp_path / "after")
    store.close()
    again = damaged(tmp_path / "after", monkeypatch, expected_logs)
    after = Bench(replace(bench.desk, store=again), bench.clock)
    after.fill()
    assert [one.id for one in again.card_attempts.unsettled()] == [unknown.id]
    assert [one.id for one in again.card_attempts.unused()] == [approved.id]
    assert shifts.figures(after.desk, shift) == replace(figures, audit_head=again.audit.head)
    assert again.sales.by_number(receipt.number) == receipt
    assert [one.note for one in again.sales.parked()] == ["back in ten minutes"]
    assert again.settings.get("device.printer") == "tcp://printer"
    assert again.sign_in_tries.of("clerk") == Tries(4)
    papers = {one.id: (one.state, one.error) for one in again.print_jobs.recent()}
    assert (papers["held"], papers["queued"]) == ((JobState.HELD, ""), (JobState.FAILED, INTERRUPTED))
    assert "bad" not in papers
    again.close()


def test_money_of_an_act_that_the_file_did_not_know_of_yet_stands_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    bench = open_bench(tmp_path / "till")
    shift, store = opened_shift(bench), bench.store
    loose = asked(bench, shift, TerminalState.APPROVED)
    paid = asked(bench, shift, TerminalState.APPROVED)
    shutil.copytree(store.folder, tmp_path / "after")
    receipt = sold(bench, shift, paid).sale
    store.close()
    shutil.copyfile(store.folder / JOURNAL, tmp_path / "after" / JOURNAL)
    again = damaged(tmp_path / "after", monkeypatch, expected_logs)
    assert [one.id for one in again.card_attempts.unused()] == [loose.id]
    assert again.sales.by_number(receipt.number) == receipt
    assert again.cash.open_shift() is None, "what moved in its drawer is not all there"
    again.close()


def test_a_card_payment_whose_act_was_given_up_stays_loose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    bench = open_bench(tmp_path / "till")
    shift, store = opened_shift(bench), bench.store
    paid = asked(bench, shift, TerminalState.APPROVED)
    sold(bench, shift, paid)
    with store.file.transaction():
        store.card_attempts.let_go((paid.id,))
    shutil.copytree(store.folder, tmp_path / "after")
    store.close()
    again = damaged(tmp_path / "after", monkeypatch, expected_logs)
    assert [one.id for one in again.card_attempts.unused()] == [paid.id]
    again.close()


def test_what_is_legible_of_a_table_comes_along_and_what_is_not_is_named(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    bench = open_bench(tmp_path / "till")
    shift, store = opened_shift(bench), bench.store
    asked(bench, shift, TerminalState.APPROVED)
    sold(bench, shift)
    raw = store.file.raw
    raw.execute("UPDATE card_attempts SET state = CAST(x'ff' AS TEXT)")
    raw.execute("UPDATE drawer_entries SET kind = 'bribe'")
    receipts = store.sales.newest()
    unknown = CardAttempt("a9", NOW, "payment", "sale", EURO, "boss", shift)
    store.card_attempts.begin(unknown)
    folder = store.folder
    store.close()
    expected_logs.expect("the till's file was damaged")
    again = open_folder(folder, NOW).store
    assert again.card_attempts.unsettled() == (unknown,)
    assert again.sales.newest() == receipts
    assert again.cash.open_shift() is None
    again.close()


def test_a_receipt_of_this_till_that_did_not_come_along_is_taken_over_from_the_centre(bench: Bench) -> None:
    receipt = sold(bench, opened_shift(bench)).sale
    bench.store.file.raw.execute("DELETE FROM sales")
    assert isinstance(returning.return_cart(bench.desk, receipt.number), Refusal)
    returning.take_over(bench.desk, ReceiptAnswer(sale=receipt))
    found = returning.return_cart(bench.desk, receipt.number)
    assert isinstance(found, Cart)
    assert [line.item.sku for line in found.lines] == [SKUS[1]]


def test_a_file_that_is_lost_later_brings_nothing_of_one_that_was_damaged_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = open_bench(folder)
    approved = asked(bench, opened_shift(bench), TerminalState.APPROVED)
    selling.park(bench.desk, acting(), cart(bench), "back in ten minutes")
    bench.store.close()
    store = damaged(folder, monkeypatch, expected_logs)
    assert [one.id for one in store.card_attempts.unused()] == [approved.id]
    (parked,) = store.sales.parked()
    store.card_attempts.use((approved.id,))
    assert store.sales.resume(parked.id)
    close_folder(store)
    (folder / DATABASE).unlink()
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(folder, NOW + timedelta(days=7))
    assert (opened.store.sales.parked(), opened.store.card_attempts.unused()) == ((), ())
    opened.store.close()


def test_a_till_that_ends_while_the_file_is_laid_aside_loses_nothing_of_it(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    bench = open_bench(tmp_path / "till")
    unknown = asked(bench, opened_shift(bench))
    shutil.copytree(bench.store.folder, folder := tmp_path / "after")
    bench.store.close()
    (folder / "quarantine-1").mkdir()
    (folder / f"{DATABASE}-wal").rename(folder / "quarantine-1" / f"{DATABASE}-wal")
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(folder, NOW)
    assert opened.quarantine == folder / "quarantine-1"
    assert [one.id for one in opened.store.card_attempts.unsettled()] == [unknown.id]
    opened.store.close()
