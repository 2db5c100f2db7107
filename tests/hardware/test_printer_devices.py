"""Printers that refuse, run dry, hang up half-way or stop listening, and what the till may conclude."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from pos_app.hardware.drawer import CashDrawer, DrawerNotOpened
from pos_app.hardware.printer_devices import (
    Delivery,
    FilePrinter,
    NetworkPrinter,
    Paper,
    PreviewPrinter,
    PrinterNotReady,
    PrintUncertain,
)
from pos_app.hardware.printer_profile import PAPER_80, PrinterProfile
from site_sync.domain.documents.blocks import Code, CodeKind, Document, DocumentKind, Text
from tests.hardware.escpos_reader import Drawer, EscposReader
from tests.hardware.fake_printer import FakePrinter, fake_printer

ANSWERING = replace(PAPER_80, answers_status=True)
DOCUMENT = Document(DocumentKind.TEST_PAGE, "Test", (Text("hello €"), Code(CodeKind.QR, "S01-02-000318-4")))
PAPER = Paper("0001", DOCUMENT)


class Started:
    """Counts how often a printer said that it now begins."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def network(printer: FakePrinter, profile: PrinterProfile = ANSWERING) -> NetworkPrinter:
    return NetworkPrinter(profile, "127.0.0.1", printer.port, timeout=1.0, patience=1.0)


def test_a_printer_that_answers_confirms() -> None:
    started = Started()
    with fake_printer() as printer:
        assert network(printer).print(PAPER, started) is Delivery.CONFIRMED
        (job,) = printer.wait_for_jobs(1)
    assert started.times == 1
    assert EscposReader(job, 48).texts() == ["hello €"]


def test_sent_is_not_printed_where_the_printer_cannot_say() -> None:
    with fake_printer(answers=False) as printer:
        assert network(printer, PAPER_80).print(PAPER, Started()) is Delivery.SENT
        (job,) = printer.wait_for_jobs(1)
    assert EscposReader(job, 48).texts() == ["hello €"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ({"paper_out": True}, "paper_out"),
        ({"cover_open": True}, "cover_open"),
        ({"answers": False}, "no_answer"),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(script: dict[str, bool], reason: str) -> None:
    started = Started()
    with fake_printer(**script) as printer:
        with pytest.raises(PrinterNotReady) as caught:
            network(printer).print(PAPER, started)
        assert printer.jobs == []
    assert caught.value.reason == reason
    assert started.times == 0


def test_a_printer_that_is_off_may_be_tried_again() -> None:
    started = Started()
    printer = FakePrinter()
    printer.switch_on()
    printer.switch_off()
    with pytest.raises(PrinterNotReady) as caught:
        network(printer).print(PAPER, started)
    assert caught.value.reason == "unreachable"
    assert started.times == 0
    printer.switch_on()
    assert network(printer).print(PAPER, started) is Delivery.CONFIRMED
    printer.switch_off()


@pytest.mark.parametrize("profile", [ANSWERING, PAPER_80], ids=["answers", "silent"])
def test_a_connection_lost_half_way_is_uncertain(profile: PrinterProfile) -> None:
    started = Started()
    script = fake_printer(hang_up_after=1000, answers=profile.answers_status)
    with script as printer, pytest.raises(PrintUncertain) as caught:
        network(printer, profile).print(PAPER, started)
    assert caught.value.reason == "connection_lost"
    assert started.times == 1


def test_paper_that_ends_half_way_is_uncertain() -> None:
    with fake_printer(jam_after=1000) as printer, pytest.raises(PrintUncertain) as caught:
        network(printer).print(PAPER, Started())
    assert caught.value.reason == "paper_out"


def test_a_printer_that_stops_listening_does_not_hold_the_till() -> None:
    long = Document(DocumentKind.TEST_PAGE, "Test", tuple(Text("Łódź") for _ in range(3000)))
    with fake_printer(stop_reading_after=1000) as printer, pytest.raises(PrintUncertain) as caught:
        network(printer).print(Paper("0002", long), Started())
    assert caught.value.reason == "connection_lost"


def test_a_slow_printer_gets_everything() -> None:
    long = Document(DocumentKind.TEST_PAGE, "Test", tuple(Text(f"line {n}") for n in range(2000)))
    with fake_printer(sip=64) as printer:
        assert network(printer).print(Paper("0003", long), Started()) is Delivery.CONFIRMED
        (job,) = printer.wait_for_jobs(1)
    assert EscposReader(job, 48).texts() == [f"line {n}" for n in range(2000)]


@pytest.mark.parametrize("patience", [0.2, 1.0])
def test_a_printer_that_never_answers_in_turn_is_sent_only(patience: float) -> None:
    with fake_printer(silent_in_turn=True) as printer:
        impatient = NetworkPrinter(ANSWERING, "127.0.0.1", printer.port, timeout=1.0, patience=patience)
        assert impatient.print(PAPER, Started()) is Delivery.SENT


def test_a_printer_in_trouble_says_which() -> None:
    with fake_printer(broken=True) as printer, pytest.raises(PrinterNotReady) as caught:
        network(printer).print(PAPER, Started())
    assert caught.value.reason == "printer_error"
    with fake_printer(offline=True) as printer, pytest.raises(PrinterNotReady) as caught:
        network(printer).print(PAPER, Started())
    assert caught.value.reason == "offline"


def test_a_silent_printer_that_breaks_off_at_the_end_is_uncertain() -> None:
    with fake_printer(answers=False, reset_at_end=True) as printer, pytest.raises(PrintUncertain) as caught:
        network(printer, PAPER_80).print(PAPER, Started())
    assert caught.value.reason == "connection_lost"


def test_a_silent_printer_that_keeps_the_line_open_is_sent() -> None:
    with fake_printer(answers=False, stop_reading_after=1) as printer:
        assert network(printer, PAPER_80).print(PAPER, Started()) is Delivery.SENT


def test_a_device_that_takes_nothing_is_not_ready_and_one_that_stops_is_uncertain(tmp_path: Path) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    printer = FilePrinter(PAPER_80, pipe, timeout=0.1)
    with pytest.raises(PrinterNotReady) as nobody:
        printer.print(PAPER, Started())
    assert nobody.value.reason == "unreachable"
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    long = Paper("0004", Document(DocumentKind.TEST_PAGE, "Test", tuple(Text("Łódź") for _ in range(200))))
    with pytest.raises(PrintUncertain) as stopped:
        printer.print(long, Started())
    assert stopped.value.reason == "takes_nothing"
    started = Started()
    with pytest.raises(PrinterNotReady) as full:
        printer.print(PAPER, started)
    assert (full.value.reason, started.times) == ("takes_nothing", 0)
    with pytest.raises(DrawerNotOpened):
        CashDrawer(printer).open()
    os.close(reader)


def test_a_preview_that_cannot_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "0001.bin").mkdir()
    (tmp_path / "drawer.bin").mkdir()
    printer = PreviewPrinter(PAPER_80, tmp_path)
    with pytest.raises(PrintUncertain):
        printer.print(PAPER, Started())
    with pytest.raises(DrawerNotOpened):
        CashDrawer(printer).open()


