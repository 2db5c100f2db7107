"""Which card terminal an address such as `manual`, `simulator:ok,decline` or `stripe:tmr_…` names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from pos_app.hardware.card_terminal import CardTerminal
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal, read_script

MANUAL, SIMULATOR, STRIPE = "manual", "simulator", "stripe"
DRIVERS = (MANUAL, SIMULATOR, STRIPE)
KEY_VARIABLE = "HANDOVER_CARD_KEY"
KEY_FILE = "card.key"
SIMULATOR_MEMORY = "terminal.json"
NO_KEY = "no-key"
"""Sent where no key was set: the answer is that it is refused, which the status screen shows."""


class TerminalRefused(Exception):
    """The address names no terminal this till can drive; the message says what to do."""


def driver_of(address: str) -> str:
    """The driver's name in an address."""
    return address.partition(":")[0]


def is_remote(address: str) -> bool:
    """Whether asking this terminal means waiting for a network."""
    return driver_of(address) == STRIPE


def check_address(address: str) -> None:
    """Raise TerminalRefused for an address that names no terminal."""
    driver, _, rest = address.partition(":")
    if driver not in DRIVERS:
        raise TerminalRefused(f"no card terminal {driver!r}: choose one of {', '.join(DRIVERS)}")
    if driver == SIMULATOR:
        try:
            read_script(rest)
        except ValueError as error:
            raise TerminalRefused(f"the simulator's script: {error}") from error
    if driver == STRIPE and not rest.startswith("tmr_"):
        raise TerminalRefused("stripe needs its reader: stripe:tmr_…")


def terminal_at(address: str, folder: Path, clock: Callable[[], datetime], key: str = "") -> CardTerminal:
    """The terminal of an address; `folder` is the till's own, for the simulator's memory."""
    check_address(address)
    driver, _, rest = address.partition(":")
    if driver == SIMULATOR:
        return SimulatedTerminal(read_script(rest), clock, folder / SIMULATOR_MEMORY)
    if driver == STRIPE:
        return _stripe(rest, clock, key)
    return ManualTerminal()


def _stripe(rest: str, clock: Callable[[], datetime], key: str) -> CardTerminal:
    # An optional library that takes its time to load: only where it is used.
    try:
        from pos_app.hardware.card_stripe_account import API, StripeAccount
        from pos_app.hardware.card_terminal_stripe import StripeTerminal
    except ModuleNotFoundError as error:
        raise TerminalRefused("Stripe needs its library: install handover[stripe]") from error
    reader, _, url = rest.partition("@")
    return StripeTerminal(StripeAccount(key or NO_KEY, reader, url or API), clock)


def read_key(folder: Path, environment: Mapping[str, str]) -> str:
    """The terminal's secret key: from the environment, else from the file beside the till's data."""
    told = environment.get(KEY_VARIABLE, "").strip()
    path = folder / KEY_FILE
    return told or (path.read_text(encoding="utf-8").strip() if path.exists() else "")


def keep_key(folder: Path, key: str) -> None:
    """Write the key to a file that only the till's own user can read; never into the database."""
    path = folder / KEY_FILE
    written = path.with_suffix(".new")
    written.unlink(missing_ok=True)
    with os.fdopen(
        os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(key.strip())
    written.replace(path)
