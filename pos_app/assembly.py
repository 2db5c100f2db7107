"""One till put together: store, threads, devices, window; started and stopped in the right order."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import structlog
import uuid_utils
from platformdirs import user_data_path
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from pos_app.arguments import Options
from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.card_line import connect
from pos_app.background.embedded_site import EmbeddedSite
from pos_app.background.printing import PrintService, Station
from pos_app.background.scanning import ScanRouter, WedgeFilter
from pos_app.background.sync import Sync, World
from pos_app.background.tasks import Tasks
from pos_app.hardware.camera import CameraSettings, camera_source
from pos_app.hardware.card_terminal import CardTerminal
from pos_app.hardware.card_terminal_address import MANUAL, TerminalRefused, read_key
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.printer_address import printer_at
from pos_app.hardware.scanner import WedgeSettings
from pos_app.hardware.sounds import SoundPlayer
from pos_app.operations import device_settings
from pos_app.operations.desk import Desk
from pos_app.operations.device_settings import DeviceChoice
from pos_app.operations.printing import DEFAULT_PRINTER
from pos_app.store.identity import Identity
from pos_app.store.pictures import FOLDER as PICTURES
from pos_app.store.recovery import open_folder
from pos_app.ui.floor import Devices, Floor
from pos_app.ui.flows.devices_flow import PAGE as DEVICES
from pos_app.ui.flows.devices_flow import DevicesFlow
from pos_app.ui.flows.set_up_flow import SetUpFlow, SetUpParts
from pos_app.ui.flows.workplace import Place, Workplace
from pos_app.ui.navigation import Page
from pos_app.ui.resources import resource
from pos_app.ui.screens.set_up import DEVICE_STEPS, SetUpScreen
from pos_app.ui.window import Window
from site_sync.domain.codes import MeasuredBarcode, ScanSettings
from site_sync.domain.shop import TillProfile
from site_sync.private_files import keep_private
from site_sync.protocol.changes import Enrolled

_log = structlog.get_logger(__name__)

OWN_FILES = ("till.", "commands.journal", "identity.", "quarantine-", "terminal.json", "card.key")
"""How names of the till's files begin."""


def now() -> datetime:
    """The till's clock."""
    return datetime.now(UTC)


def new_id() -> str:
    """A UUIDv7."""
    return str(uuid_utils.uuid7())


