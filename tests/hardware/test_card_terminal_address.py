"""Which terminal an address names, and what is said of one that names none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos_app.arguments import read
from pos_app.background.card_line import CardLine, connect
from pos_app.hardware.card_terminal import TerminalSays
from pos_app.hardware.card_terminal_address import TerminalRefused, check_address
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal


def _now() -> datetime:
    return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_each_address_names_its_driver_and_a_remote_one_gets_a_line(tmp_path: Path) -> None:
    assert isinstance(connect("manual", tmp_path, _now, ""), ManualTerminal)
    assert isinstance(connect("simulator:ok,lost", tmp_path, _now, ""), SimulatedTerminal)
    line = connect("stripe:tmr_1@http://127.0.0.1:9", tmp_path, _now, "")
    assert isinstance(line, CardLine)
    assert line.health().says is TerminalSays.ASKING
    line.close()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("paypal", "choose one of"),
        ("simulator:explode", "script"),
        ("stripe:", "tmr_"),
        ("stripe:xyz", "tmr_"),
    ],
)
def test_an_address_that_names_none_says_what_to_do(
    address: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TerminalRefused, match=why):
        check_address(address)
    with pytest.raises(SystemExit):
        read(["--card", address])
    assert why in capsys.readouterr().err
