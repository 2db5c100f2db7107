"""Changing the devices of a till that is at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from pos_app.operations import device_settings
from pos_app.operations.device_settings import DeviceChoice
from pos_app.ui.flows.set_up_flow import SetUpFlow, SetUpParts
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.set_up import SetUpScreen, Step
from pos_app.ui.wording import say
from site_sync.domain.codes import Scan

PAGE = "devices"


class DevicesFlow(QObject):
    """The steps of setting up without the site's; `use` puts what was chosen to work."""

    def __init__(
        self, at: Workplace, screen: SetUpScreen, parts: SetUpParts, use: Callable[[DeviceChoice], None]
    ) -> None:
        super().__init__(screen)
        self._at = at
        self._use = use
        self._flow = SetUpFlow(screen, parts)
        self._flow.finished.connect(self._finished)
        screen.left.connect(at.window.navigation.back)
        at.takes_scans(PAGE, self)

    def arrive(self, step: str = Step.PRINTER.value, **_: object) -> None:
        """Begin with a step."""

        def begin(choice: Any) -> None:
            self._flow.change(choice, Step(step))

        self._at.tasks.run(device_settings.remembered, then=begin)

    def leave(self) -> None:
        """The camera belongs to the counter again."""
        self._flow.leave()

    def scanned(self, scan: Scan) -> bool:
        """A scan is a test of the scanner or the camera here."""
        del scan
        return True

    def _finished(self, choice: DeviceChoice) -> None:
        self._use(choice)
        self._at.window.navigation.back()
        self._at.tell(say("status.devices_kept"), tone="ok")
