"""The cash drawer that hangs on a receipt printer."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.hardware.printer_devices import Printer, PrinterNotReady


class DrawerNotOpened(Exception):
    """The drawer did not get its pulse; `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CashDrawer:
    """Opened now or not at all: a pulse that waited for paper would open it on an empty shop."""

    printer: Printer

    def open(self) -> None:
        """Send the pulse; raises DrawerNotOpened."""
        if self.printer.profile.drawer_pin is None:
            raise DrawerNotOpened("no_drawer")
        try:
            self.printer.pulse_drawer()
        except PrinterNotReady as error:
            raise DrawerNotOpened(error.reason) from error
