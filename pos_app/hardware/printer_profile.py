"""What a receipt printer can do: its width, its characters, its cutter, drawer and answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

DOTS_PER_MM = 8
"""Receipt printers have 203 dots to the inch."""

LINE_DOTS = 30
"""Paper one line of normal text takes, in dots."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """`columns` characters of the normal font and `dots` across the printable width.

    `code_page` is a Python codec and `code_page_number` what the printer calls it. `drawer_pin` is 2 or 5, or
    None where no drawer hangs on the printer. `answers_status` says that the device answers when asked how it
    is.
    """

    name: str
    columns: int
    dots: int
    code_page: str = "cp858"
    code_page_number: int = 19
    native_qr: bool = False
    cutter: bool = True
    drawer_pin: int | None = 2
    answers_status: bool = False

    @property
    def cell(self) -> int:
        """Width of one character of the normal font in dots."""
        return self.dots // self.columns


PAPER_58 = PrinterProfile(name="58 mm", columns=32, dots=384)
PAPER_80 = PrinterProfile(name="80 mm", columns=48, dots=576)
PAPER_80_42 = PrinterProfile(name="80 mm, 42 characters", columns=42, dots=512)

PROFILES: dict[str, PrinterProfile] = {
    "58": PAPER_58,
    "80": PAPER_80,
    "80-42": PAPER_80_42,
    "epson-58": replace(PAPER_58, name="Epson 58 mm", native_qr=True, answers_status=True),
    "epson-80": replace(PAPER_80, name="Epson 80 mm", native_qr=True, answers_status=True),
    "epson-80-42": replace(PAPER_80_42, name="Epson 80 mm, 42", native_qr=True, answers_status=True),
}
"""The profiles offered at set-up, by the key that settings keep."""
