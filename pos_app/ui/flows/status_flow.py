"""The state of the till at work: what each device says, and what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from pos_app.hardware.sounds import Sound
from pos_app.operations import device_care, device_settings, shifts, support
from pos_app.operations.desk import Acting, Desk, need
from pos_app.operations.device_care import TillFacts
from pos_app.operations.device_settings import Habits
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.device_watch import DeviceWatch
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.status import StatusScreen
from pos_app.ui.views.status import (
    behaviour_part,
    camera_part,
    card_part,
    disk_part,
    printer_part,
    scanner_part,
    support_part,
    sync_part,
)
from pos_app.ui.wording import say
from site_sync.domain.codes import Scan
from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right

VOLUMES = (0, 30, 60, 100)
LOOK_MS = 2_000


class StatusFlow(QObject):
    """Shows the till as it is while the screen is open."""

    def __init__(self, at: Workplace, screen: StatusScreen, watch: DeviceWatch) -> None:
        super().__init__(screen)
        self._at = at
        self._screen = screen
        self._watch = watch
        screen.act_pressed.connect(self._act)
        screen.back_pressed.connect(at.window.navigation.back)
        watch.changed.connect(self._changed)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.refresh)
        at.takes_scans("status", self)

    def arrive(self, **_: object) -> None:
        """Show every part, and ask the card terminal now and then how it is."""
        self.refresh()
        self._timer.start()

    def leave(self) -> None:
        """Nobody looks any more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Show every part as it is now."""
        self._at.tasks.run(device_care.facts, self._watch.watched.printing.printers, then=self._show)

    def scanned(self, scan: Scan) -> bool:
        """On this screen a scan is a test of the scanner: it is shown and does nothing else."""
        del scan
        return True

    def _changed(self) -> None:
        if self._at.window.navigation.current == "status":
            self.refresh()

    def _show(self, facts: TillFacts) -> None:
        watch, now = self._watch, self._at.now()
        names = tuple(facts.queues)
        may_copy = self._at.may(Right.PRINT_COPY)
        printers = [
            printer_part(name, watch.printer_state(name), facts.queues[name], names, may_copy=may_copy)
            for name in names
        ]
        self._screen.show_parts(
            [
                sync_part(watch.watched.sync.state, facts, now),
                *printers,
                scanner_part(watch.watched.scans.counts, watch.last_scan, watch.last_scan_at, now),
                camera_part(watch.camera.value),
                card_part(watch.watched.card.health, facts.unsettled),
                behaviour_part(self._at.habits, _next_volume(self._at.habits.volume)),
                disk_part(facts),
                support_part(facts.version),
            ]
        )

    def _act(self, part: str, act: str) -> None:
        kind, _, name = part.partition(":")
        if act == "offline":
            self._at.window.navigation.navigate("works_offline")
        elif act == "enrol":
            self._at.window.navigation.navigate("enrol")
        elif kind == "sync":
            self._watch.watched.sync.try_now()
            self._at.tell(say("status.trying"), seconds=3)
        elif act == "drawer":
            self._drawer(name)
        elif kind == "printer":
            self._printer_act(name, act)
        elif kind == "behaviour":
            self._behave(act)
        elif act == "write":
            self._write_support_file()
        elif act == "devices":
            self._change("printer")
        else:
            self._change(kind)

    def _change(self, step: str) -> None:
        """Devices are changed by whoever sees to them."""

        def allowed(_desk: Desk, acting: Acting) -> Refusal | None:
            return need(acting, Right.DEVICE_VIEW)

        def go(refusal: Any, _acting: Acting) -> None:
            if self._at.went_well(refusal):
                self._at.window.navigation.navigate("devices", step=step)

        permitted(self._at, allowed, go)

    def _drawer(self, printer: str) -> None:
        """A test of the drawer is an opening without a sale: by right, with a reason, in the record."""

        def opened(refusal: Any, _acting: Acting) -> None:
            if self._at.went_well(refusal):
                self._watch.watched.printing.open_drawer(printer)
                self._at.tell(say("status.drawer_opened"), seconds=4)

        acting = replace(self._at.acting, reason=say("status.drawer_test"))
        permitted(self._at, shifts.open_drawer, opened, acting)

    def _behave(self, act: str) -> None:
        habits = self._at.habits
        if act == "sound":
            self._keep(replace(habits, volume=_next_volume(habits.volume)), Right.PRINT_COPY)
        elif act == "slips":
            self._keep(replace(habits, slips=not habits.slips), Right.DEVICE_VIEW)
        else:
            self._keep(replace(habits, signature=not habits.signature), Right.DEVICE_VIEW)

    def _keep(self, habits: Habits, right: Right) -> None:
        def keep(desk: Desk, acting: Acting) -> Habits | Refusal:
            return need(acting, right) or device_settings.keep_habits(desk, habits)

        def kept(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                self._at.heed(result)
                self._at.sound(Sound.DONE)
                self.refresh()

        permitted(self._at, keep, kept)

    def _write_support_file(self) -> None:
        watch = self._watch
        says = {f"printer {name}": watch.printer_state(name) for name in watch.watched.printing.printers}
        says |= {"camera": watch.camera.value, "card": watch.watched.card.health.says.value}

        def written(path: Path) -> None:
            self._at.tell(say("status.support_written", file=str(path)), tone="ok", seconds=30)

        self._at.tasks.run(support.write_support_file, self._at.acting, says, then=written)

    def _printer_act(self, name: str, act: str) -> None:
        tasks, acting = self._at.tasks, self._at.acting
        verb, _, other = act.partition(":")
        if verb == "test":
            tasks.run(device_care.test_page, acting, name, then=self._queued)
        elif verb == "reprint":
            tasks.run(device_care.reprint_last, acting, name, then=self._queued)
        elif verb == "move":
            tasks.run(device_care.move_waiting, name, other, then=self._moved)
        self._watch.watched.printing.wake(name)

    def _queued(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("status.queued"), tone="ok", seconds=3)
        self.refresh()

    def _moved(self, count: int) -> None:
        self._at.tell(say("status.moved", count=count), tone="ok", seconds=4)
        self.refresh()


def _next_volume(volume: int) -> int:
    """The next louder step; after the loudest comes silence."""
    louder = [step for step in VOLUMES if step > volume]
    return louder[0] if louder else VOLUMES[0]
