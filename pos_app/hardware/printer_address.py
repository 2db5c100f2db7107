"""Printers by their address, as settings keep it: `tcp://host:port`, `file:///path`, `preview:///folder`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pos_app.hardware.printer_devices import FilePrinter, NetworkPrinter, PreviewPrinter, Printer
from pos_app.hardware.printer_profile import PROFILES

PRINTER_PORT = 9100


class AddressRefused(ValueError):
    """This is no printer's address, or no profile we know."""


def printer_at(address: str, profile_key: str, pictures: Path | None = None) -> Printer:
    """The printer of that address with one of PROFILES; nothing is opened yet. Raises AddressRefused."""
    profile = PROFILES.get(profile_key)
    if profile is None:
        raise AddressRefused(f"{profile_key!r} is no profile")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(f"{address!r}: {error}") from error
    if parts.scheme == "tcp" and parts.hostname:
        return NetworkPrinter(profile, parts.hostname, port or PRINTER_PORT, pictures=pictures)
    path = Path(unquote(parts.path))
    if path.is_absolute() and not parts.netloc:
        if parts.scheme == "file":
            return FilePrinter(profile, path, pictures)
        if parts.scheme == "preview":
            return PreviewPrinter(profile, path, pictures)
    raise AddressRefused(f"{address!r} is no printer's address")
