"""Which devices this till uses and how it behaves when something happens, as chosen at the till."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Desk

_PRINTER, _PAPER, _CAMERA, _CARD = "device.printer", "device.paper", "device.camera", "device.card"
_VOLUME, _SLIPS, _SIGNATURE = "till.volume", "till.slips", "till.signature"
LOUDEST = 100
USUAL_VOLUME = 60


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """Addresses of a printer and its profile, a camera and a card terminal; empty where there is none.

    Without a card terminal's address it is one without a cable. Its key is never kept here.
    """

    printer: str = ""
    paper: str = "80"
    camera: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How loud this till is (0 is silent), and what it does by itself."""

    volume: int = USUAL_VOLUME
    slips: bool = False
    """Whether picking slips of orders that arrive come out of this till's printer."""

    signature: bool = False
    """Whether the counter asks for a signature at every hand-over."""


def remember(desk: Desk, choice: DeviceChoice) -> None:
    """Keep what was chosen."""
    with desk.store.file.transaction():
        desk.store.settings.set(_PRINTER, choice.printer)
        desk.store.settings.set(_PAPER, choice.paper)
        desk.store.settings.set(_CAMERA, choice.camera)
        desk.store.settings.set(_CARD, choice.card)


def remembered(desk: Desk) -> DeviceChoice:
    """What was chosen, or the defaults before."""
    settings = desk.store.settings
    return DeviceChoice(
        settings.get(_PRINTER), settings.get(_PAPER, "80"), settings.get(_CAMERA), settings.get(_CARD)
    )


def habits(desk: Desk) -> Habits:
    """How this till behaves."""
    settings = desk.store.settings
    return Habits(
        int(settings.get(_VOLUME, str(USUAL_VOLUME))),
        settings.get(_SLIPS) == "yes",
        settings.get(_SIGNATURE) == "yes",
    )


def keep_habits(desk: Desk, chosen: Habits) -> Habits:
    """Keep how this till behaves from now on."""
    with desk.store.file.transaction():
        desk.store.settings.set(_VOLUME, str(max(0, min(LOUDEST, chosen.volume))))
        desk.store.settings.set(_SLIPS, "yes" if chosen.slips else "")
        desk.store.settings.set(_SIGNATURE, "yes" if chosen.signature else "")
    return habits(desk)
