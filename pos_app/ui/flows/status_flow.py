"""The state of the till at work: what each device says, and what can be done about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from pos_app.operations import device_care
from pos_app.operations.device_care import TillFacts
from pos_app.ui.flows.device_watch import DeviceWatch
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.status import StatusScreen
from pos_app.ui.views.status import printer_part, scanner_part, simple_part, sync_part
from pos_app.ui.wording import say
from site_sync.domain.codes import Scan
from site_sync.domain.permissions import Right


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
        at.takes_scans("status", self)

    def arrive(self, **_: object) -> None:
        """Show every part."""
        self.refresh()

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
                simple_part("camera", watch.camera.value),
            ]
        )

    def _act(self, part: str, act: str) -> None:
        kind, _, name = part.partition(":")
        if kind == "sync":
            self._watch.watched.sync.try_now()
            self._at.tell(say("status.trying"), seconds=3)
        elif kind == "printer":
            self._printer_act(name, act)

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