class TillProgram(QObject):
    """`ready(Floor)` when somebody can sign in; `failed(code)` when the site did not let this till in."""

    ready = Signal(object)
    failed = Signal(str)
    needs_set_up = Signal()

    def __init__(self, app: QApplication, options: Options, window: Window) -> None:
        super().__init__(window)
        self._app = app
        self._options = options
        self.window = window
        self.folder = options.data or user_data_path("handover-till", appauthor=False)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_private(self.folder, *OWN_FILES)
        self.tasks = Tasks(self._open)
        world = World(now, random.random, lambda: secrets.token_hex(16))
        self.sync = Sync(self.tasks, world, self.folder, version("handover"))
        self.site: EmbeddedSite | None = None
        self.floor: Floor | None = None
        self.camera = CameraFeed(time.monotonic)
        self.scans = ScanRouter(ScanSettings(), time.monotonic)
        self.wedge = WedgeFilter(WedgeSettings(), time.monotonic)
        self.card = CardDesk(ManualTerminal(), self)
        self.sounds = SoundPlayer(resource("sounds"), self.folder / "sounds")
        self.printing: PrintService | None = None
        self._closed = False
        self._setting_up: SetUpFlow | None = None
        self._chosen = DeviceChoice()

    def _open(self) -> Desk:
        return Desk(open_folder(self.folder, now()).store, now, new_id, lambda: self.sync.is_online())

    def _terminal(self) -> CardTerminal:
        """The terminal in use; its key comes from the environment or from a file, never from the store."""
        key = read_key(self.folder, os.environ)
        try:
            return connect(self._chosen.card or MANUAL, self.folder, now, key)
        except TerminalRefused as refused:
            _log.error("the card terminal cannot be driven: it is worked by hand", reason=str(refused))
            return ManualTerminal()

    # start

    def start(self) -> None:
        """Open the store, let the till in if it is new, and show the sign-in screen."""
        self.tasks.wait_until_open()
        self.sync.enrolled.connect(self._enrolled)
        self.sync.enrolment_failed.connect(self.failed)
        self.sync.loaded.connect(self._loaded)
        self.sync.loaded.connect(self._know_scales)
        self.sync.records_changed.connect(lambda _kinds: self._know_scales())
        self._know_scales()
        self.wedge.code.connect(self.scans.take)
        self.camera.code.connect(self.scans.take)
        self.wedge.install(self._app)
        known = self.tasks.call(_identity)
        self._chosen = self._devices_wanted()
        if self._options.demo:
            self._start_demo(enrolled=known.enrolled)
        elif known.enrolled:
            self.sync.start()
            self._loaded()
        elif self._options.enrol:
            self.enrol(self._options.site, self._options.enrol)
        else:
            self._set_up()

    def _know_scales(self) -> None:
        """Read weights and prices out of bar codes the way this store's scales print them."""

        def use(scales: tuple[MeasuredBarcode, ...]) -> None:
            self.scans.use(ScanSettings(measured=scales))

        self.tasks.run(lambda desk: desk.here.scales, then=use)

    def _devices_wanted(self) -> DeviceChoice:
        """What the command line says, and else what was chosen at set-up."""
        kept = self.tasks.call(device_settings.remembered)
        options = self._options
        return DeviceChoice(
            options.printer or kept.printer,
            options.paper or kept.paper,
            options.camera or kept.camera,
            options.card or kept.card,
        )

    @property
    def papers(self) -> Path:
        """Where pictures of papers go while there is no printer."""
        folder = (self.folder / "papers").resolve()
        folder.mkdir(exist_ok=True)
        return folder

    def _set_up(self) -> None:
        screen = SetUpScreen()
        flow = SetUpFlow(screen, self._set_up_parts())
        self._setting_up = flow
        flow.demo_wanted.connect(lambda: self._start_demo(enrolled=False))
        flow.enrol_wanted.connect(self.enrol)
        flow.finished.connect(self._set_up_done)
        self.sync.enrolled.connect(flow.enrolled)
        self.failed.connect(flow.failed)
        self.window.navigation.register("set_up", lambda: Page(screen, flow.arrive, flow.leave))
        self.window.navigation.home("set_up")
        self.needs_set_up.emit()

    def _set_up_parts(self) -> SetUpParts:
        return SetUpParts(self.tasks, self.camera, self.scans, now, self.papers, self.folder)

    def _set_up_done(self, choice: DeviceChoice) -> None:
        self._chosen, self._setting_up = choice, None
        self._loaded()

    def enrol(self, site_url: str, code: str) -> None:
        """Ask a site to let this till in."""
        self.sync.enrol(site_url, code, "")

    def _start_demo(self, *, enrolled: bool) -> None:
        options = self._options
        self.site = EmbeddedSite(self.folder / "site")
        self.site.failed.connect(self.failed)
        if enrolled:
            self._serve("")
            self._loaded()
            return
        self.site.prepared.connect(self._serve)
        self.site.prepare("--store", options.store, "--till", options.till)

    def _serve(self, code: str) -> None:
        """Start our own site; with a code the till is let in as soon as it is ready."""
        if self.site is None or self._closed:
            return
        self.site.ready.connect(lambda url: self._site_ready(url, code))
        self.site.start()

    def _site_ready(self, url: str, code: str) -> None:
        if code and not self.tasks.call(_identity).enrolled:
            self.enrol(url, code)
            return
        self.tasks.call(lambda desk: desk.store.identity.set_site_url(url))
        self.sync.start()
        self.sync.try_now()

    def _enrolled(self, _answer: Enrolled) -> None:
        self.sync.start()

    def _loaded(self) -> None:
        """The shop is known: put the screens together, once."""
        if self.floor is not None:
            return
        if self._setting_up is not None:
            self._setting_up.loaded()
            return
        place = self.tasks.call(_place)
        if place is None:
            return
        self.card.use(self._terminal())
        jobs = self.tasks.call(lambda desk: desk.store.print_jobs)
        self.printing = PrintService(jobs, self.tasks.submit, now)
        self._start_printing()
        workplace = Workplace(self.window, self.tasks, place, now)
        devices = Devices(
            self.sync, self.scans, self.camera, self.printing, self.card, self._camera_settings(), self.sounds
        )
        self.floor = Floor(workplace, devices)
        self.floor.add(DEVICES, lambda: self._devices_page(workplace))
        self.floor.start()
        self.ready.emit(self.floor)

    def _camera_settings(self) -> CameraSettings | None:
        return CameraSettings(camera_source(self._chosen.camera)) if self._chosen.camera else None

    def _start_printing(self) -> None:
        address = self._chosen.printer or f"preview://{self.papers}"
        printer = printer_at(address, self._chosen.paper or "80", self.folder / PICTURES)
        if self.printing is not None:
            self.printing.start((Station(DEFAULT_PRINTER, printer),))

    def _devices_page(self, at: Workplace) -> tuple[SetUpScreen, DevicesFlow]:
        screen = SetUpScreen(DEVICE_STEPS)
        return screen, DevicesFlow(at, screen, self._set_up_parts(), self._use)

    def _use(self, choice: DeviceChoice) -> None:
        """Put devices to work that were chosen while people work here."""
        before, self._chosen = self._chosen, choice
        if (choice.printer, choice.paper) != (before.printer, before.paper) and self.printing is not None:
            self.printing.stop()
            self._start_printing()
        self.card.use(self._terminal())
        if self.floor is not None:
            self.floor.use_camera(self._camera_settings())

    # end

    def close(self) -> None:
        """Stop everything, the site of our own last; may be called twice."""
        if self._closed:
            return
        self._closed = True
        self.wedge.remove(self._app)
        self.camera.close()
        self.card.close()
        self.sounds.close()
        if self.printing is not None:
            self.printing.stop()
        self.sync.stop()
        self.tasks.close()
        if self.site is not None:
            self.site.stop()


def wait_for(check: Callable[[], bool], app: QApplication, seconds: float) -> bool:
    """Let the till work until something holds, for so many seconds at most."""
    end = time.monotonic() + seconds
    timer = QTimer()
    timer.start(10)
    while not check():
        if time.monotonic() > end:
            return False
        app.processEvents()
    return True


def _identity(desk: Desk) -> Identity:
    return desk.identity


def _place(desk: Desk) -> Place | None:
    identity = desk.identity
    store = desk.store.shop.store(identity.store)
    if store is None:
        return None
    return Place(store, identity.till, desk.currency, identity.profile == TillProfile.COUNTER)