def test_a_file_gets_one_document_after_the_other(tmp_path: Path) -> None:
    printer = FilePrinter(PAPER_80, tmp_path / "paper.bin")
    assert printer.print(PAPER, Started()) is Delivery.SENT
    assert printer.print(Paper("0002", DOCUMENT, open_drawer=True), Started()) is Delivery.SENT
    reader = EscposReader((tmp_path / "paper.bin").read_bytes(), 48)
    assert reader.texts() == ["hello €", "hello €"]
    assert [type(each) for each in reader.printed].count(Drawer) == 1


@pytest.mark.parametrize("path", ["/dev/no-such-printer", "/proc/absent/printer"])
def test_an_absent_device_is_not_ready(path: str) -> None:
    with pytest.raises(PrinterNotReady):
        FilePrinter(PAPER_80, Path(path)).print(PAPER, Started())


def test_a_full_device_is_uncertain() -> None:
    with pytest.raises(PrintUncertain):
        FilePrinter(PAPER_80, Path("/dev/full")).print(PAPER, Started())


def test_the_preview_keeps_picture_and_bytes(tmp_path: Path) -> None:
    printer = PreviewPrinter(PAPER_80, tmp_path / "paper")
    assert printer.print(PAPER, Started()) is Delivery.CONFIRMED
    with Image.open(tmp_path / "paper" / "0001.png") as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["S01-02-000318-4"]
    assert EscposReader((tmp_path / "paper" / "0001.bin").read_bytes(), 48).texts() == ["hello €"]


def test_the_preview_says_when_its_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file")
    with pytest.raises(PrinterNotReady):
        PreviewPrinter(PAPER_80, tmp_path / "paper").print(PAPER, Started())


def test_the_drawer_opens_now_or_not_at_all(tmp_path: Path) -> None:
    with fake_printer() as printer:
        CashDrawer(network(printer)).open()
        (job,) = printer.wait_for_jobs(1)
    assert EscposReader(job, 48).printed == [Drawer(2)]
    with pytest.raises(DrawerNotOpened) as caught:
        CashDrawer(network(printer)).open()
    assert caught.value.reason == "unreachable"
    CashDrawer(FilePrinter(PAPER_80, tmp_path / "paper.bin")).open()
    CashDrawer(PreviewPrinter(PAPER_80, tmp_path)).open()
    assert (tmp_path / "paper.bin").read_bytes() == (tmp_path / "drawer.bin").read_bytes() == job
    with pytest.raises(DrawerNotOpened):
        CashDrawer(FilePrinter(replace(PAPER_80, drawer_pin=None), tmp_path / "paper.bin")).open()
