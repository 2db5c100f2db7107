"""What the till's command line says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pos_app.hardware.card_terminal_address import MANUAL, TerminalRefused, check_address
from pos_app.hardware.printer_profile import PROFILES

EPILOG = """examples:
  handover-till --demo                              the demo shop, with a site of its own, nothing to set up
  handover-till --site http://127.0.0.1:8700 --enrol ABCD-EFGH
  handover-till --camera counter.avi --data /srv/till-2
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, checked."""

    data: Path | None
    site: str
    enrol: str
    demo: bool
    till: str
    store: str
    camera: str
    printer: str
    paper: str
    card: str
    screenshots: Path | None
    walk_through: Path | None
    full_screen: bool
    scale: int
    theme: str
    keyboard: bool


def parser() -> argparse.ArgumentParser:
    """The command line of `handover-till`."""
    words = argparse.ArgumentParser(
        prog="handover-till",
        description="The till for goods that are promised before they are handed over.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    place = words.add_argument_group("where")
    place.add_argument("--data", metavar="DIR", type=Path, help="folder of this till's file and journal")
    place.add_argument("--site", metavar="URL", default="", help="address of the site service")
    place.add_argument("--enrol", metavar="CODE", default="", help="one-time code from Site Manager")
    place.add_argument("--demo", action="store_true", help="open on the demo shop with an embedded site")
    place.add_argument("--store", default="S01", help="store of the demo till (S01)")
    place.add_argument("--till", default="02", help="number of the demo till (02)")
    devices = words.add_argument_group("devices")
    devices.add_argument("--camera", metavar="SOURCE", default="", help="camera number or a video file")
    devices.add_argument(
        "--printer",
        metavar="ADDRESS",
        default="",
        help="tcp://host:9100, file:///dev/usb/lp0 or preview:///DIR",
    )
    devices.add_argument("--paper", choices=sorted(PROFILES), default="", help="printer profile (80)")
    devices.add_argument(
        "--card",
        default="",
        metavar="DRIVER",
        help="manual, simulator[:ok,decline,slow,lost,dies], or stripe:READER (key in HANDOVER_CARD_KEY)",
    )
    look = words.add_argument_group("look")
    look.add_argument("--full-screen", action="store_true")
    look.add_argument("--scale", type=int, default=100, metavar="PERCENT", help="size of it all, 80 to 160")
    look.add_argument("--theme", choices=("light", "dark", "contrast"), default="light")
    look.add_argument("--keyboard", action="store_true", help="show the till's own keyboard for text fields")
    pictures = words.add_argument_group("pictures")
    pictures.add_argument("--screenshot", metavar="DIR", type=Path, help="write a PNG of every screen")
    pictures.add_argument("--walk-through", metavar="DIR", type=Path, help="play the guided demo and leave")
    return words


def read(words: Sequence[str] | None) -> Options:
    """The command line as options; leaves with a message when it makes no sense."""
    rules = parser()
    said = rules.parse_args(words)
    if said.enrol and not said.site:
        rules.error("--enrol needs --site: the address the code is for")
    try:
        check_address(said.card or MANUAL)
    except TerminalRefused as error:
        rules.error(f"--card: {error}")
    if not 80 <= said.scale <= 160:
        rules.error("--scale goes from 80 to 160 percent")
    return Options(
        data=said.data,
        site=said.site.rstrip("/"),
        enrol=said.enrol,
        demo=said.demo or said.screenshot is not None or said.walk_through is not None,
        till=said.till,
        store=said.store,
        camera=said.camera,
        printer=said.printer,
        paper=said.paper,
        card=said.card,
        screenshots=said.screenshot,
        walk_through=said.walk_through,
        full_screen=said.full_screen,
        scale=said.scale,
        theme=said.theme,
        keyboard=said.keyboard,
    )
