"""Printers are found by the address that settings keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_app.hardware.printer_address import AddressRefused, printer_at
from pos_app.hardware.printer_devices import FilePrinter, NetworkPrinter, PreviewPrinter
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PROFILES


def test_addresses_of_each_kind() -> None:
    assert printer_at("tcp://10.0.0.5", "58") == NetworkPrinter(PAPER_58, "10.0.0.5", 9100)
    assert printer_at("tcp://[::1]:9101", "80") == NetworkPrinter(PAPER_80, "::1", 9101)
    assert printer_at("file:///dev/usb/lp0", "80") == FilePrinter(PAPER_80, Path("/dev/usb/lp0"))
    shown = printer_at("preview:///var/lib/till/my%20paper", "80", Path("/logos"))
    assert shown == PreviewPrinter(PAPER_80, Path("/var/lib/till/my paper"), Path("/logos"))


@pytest.mark.parametrize(
    "address",
    ["", "tcp://", "tcp://host:99999", "tcp://host:ink", "file://host/lp0", "file:lp0", "http://host", "lp0"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        printer_at(address, "80")


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(AddressRefused):
        printer_at("tcp://10.0.0.5", "A4")


def test_every_profile_fits_its_paper() -> None:
    for profile in PROFILES.values():
        assert profile.cell == 12
        assert profile.columns * profile.cell <= profile.dots
        assert "€".encode(profile.code_page)
