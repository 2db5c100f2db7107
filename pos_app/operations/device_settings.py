"""Which printer and camera this till uses, as chosen at set-up."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Desk

_PRINTER, _PAPER, _CAMERA = "device.printer", "device.paper", "device.camera"


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A printer's address and profile and a camera's source; empty where there is none."""

    printer: str = ""
    paper: str = "80"
    camera: str = ""


def remember(desk: Desk, choice: DeviceChoice) -> None:
    """Keep what was chosen."""
    with desk.store.file.transaction():
        desk.store.settings.set(_PRINTER, choice.printer)
        desk.store.settings.set(_PAPER, choice.paper)
        desk.store.settings.set(_CAMERA, choice.camera)


def remembered(desk: Desk) -> DeviceChoice:
    """What was chosen, or the defaults before."""
    settings = desk.store.settings
    return DeviceChoice(settings.get(_PRINTER), settings.get(_PAPER, "80"), settings.get(_CAMERA))
