"""Status and set-up at work on real devices: printers that are files, a camera that is a video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.printing import PrintService, Station
from pos_app.background.scanning import ScanRouter
from pos_app.background.sync import Sync, World
from pos_app.hardware.camera import CameraTrouble
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.printer_devices import FilePrinter, PreviewPrinter
from pos_app.hardware.printer_profile import PAPER_80
from pos_app.operations.device_settings import DeviceChoice, remembered
from pos_app.store.print_jobs import JobState, PrintJob
from pos_app.ui.flows.device_watch import CameraSays, DeviceWatch, Watched
from pos_app.ui.flows.set_up_flow import SetUpFlow, SetUpParts, read_invitation
from pos_app.ui.flows.status_flow import StatusFlow
from pos_app.ui.screens.set_up import SetUpScreen, Step
from pos_app.ui.screens.status import StatusScreen
from site_sync.domain.codes import ScanSettings
from site_sync.protocol.changes import Enrolled
from tests.builders import NOW
from tests.desks import BOSS
from tests.screens.hand import heard, key, named, press, strike, type_text
from tests.screens.till import Till, open_till


def _now() -> datetime:
    return NOW


@dataclass
class Devices:
    """A till with two printers, of which one has no place to print to, a scanner and a camera."""

    till: Till
    watched: Watched
    watch: DeviceWatch
    papers: Path

    def status(self) -> StatusScreen:
        screen = StatusScreen()
        self.till.put("status", screen, StatusFlow(self.till.at, screen, self.watch))
        return screen

    def parts(self) -> SetUpParts:
        watched = self.watched
        self.papers.parent.mkdir(exist_ok=True)
        folder = self.papers.parent
        return SetUpParts(self.till.tasks, watched.camera, watched.scans, _now, self.papers, folder)

    def set_up(self) -> tuple[SetUpScreen, SetUpFlow]:
        screen = SetUpScreen()
        parts = self.parts()
        flow = SetUpFlow(screen, parts)
        self.till.put("set_up", screen, flow)
        return screen, flow


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    till = open_till(tmp_path / "till")
    till.sign_in(BOSS)
    papers = tmp_path / "papers"
    sync = Sync(till.tasks, World(_now, lambda: 0.5, lambda: "nonce"), tmp_path, "1")
    jobs = till.tasks.call(lambda desk: desk.store.print_jobs)
    printing = PrintService(jobs, till.tasks.submit, _now, back_off=(30.0,))
    nowhere = tmp_path / "no-such-folder" / "lp0"
    printing.start(
        (
            Station("receipt", FilePrinter(PAPER_80, nowhere)),
            Station("label", PreviewPrinter(PAPER_80, papers)),
        )
    )
    scans = ScanRouter(ScanSettings(), lambda: 0.0)
    camera = CameraFeed(lambda: 0.0, back_off=(0.01,))
    card = CardDesk(ManualTerminal())
    for owned in (sync, printing, scans, camera, card):
        owned.setParent(till.window)
    watched = Watched(sync, scans, camera, printing, card, camera_wanted=True)
    yield Devices(till, watched, DeviceWatch(watched, _now, till.window), papers)
    camera.close()
    printing.stop()
    till.close()


def test_a_printer_that_is_not_there_is_named_and_its_jobs_move_to_another(
    devices: Devices, qtbot: QtBot
) -> None:
    screen, till = devices.status(), devices.till
    press(screen.keys["printer:receipt", "test"])
    qtbot.waitUntil(lambda: devices.watch.printer_state("receipt") == "unreachable")
    till.rest()
    assert named(screen, "Not reachable").isVisible()
    press(key(screen, "Move to label"))
    qtbot.waitUntil(lambda: len(list(devices.papers.glob("*.png"))) == 1)
    till.rest()
    assert "1 job moved." in till.said()
    press(screen.keys["printer:label", "reprint"])
    qtbot.waitUntil(lambda: len(list(devices.papers.glob("*.png"))) == 2)
    qtbot.waitUntil(lambda: {job.state for job in _jobs(till)} == {JobState.CONFIRMED})
    assert sorted(job.copy_of != "" for job in _jobs(till)) == [False, True]


def test_the_status_knows_what_happened_before_it_was_opened(devices: Devices, qtbot: QtBot) -> None:
    devices.watched.scans.take("HELLO-42")
    devices.watched.camera.failed.emit(CameraTrouble.LOST.value)
    screen = devices.status()
    assert named(screen, "Unknown · HELLO-42").isVisible()
    assert named(screen, "It is tried again by itself").isVisible()
    assert named(screen, "Offline").isVisible()
    said = [devices.watch.camera]
    devices.watched.camera.opened.emit()
    said.append(devices.watch.camera)
    assert said == [CameraSays.FAILED, CameraSays.OFF]
    press(key(screen, "Try now"))
    assert devices.till.said() == ["Trying to reach the site."]


def test_a_scan_on_the_status_screen_is_only_a_test(devices: Devices) -> None:
    screen, till = devices.status(), devices.till
    taken: list[bool] = []
    devices.watched.scans.scanned.connect(lambda scan: taken.append(till.at.offer_scan(scan)))
    devices.watched.scans.take("4006381333931")
    till.rest()
    assert taken == [True]
    assert named(screen, "Item · 4006381333931").isVisible()


def test_the_drawer_opens_on_its_printer_or_says_why_not(devices: Devices, qtbot: QtBot) -> None:
    failed = heard(devices.watched.printing.drawer_failed)
    devices.watched.printing.open_drawer("label")
    qtbot.waitUntil(lambda: (devices.papers / "drawer.bin").is_file())
    devices.watched.printing.open_drawer("receipt")
    qtbot.waitUntil(lambda: failed == [("receipt", "unreachable")])


def test_a_till_joins_its_site_and_goes_on_to_its_devices(devices: Devices, qtbot: QtBot) -> None:
    screen, flow = devices.set_up()
    wanted, finished = heard(flow.enrol_wanted), heard(flow.finished)
    type_text(screen.site.address.entry, "handover.example.org")
    devices.watched.scans.take("K7QM-2FXA")
    press(key(screen, "Join"))
    assert wanted == [("https://handover.example.org", "K7QM-2FXA")]
    flow.failed("enrolment_code_invalid")
    assert "Site Manager" in screen.site.error.text()
    press(key(screen, "Join"))
    flow.enrolled(_letter())
    assert named(screen, "Let in as till 02 of S01").isVisible()
    flow.loaded()
    assert screen.step is Step.PRINTER
    press(key(screen, "Without a printer"))
    press(key(screen, "Without a camera"))
    press(key(screen, "Next"))
    devices.watched.scans.take("4006381333931")
    assert named(screen, "The scanner works").isVisible()
    press(key(screen, "Start selling"))
    qtbot.waitUntil(lambda: finished == [(DeviceChoice(),)])


@pytest.mark.parametrize("code", ["unreachable", "not_the_site", "malformed", "rate_limited", "http_502"])
def test_why_a_till_was_not_let_in_is_said_in_words(devices: Devices, code: str) -> None:
    screen, flow = devices.set_up()
    flow.failed(code)
    assert screen.site.error.isVisible()
    assert ("http_502" in screen.site.error.text()) == (code == "http_502")


@pytest.mark.parametrize("typed", ["ftp://site", "https://", "http://[broken"])
def test_what_is_no_address_is_never_asked(devices: Devices, typed: str) -> None:
    screen, flow = devices.set_up()
    wanted = heard(flow.enrol_wanted)
    type_text(screen.site.address.entry, typed)
    type_text(screen.site.code.entry, "K7QM-2FXA")
    strike(screen, Qt.Key.Key_F12)
    assert wanted == []
    assert "no address" in screen.site.address.error()


def test_the_demo_shop_needs_no_devices(devices: Devices, qtbot: QtBot) -> None:
    screen, flow = devices.set_up()
    demo, finished = heard(flow.demo_wanted), heard(flow.finished)
    press(key(screen, "Try it with a demo shop"))
    assert demo == [()]
    flow.loaded()
    qtbot.waitUntil(lambda: finished == [(DeviceChoice(),)])


def test_a_test_page_is_printed_before_the_printer_is_kept(devices: Devices, qtbot: QtBot) -> None:
    screen, flow = devices.set_up()
    screen.show_step(Step.PRINTER)
    press(named(screen, "On this computer"))
    type_text(screen.printer.place.entry, str(devices.papers.parent / "missing" / "lp0"))
    strike(screen, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: "Not reachable" in screen.printer.result.text())
    press(named(screen, "As pictures"))
    press(named(screen, "58 mm"))
    strike(screen, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: screen.printer.result.text().startswith("Printed."))
    assert (devices.papers / "test-page.png").is_file()
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Without a camera"))
    press(key(screen, "Next"))
    finished = heard(flow.finished)
    press(key(screen, "Start selling"))
    qtbot.waitUntil(lambda: len(finished) == 1)
    kept = devices.till.tasks.call(remembered)
    assert kept == DeviceChoice(f"preview://{devices.papers}", "58", "")


def test_what_is_no_printer_is_said_beside_the_field(devices: Devices) -> None:
    screen, _ = devices.set_up()
    screen.show_step(Step.PRINTER)
    type_text(screen.printer.place.entry, "host:port")
    strike(screen, Qt.Key.Key_F9)
    strike(screen, Qt.Key.Key_F12)
    assert screen.printer.place.error() == "That is no printer's address."
    screen.printer.place.set_text("")
    strike(screen, Qt.Key.Key_F12)
    assert screen.printer.place.error() == "Say where the printer is."
    assert screen.step is Step.PRINTER


def test_a_camera_that_is_not_there_is_said_and_a_read_code_is_shown(devices: Devices, qtbot: QtBot) -> None:
    screen, flow = devices.set_up()
    screen.show_step(Step.CAMERA)
    press(named(screen, "A recorded video"))
    type_text(screen.camera.file.entry, str(devices.papers / "none.avi"))
    strike(screen.camera.file.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.camera.state.text() == "There is no picture from this camera.")
    devices.watched.scans.take("HELLO-42")
    assert screen.camera.state.text() == "Read: Unknown · HELLO-42"
    flow.leave()
    assert not devices.watched.camera.is_running


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("K7QM-2FXA", ("", "K7QM-2FXA")),
        ("https://site.example.org/shop/?code=K7QM-2FXA", ("https://site.example.org/shop", "K7QM-2FXA")),
        ("http://10.0.0.5:8700", ("http://10.0.0.5:8700", "")),
    ],
)
def test_an_invitation_is_a_code_or_an_address_with_one(text: str, read: tuple[str, str]) -> None:
    assert read_invitation(text) == read


def _jobs(till: Till) -> tuple[PrintJob, ...]:
    return till.tasks.call(lambda desk: desk.store.print_jobs.recent())


def _letter() -> Enrolled:
    return Enrolled(
        service="site",
        epoch="e1",
        device="d",
        token="t",
        store="S01",
        till="02",
        profile="counter",
        code_key="00",
    )
