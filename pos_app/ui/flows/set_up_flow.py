"""Setting up at work: joins a site or opens the demo shop, then tries printer, camera and scanner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import QObject, Signal

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card_line import connect
from pos_app.background.card_trial import CardTrial
from pos_app.background.printer_trial import PRINTED, PrinterTrial
from pos_app.background.scanning import ScanRouter
from pos_app.background.tasks import Tasks
from pos_app.hardware.camera import CameraSettings, camera_source
from pos_app.hardware.card_terminal import TerminalHealth, TerminalSays
from pos_app.hardware.card_terminal_address import MANUAL, TerminalRefused, check_address, keep_key, read_key
from pos_app.hardware.printer_address import AddressRefused, printer_at
from pos_app.hardware.printer_devices import Printer
from pos_app.hardware.printer_profile import PROFILES
from pos_app.operations import device_settings
from pos_app.operations.desk import Desk
from pos_app.operations.device_settings import DeviceChoice
from pos_app.ui.screens.set_up import SetUpScreen, Step
from pos_app.ui.views.status import words_for
from pos_app.ui.wording import knows, language, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.documents.blocks import Document
from site_sync.domain.documents.sample_page import sample_page
from site_sync.domain.documents.stationery import Stationery
from site_sync.protocol.changes import Enrolled


@dataclass(frozen=True, slots=True)
class SetUpParts:
    """What setting up works with; `papers` is where pictures of papers go when there is no printer.

    `folder` is the till's own, where the card terminal's key is kept.
    """

    tasks: Tasks
    camera: CameraFeed
    scans: ScanRouter
    now: Callable[[], datetime]
    papers: Path
    folder: Path


def read_invitation(text: str) -> tuple[str, str]:
    """Site address and code of a scanned text; an address may carry `?code=`, a bare text is a code."""
    cleaned = text.strip()
    if not cleaned.lower().startswith(("http://", "https://")):
        return "", cleaned
    parts = urlsplit(cleaned)
    code = parse_qs(parts.query).get("code", [""])[0]
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/"), code


class SetUpFlow(QObject):
    """Asks outward for the demo shop or for enrolment, and says when all is chosen.

    The composition root answers with `enrolled`, `loaded` and `failed`.
    """

    demo_wanted = Signal()
    enrol_wanted = Signal(str, str)
    finished = Signal(object)

    def __init__(self, screen: SetUpScreen, parts: SetUpParts) -> None:
        super().__init__(screen)
        self._screen = screen
        self._parts = parts
        self._choice = DeviceChoice()
        self._joining = False
        self._demo = False
        self._trial = PrinterTrial(self)
        self._card_trial = CardTrial(self)
        screen.site.demo_pressed.connect(self._try_demo)
        screen.site.join_pressed.connect(self._join)
        screen.printer.test_pressed.connect(self._test_page)
        screen.camera.chosen.connect(self._watch)
        screen.card.test_pressed.connect(self._test_terminal)
        self._card_trial.said.connect(self._terminal_said)
        screen.forward.connect(self._forward)
        screen.skipped.connect(self._skip)
        screen.step_changed.connect(self._step_changed)
        self._trial.tried.connect(self._tried)
        parts.camera.frame.connect(screen.camera.show_frame)
        parts.camera.opened.connect(self._camera_came)
        parts.camera.failed.connect(self._camera_went)
        parts.scans.scanned.connect(self.scanned)

    def arrive(self, **_: object) -> None:
        """Begin with the site."""
        self._offer()
        self._screen.show_step(Step.SITE)
        self._screen.site.show_form()

    def change(self, choice: DeviceChoice, step: Step) -> None:
        """Begin with a device, everything being as it was chosen before."""
        self._choice = choice
        self._offer()
        self._screen.printer.show_address(choice.printer, choice.paper)
        self._screen.camera.show_source(choice.camera)
        self._screen.card.show_address(choice.card)
        self._screen.show_step(step)

    def _offer(self) -> None:
        names = {key: profile.name for key, profile in PROFILES.items()}
        self._screen.printer.offer(names, str(self._parts.papers))

    def leave(self) -> None:
        """The camera belongs to the counter from now on."""
        self._parts.camera.stop()
        self._card_trial.stop()

    # site

    def _try_demo(self) -> None:
        self._joining = self._demo = True
        self._screen.site.show_progress(
            [(say("set_up.building_demo"), "now"), (say("set_up.loading"), "next")]
        )
        self.demo_wanted.emit()

    def _join(self, address: str, code: str) -> None:
        if self._joining:
            return
        whole = address if "://" in address else f"https://{address}"
        try:
            reachable = bool(urlsplit(whole).hostname)
        except ValueError:
            reachable = False
        if not reachable or not whole.startswith(("http://", "https://")):
            self._screen.site.address.show_error(say("set_up.address_wrong"))
            return
        self._joining, self._demo = True, False
        self._screen.site.show_progress([(say("set_up.asking"), "now"), (say("set_up.loading"), "next")])
        self.enrol_wanted.emit(whole.rstrip("/"), code.strip())

    def enrolled(self, answer: Enrolled) -> None:
        """The site let this till in; its records are on their way."""
        place = say("set_up.let_in", store=answer.store, till=answer.till)
        self._screen.site.show_progress([(place, "done"), (say("set_up.loading"), "now")])

    def loaded(self) -> None:
        """The shop is known: go on to the devices; the demo shop needs none."""
        if not self._joining:
            return
        self._joining = False
        if self._demo:
            self._finish()
        else:
            self._screen.show_step(Step.PRINTER)

    def failed(self, code: str) -> None:
        """The site did not let this till in, or was not there."""
        self._joining = False
        key = f"set_up.failed_{code}"
        self._screen.site.show_form(say(key) if knows(key) else say("set_up.failed", code=code))

    # printer

    def _printer(self, address: str, paper: str) -> Printer | None:
        try:
            return printer_at(address, paper)
        except AddressRefused:
            self._screen.printer.show_wrong(say("set_up.place_wrong"))
            return None

    def _test_page(self, address: str, paper: str) -> None:
        printer = self._printer(address, paper)
        if printer is None:
            return

        def begin(page: Document) -> None:
            if self._trial.start(printer, page):
                self._screen.printer.show_result(say("set_up.printing"))

        name = PROFILES[paper].name
        self._parts.tasks.run(_sample, language().value, name, then=begin)

    def _tried(self, outcome: str) -> None:
        if outcome == PRINTED:
            self._screen.printer.show_result(say("set_up.printed"), "ok")
        else:
            reason = words_for("printer", outcome)
            self._screen.printer.show_result(say("set_up.not_printed", reason=reason), "bad")

    # camera

    def _watch(self, source: str) -> None:
        if not source:
            self._parts.camera.stop()
            self._screen.camera.show_state(say("set_up.camera_off"))
            return
        self._screen.camera.show_state(say("set_up.camera_opening"))
        self._parts.camera.start(CameraSettings(camera_source(source), loop=True))

    def _camera_came(self) -> None:
        self._screen.camera.show_state(say("set_up.camera_sees"), tone="ok")

    def _camera_went(self, _trouble: str) -> None:
        self._screen.camera.show_state(say("set_up.camera_failed"), state="refused", tone="bad")

    # card terminal

    def _test_terminal(self, address: str, key: str) -> None:
        folder = self._parts.folder
        secret = key or read_key(folder, {})
        try:
            self._card_trial.start(connect(address, folder, self._parts.now, secret))
        except TerminalRefused:
            self._screen.card.show_wrong(say("set_up.reader_wrong"))
        else:
            self._screen.card.show_result(say("set_up.asking_terminal"))

    def _terminal_said(self, health: TerminalHealth) -> None:
        words = say("set_up.terminal_says", name=health.name or "–", state=words_for("card", health.says))
        self._screen.card.show_result(words, "ok" if health.says is TerminalSays.ONLINE else "bad")

    def _keep_terminal(self) -> bool:
        page = self._screen.card
        try:
            check_address(page.address() or MANUAL)
        except TerminalRefused:
            page.show_wrong(say("set_up.reader_wrong"))
            return False
        if page.secret():
            keep_key(self._parts.folder, page.secret())
        self._choice = replace(self._choice, card=page.address())
        return True

    # scans

    def scanned(self, scan: Scan) -> None:
        """A code was read, by scanner or camera: use it where the step has a use for it."""
        if not self._screen.isVisible():
            return
        step = self._screen.step
        kind = say(f"status.scan_{scan.kind.value}")
        if step is Step.SITE and not self._joining:
            self._screen.site.fill(*read_invitation(scan.raw))
        elif step is Step.CAMERA:
            self._screen.camera.show_state(
                say("set_up.camera_read", kind=kind, shown=scan.shown), state="read", tone="ok"
            )
        elif step is Step.SCANNER:
            self._screen.scanner.show_scan(kind, scan.shown, known=scan.kind is not ScanKind.UNKNOWN)

    # going on

    def _forward(self, step: str) -> None:
        if step == Step.PRINTER:
            page = self._screen.printer
            if not page.address():
                page.show_wrong(say("set_up.place_needed"))
                return
            if self._printer(page.address(), page.paper()) is None:
                return
            self._choice = replace(self._choice, printer=page.address(), paper=page.paper())
        elif step == Step.CAMERA:
            self._choice = replace(self._choice, camera=self._screen.camera.source())
        elif step == Step.CARD and not self._keep_terminal():
            return
        self._go_on(step)

    def _skip(self, step: str) -> None:
        if step == Step.PRINTER:
            self._choice = replace(self._choice, printer="", paper=self._screen.printer.paper() or "80")
        elif step == Step.CAMERA:
            self._choice = replace(self._choice, camera="")
            self._parts.camera.stop()
        self._go_on(step)

    def _go_on(self, step: str) -> None:
        steps = self._screen.steps
        place = steps.index(Step(step)) + 1
        if place < len(steps):
            self._screen.show_step(steps[place])
        else:
            self._finish()

    def _step_changed(self, step: str) -> None:
        if step == Step.CAMERA:
            self._watch(self._screen.camera.source())

    def _finish(self) -> None:
        self._parts.camera.stop()
        self._parts.tasks.run(device_settings.remember, self._choice, then=self._kept)

    def _kept(self, _: Any) -> None:
        self.finished.emit(self._choice)


def _sample(desk: Desk, spoken: str, name: str) -> Document:
    return sample_page(
        Stationery(store=desk.here, now=desk.now(), language=spoken, till=desk.identity.till), name
    )
